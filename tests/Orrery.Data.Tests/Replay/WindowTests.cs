using FsCheck;
using FsCheck.Fluent;
using Orrery.Data.Replay;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Replay;

public class WindowTests
{
    private static List<EpisodeRange> Episodes(IEnumerable<int> lengths)
    {
        var episodes = new List<EpisodeRange>();
        var start = 0L;
        foreach (var length in lengths)
        {
            episodes.Add(new EpisodeRange(start, length, EpisodeEnd.Gap, $"episode {episodes.Count}"));
            start += length;
        }

        return episodes;
    }

    private static Gen<List<EpisodeRange>> SomeEpisodes() =>
        Gen.Choose(1, 40).ListOf().Select(lengths => Episodes(lengths));

    [Fact]
    public void A_window_never_crosses_an_episodes_end_and_none_is_left_out()
    {
        var cases = from episodes in SomeEpisodes()
                    from length in Gen.Choose(1, 12)
                    from stride in Gen.Choose(1, 5)
                    select (episodes, length, stride);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var index = new WindowIndex(one.episodes, one.length, one.stride);
            var expected = new List<long>();
            foreach (var episode in one.episodes)
            {
                for (var start = 0; start + one.length <= episode.Length; start += one.stride)
                    expected.Add(episode.Start + start);
            }

            Assert.Equal(expected, Enumerable.Range(0, (int)index.Count).Select(window => index.Start(window)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Each_epoch_draws_every_window_once_in_another_order()
    {
        var cases = from episodes in SomeEpisodes()
                    from seed in Gen.Choose(0, 1000)
                    where episodes.Count > 0
                    select (episodes, seed);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var index = new WindowIndex(one.episodes, 1);
            var sampler = new WindowSampler(index, (ulong)one.seed);
            var epoch = new long[index.Count];
            for (var round = 0; round < 3; round++)
            {
                sampler.FillBatch(epoch);
                Assert.Equal(Enumerable.Range(0, epoch.Length).Select(row => (long)row), epoch.Order());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_saved_position_continues_with_the_same_windows_across_epochs()
    {
        var index = new WindowIndex(Episodes([30, 20, 5]), 8);
        var sampler = new WindowSampler(index, 9);
        var skipped = new long[77];
        sampler.FillBatch(skipped);
        var expected = new long[100];
        var position = sampler.Position;
        sampler.FillBatch(expected);
        var resumed = new WindowSampler(index, 9) { Position = position };
        var actual = new long[100];
        for (var i = 0; i < 100; i += 10)
            resumed.FillBatch(actual.AsSpan(i, 10));
        Assert.Equal(expected, actual);
        Assert.NotEqual(expected[..36], skipped[..36]);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var sampler = new WindowSampler(new WindowIndex(Episodes([3000, 200, 5000]), 8), 9);
        var starts = new long[64];
        sampler.FillBatch(starts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
            sampler.FillBatch(starts);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_order_has_no_trace_of_the_rows_order()
    {
        var sampler = new WindowSampler(new WindowIndex(Episodes([10_000]), 1), 1);
        var drawn = new long[10_000];
        sampler.FillBatch(drawn);
        double correlation = 0;
        double successors = 0;
        for (var i = 0; i < drawn.Length; i++)
        {
            correlation += (drawn[i] - 4999.5) * (i - 4999.5);
            successors += i > 0 && drawn[i] == drawn[i - 1] + 1 ? 1 : 0;
        }

        Assert.InRange(correlation / (10_000.0 * 10_000 * 10_000 / 12), -0.05, 0.05);
        Assert.InRange(successors, 0, 10);
    }

    [Fact]
    public void A_log_shorter_than_one_window_says_what_is_needed()
    {
        var index = new WindowIndex(Episodes([7, 12, 3]), 21);
        Assert.Equal(0, index.Count);
        Assert.Equal(
            "Training needs at least 21 consecutive rows, but the longest stretch of its part of the data without a gap has 12. Record more, hold out less, or choose a shorter history and horizon.",
            Assert.Throws<OrreryDataException>(() => index.RequireSome("Training")).Message);
        Assert.Throws<OrreryDataException>(() => new WindowSampler(index, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Start(0));
    }
}
