using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments.Process;

namespace Orrery.Environments.Tests.Process;

public sealed class ProcessCollectorTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public static TheoryData<string> Names => [.. EnvironmentCatalogue.Processes];

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_log_covers_the_set_points_within_the_commands_range_and_rate(string name)
    {
        var folder = _temporary.File(name);
        var collection = EnvironmentCatalogue.Collection(name, new CollectionSettings(Steps: 2500, Seed: 2));
        var hash = collection.Collect(folder);
        Assert.Equal(hash, EnvironmentCatalogue.Collection(name, new CollectionSettings(Steps: 2500, Seed: 2)).Collect(_temporary.File("again")));
        using var log = Dataset.Open(folder);
        var equations = EnvironmentCatalogue.CreateProcess(name);
        var loop = equations.Loop;
        Assert.Equal(2500, log.Rows);
        Assert.Equal(3, log.Episodes.Count);
        Assert.Equal(equations.Inputs.Select(input => input.Dimension), log.Spaces.Action.Dimensions);

        var outputs = new List<float>();
        foreach (var episode in log.Episodes)
        {
            for (var row = episode.Start; row < episode.Start + episode.Length; row++)
            {
                outputs.Add(log.Observation(row)[loop.Output]);
                Assert.InRange(log.Action(row)[loop.Input], (float)equations.Inputs[loop.Input].Dimension.Low, (float)equations.Inputs[loop.Input].Dimension.High);
                if (row > episode.Start)
                    Assert.True(Math.Abs(log.Action(row)[loop.Input] - log.Action(row - 1)[loop.Input]) <= loop.RateLimit * 1.00001);
            }
        }

        outputs.Sort();
        var middle = (loop.SetPointHigh - loop.SetPointLow) / 2;
        Assert.True(outputs[(int)(0.95 * outputs.Count)] - outputs[(int)(0.05 * outputs.Count)] > middle, $"{outputs[125]} to {outputs[2375]}");
        Assert.True(outputs[^1] < equations.Outputs[loop.Output].Dimension.High || name == "cascaded-tanks");
    }

    [Fact]
    public void A_rows_inputs_are_those_that_led_to_its_measurements()
    {
        var folder = _temporary.File("room");
        EnvironmentCatalogue.Collection("room-heating", new CollectionSettings(Steps: 200)).Collect(folder);
        using var log = Dataset.Open(folder);
        var room = new RoomHeating();
        for (var row = 1; row < 200; row++)
        {
            var state = log.State(row - 1).ToArray().Select(value => (double)value).ToArray();
            room.Advance(state, log.Action(row).ToArray().Select(value => (double)value).ToArray());
            Assert.Equal(state[0], log.State(row)[0], 1e-4);
        }
    }

    [Fact]
    public void Settings_that_do_not_fit_an_environment_are_refused_by_name()
    {
        Assert.Contains("'episodes' does not fit cstr", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("cstr", new CollectionSettings(Episodes: 3))).Message);
        Assert.Contains("'steps' does not fit two-rooms", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("two-rooms", new CollectionSettings(Steps: 3))).Message);
        Assert.Contains("1 steps came", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("cstr", new CollectionSettings(Steps: 1))).Message);
        Assert.Contains("Did you mean 'cascaded-tanks'", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("cascaded-tank", new CollectionSettings())).Message);
    }
}
