using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Environments.Navigation;

namespace Orrery.Environments.Tests;

public sealed class EpisodeCollectionTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Any_environment_can_be_collected_and_terminated_is_not_truncated()
    {
        var folder = _temporary.File("corridor");
        var hash = Random(() => new Corridor(), 80).Collect(folder);
        Assert.Equal(hash, Random(() => new Corridor(), 80).Collect(_temporary.File("again")));
        using var dataset = Dataset.Open(folder);
        dataset.VerifyHash();
        Assert.Contains(dataset.Episodes, episode => episode.End == EpisodeEnd.Terminated);
        Assert.Contains(dataset.Episodes, episode => episode.End == EpisodeEnd.Truncated);
        foreach (var episode in dataset.Episodes)
        {
            var last = episode.Start + episode.Length - 1;
            Assert.Equal(episode.End == EpisodeEnd.Terminated, Math.Abs(dataset.Observation(last)[0]) > 3);
            Assert.Equal(0, dataset.Action(last)[0]);
            for (var row = episode.Start; row < last; row++)
            {
                Assert.Equal(dataset.Observation(row)[0] + dataset.Action(row)[0], dataset.Observation(row + 1)[0]);
                if ((row - episode.Start) % 3 != 0)
                    Assert.Equal(dataset.Action(row - 1)[0], dataset.Action(row)[0]);
            }
        }
    }

    [Fact]
    public void Pictures_are_collected_too()
    {
        Random(() => new TwoRooms(), 3).Collect(_temporary.File("rooms"));
        using var dataset = Dataset.Open(_temporary.File("rooms"));
        Assert.Equal(3 * (TwoRooms.StepLimit + 1), dataset.Rows);
        Assert.True(dataset.HasPictures);
    }

    [Fact]
    public void States_alone_are_those_of_the_whole_episode()
    {
        var collection = Random(() => new TwoRooms(), 3);
        using var environment = new TwoRooms();
        var episode = new Trajectory(environment.Specification.Observation, environment.Specification.Action, environment.Specification.State);
        collection.CollectEpisode(episode, 2);
        var states = collection.CollectStates(2);
        Assert.Equal(episode.Length, states.Length);
        for (var row = 0; row < states.Length; row++)
            Assert.Equal(episode.State(row).ToArray(), states[row]);
    }

    [Fact]
    public void What_an_environment_throws_comes_through_and_nothing_is_left_behind()
    {
        var made = 0;
        var error = Assert.Throws<OrreryDataException>(() => Random(
            () => Interlocked.Increment(ref made) < 5 ? new Corridor() : throw new OrreryDataException("The library is missing."), 50).Collect(_temporary.File("corridor")));
        Assert.Equal("The library is missing.", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void Numbers_that_cannot_be_used_say_what_is_needed()
    {
        var error = Assert.Throws<OrreryDataException>(() => new EpisodeCollection(() => new Corridor(), () => new RandomExplorer(), "random", episodes: 3, length: 1));
        Assert.Equal("Collecting corridor: length is 1, but it must be between 2 and 1,000,000 rows.", error.Message);
        Assert.Contains("episodes is 0", Assert.Throws<OrreryDataException>(() => Random(() => new Corridor(), 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomExplorer(0));
    }

    private static EpisodeCollection Random(Func<IEnvironment> create, int episodes) => new(create, () => new RandomExplorer(hold: 3), "random", episodes, seed: 5);

    /// <summary>A walk on a line that ends beyond 3 or after 40 steps.</summary>
    private sealed class Corridor : IEnvironment
    {
        private float _place;
        private int _steps;

        public EnvironmentSpecification Specification { get; } = new(
            "corridor", "A walk on a line.", new VectorSpace("place", [new Dimension("x", "m")]),
            new VectorSpace("stride", [new Dimension("dx", "m", -0.5, 0.5)]), new VectorSpace("place", [new Dimension("x", "m")]),
            1, "s", 40, "Never.");

        public void Reset(ulong seed) => (_place, _steps) = (seed % 2, 0);

        public StepResult Step(ReadOnlySpan<float> action)
        {
            _place += action[0];
            _steps++;
            return new StepResult(0, Math.Abs(_place) > 3, _steps >= 40);
        }

        public void Observe(Span<byte> pixels) => throw new InvalidOperationException();

        public void Observe(Span<float> vector) => vector[0] = _place;

        public void ReadState(Span<float> state) => state[0] = _place;

        public void WriteState(ReadOnlySpan<float> state) => _place = state[0];

        public byte[] Save() => [];

        public void Restore(ReadOnlySpan<byte> saved)
        {
        }

        public void Render(Span<byte> rgb, int width, int height)
        {
        }

        public void Dispose()
        {
        }
    }
}
