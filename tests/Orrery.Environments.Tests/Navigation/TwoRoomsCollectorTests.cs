using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;
using Orrery.Environments.Navigation;

namespace Orrery.Environments.Tests.Navigation;

public class TwoRoomsCollectorTests
{
    private static readonly TwoRoomsCollection Small = new(Episodes: 70, Length: 60, Seed: 3);

    [Fact]
    public void The_dataset_holds_pictures_actions_and_positions_that_agree()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.File("rooms");
        var hash = TwoRoomsCollector.Collect(folder, Small);
        using var dataset = Dataset.Open(folder);
        dataset.VerifyHash();
        Assert.Equal(hash, dataset.Hash);
        Assert.Equal(70 * 60, dataset.Rows);
        Assert.Equal(70, dataset.Episodes.Count);
        Assert.All(dataset.Episodes, episode => Assert.Equal(EpisodeEnd.Truncated, episode.End));

        using var environment = new TwoRooms();
        var pixels = new byte[dataset.Spaces.Observation.Size];
        foreach (var episode in dataset.Episodes)
        {
            for (var row = episode.Start; row < episode.Start + episode.Length; row++)
            {
                environment.ObserveAt(dataset.State(row), pixels);
                Assert.True(dataset.Pixels(row).SequenceEqual(pixels));
            }

            Assert.Equal([0f, 0f], dataset.Action(episode.Start + episode.Length - 1).ToArray());
        }
    }

    [Fact]
    public void Away_from_walls_the_position_moves_by_the_action()
    {
        var trajectory = Collect(Small, 0);
        var free = 0;
        for (var row = 0; row + 1 < trajectory.Length; row++)
        {
            var from = trajectory.State(row);
            var to = trajectory.State(row + 1);
            var action = trajectory.Action(row);
            if (from[0] + action[0] == to[0] && from[1] + action[1] == to[1])
                free++;
        }

        Assert.True(free > trajectory.Length / 3);
    }

    [Fact]
    public void An_episode_depends_on_the_seed_and_its_number_alone()
    {
        using var temporary = new TemporaryFolder();
        var first = TwoRoomsCollector.Collect(temporary.File("a"), Small);
        var second = TwoRoomsCollector.Collect(temporary.File("b"), Small);
        Assert.Equal(first, second);
        Assert.NotEqual(first, TwoRoomsCollector.Collect(temporary.File("c"), Small with { Seed = 4 }));

        using var dataset = Dataset.Open(temporary.File("a"));
        var alone = Collect(Small, 41);
        var episode = dataset.Episodes[41];
        for (var row = 0; row < alone.Length; row++)
            Assert.Equal(alone.State(row).ToArray(), dataset.State(episode.Start + row).ToArray());
    }

    [Fact]
    public void Actions_cover_the_range_of_a_planner_and_never_leave_it()
    {
        var settings = new TwoRoomsCollection(Episodes: 60);
        var counts = new int[5];
        for (var episode = 0; episode < settings.Episodes; episode++)
        {
            var trajectory = Collect(settings, episode);
            for (var row = 0; row + 1 < trajectory.Length; row++)
            {
                var action = trajectory.Action(row);
                var norm = Math.Sqrt(((double)action[0] * action[0]) + ((double)action[1] * action[1]));
                Assert.InRange(norm, 0, TwoRooms.ActionLimit);
                counts[Math.Min(4, (int)(norm / 0.5))]++;
            }
        }

        Assert.All(counts, count => Assert.True(count > 200, string.Join(", ", counts)));
    }

    [Theory]
    [InlineData(0.0, 0, 20)]
    [InlineData(1.0, 70, 100)]
    public void Led_episodes_cross_the_wall(double share, int atLeast, int atMost)
    {
        var settings = new TwoRoomsCollection(Episodes: 100, CrossingShare: share);
        var crossed = 0;
        for (var episode = 0; episode < settings.Episodes; episode++)
        {
            var trajectory = Collect(settings, episode);
            var (left, right) = (false, false);
            for (var row = 0; row < trajectory.Length; row++)
            {
                left |= trajectory.State(row)[0] < 31;
                right |= trajectory.State(row)[0] > 33;
            }

            crossed += left && right ? 1 : 0;
        }

        Assert.InRange(crossed, atLeast, atMost);
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_refused_before_anything_is_written()
    {
        using var temporary = new TemporaryFolder();
        var error = Assert.Throws<OrreryDataException>(() => TwoRoomsCollector.Collect(temporary.File("x"), Small with { StepHigh = 3 }));
        Assert.Equal("Collecting two-rooms: StepHigh is 3, but it must be above 0 and at most 2.45 px.", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
    }

    [Fact]
    public void A_cancelled_collection_leaves_nothing_behind()
    {
        using var temporary = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => TwoRoomsCollector.Collect(temporary.File("x"), Small, cancellation: cancellation.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
    }

    private static Trajectory Collect(TwoRoomsCollection settings, int episode)
    {
        using var environment = new TwoRooms();
        var specification = environment.Specification;
        var trajectory = new Trajectory(specification.Observation, specification.Action, specification.State, settings.Length);
        TwoRoomsCollector.CollectEpisode(trajectory, environment.Layout, settings, episode);
        return trajectory;
    }
}
