using FsCheck;
using FsCheck.Fluent;
using Orrery.Data.Replay;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Replay;

public class SplitTests
{
    private static EpisodeRange[] Episodes(params int[] lengths)
    {
        var start = 0L;
        return [.. lengths.Select((length, i) =>
        {
            var episode = new EpisodeRange(start, length, EpisodeEnd.Truncated, $"episode {i}");
            start += length;
            return episode;
        })];
    }

    private static long[] Rows(IEnumerable<EpisodeRange> part) =>
        [.. part.SelectMany(episode => Enumerable.Range(0, episode.Length).Select(row => episode.Start + row))];

    [Fact]
    public void Whole_episodes_go_to_exactly_one_part()
    {
        var cases = from count in Gen.Choose(1, 60)
                    from seed in Gen.Choose(0, 1000)
                    from shares in Gen.Elements(new SplitFractions(), new SplitFractions(0.7, 0, 0.3), new SplitFractions(1, 0, 0), new SplitFractions(0.05, 0.9, 0.05))
                    select (count, seed, shares);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var episodes = Episodes([.. Enumerable.Repeat(5, one.count)]);
            var split = Split.ByEpisode(episodes, one.shares, (ulong)one.seed);
            Assert.Equal(episodes, split.Training.Concat(split.Validation).Concat(split.Test).OrderBy(episode => episode.Start));
            Assert.NotEmpty(split.Training);
            Assert.Equal(split.Training, split.Training.OrderBy(episode => episode.Start));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_seed_alone_decides_which_episodes_go_where()
    {
        var episodes = Episodes([.. Enumerable.Repeat(5, 50)]);
        var first = Split.ByEpisode(episodes, new SplitFractions(), 1);
        Assert.Equal(first.Test, Split.ByEpisode(episodes, new SplitFractions(), 1).Test);
        Assert.NotEqual(first.Test, Split.ByEpisode(episodes, new SplitFractions(), 2).Test);
        Assert.Equal((40, 5, 5), (first.Training.Count, first.Validation.Count, first.Test.Count));
    }

    [Fact]
    public void A_split_in_time_keeps_the_order_and_leaves_the_gap_out()
    {
        var split = Split.ByTime(Episodes(60, 40), new SplitFractions(0.7, 0.1, 0.2), gapRows: 3);
        Assert.Equal(Enumerable.Range(0, 70).Select(row => (long)row), Rows(split.Training));
        Assert.Equal(Enumerable.Range(73, 7).Select(row => (long)row), Rows(split.Validation));
        Assert.Equal(Enumerable.Range(83, 17).Select(row => (long)row), Rows(split.Test));
        Assert.Equal([EpisodeEnd.Truncated, EpisodeEnd.EndOfRecord], split.Training.Select(episode => episode.End));
        Assert.Equal(EpisodeEnd.Truncated, split.Test[0].End);
    }

    [Fact]
    public void Without_validation_there_is_one_cut()
    {
        var split = Split.ByTime(Episodes(100), new SplitFractions(0.7, 0, 0.3));
        Assert.Equal(70, split.Training.Single().Length);
        Assert.Empty(split.Validation);
        Assert.Equal(new EpisodeRange(70, 30, EpisodeEnd.Truncated, "episode 0"), split.Test.Single());
    }

    [Fact]
    public void Without_a_test_part_validation_goes_to_the_end()
    {
        var split = Split.ByTime(Episodes(100), new SplitFractions(0.8, 0.2, 0));
        Assert.Equal(20, split.Validation.Single().Length);
        Assert.Empty(split.Test);
    }

    [Fact]
    public void Parts_of_a_split_in_time_never_overlap()
    {
        var cases = from lengths in Gen.Choose(1, 50).ListOf()
                    from gap in Gen.Choose(0, 10)
                    select (lengths, gap);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var episodes = Episodes([.. one.lengths]);
            var split = Split.ByTime(episodes, new SplitFractions(0.6, 0.2, 0.2), one.gap);
            var rows = Rows(split.Training.Concat(split.Validation).Concat(split.Test));
            Assert.Equal(rows, rows.Distinct().Order());
            if (split.Training.Count > 0 && split.Test.Count > 0)
                Assert.True(split.Test[0].Start - (split.Training[^1].Start + split.Training[^1].Length) >= one.gap);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 0.5, 0.5)]
    [InlineData(0.8, 0.3, -0.1)]
    [InlineData(0.8, 0.1, 0.2)]
    [InlineData(double.NaN, 0.5, 0.5)]
    public void Fractions_that_do_not_add_up_are_refused(double training, double validation, double test)
    {
        Assert.Throws<OrreryDataException>(() => Split.ByEpisode(Episodes(5), new SplitFractions(training, validation, test), 0));
        Assert.Throws<OrreryDataException>(() => Split.ByTime(Episodes(5), new SplitFractions(training, validation, test)));
    }
}
