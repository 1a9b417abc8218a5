using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Data.Logs.Inspection.Roles;

namespace Orrery.Data.Tests.Logs.Inspection;

public class RoleSuggestionTests
{
    private const int Rows = 4000;

    /// <summary>Two inputs, two outputs: each output answers one input strongly after its delay, and the second also the first output.</summary>
    private static RoleSuggestion Plant(SyntheticLog log, double[] valve, double[] heat, int valveDelay, int heatDelay)
    {
        var (level, temperature) = (new double[Rows], new double[Rows]);
        for (var row = 1; row < Rows; row++)
        {
            level[row] = (0.95 * level[row - 1]) + (row > valveDelay ? 0.1 * valve[row - valveDelay] : 0) + (0.05 * log.Gauss());
            temperature[row] = (0.9 * temperature[row - 1]) + (row > heatDelay ? 0.2 * heat[row - heatDelay] : 0) + (0.05 * level[row - 1]) + (0.05 * log.Gauss());
        }

        return log.With("t", log.Clock()).With("temperature (C)", temperature).With("valve", valve).With("level (m)", level).With("heat", heat)
            .Inspect(suggestRoles: true).Suggestion!;
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(2, 5, 12)]
    [InlineData(3, 30, 2)]
    public void Two_inputs_with_delays_are_told_from_the_outputs_and_the_delays_are_found(int seed, int valveDelay, int heatDelay)
    {
        using var log = new SyntheticLog(Rows, seed);
        var suggestion = Plant(log, log.Held(20), log.Drifting(0.8), valveDelay, heatDelay);
        Assert.Equal(["valve", "heat"], suggestion.Named(ColumnRole.Action));
        Assert.Equal(["temperature", "level"], suggestion.Named(ColumnRole.Observation));
        Assert.Equal(valveDelay, suggestion.Influences.Single(influence => influence is { From: "valve", To: "level" }).Delay);
        Assert.Equal(heatDelay, suggestion.Influences.Single(influence => influence is { From: "heat", To: "temperature" }).Delay);
        Assert.EndsWith("log.csv --observations temperature,level --actions valve,heat --time-column t", suggestion.Command, StringComparison.Ordinal);
        Assert.Contains("holds its value", suggestion.Roles.Single(role => role.Column == "valve").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Columns_that_only_drift_or_rise_together_are_not_related(int seed)
    {
        using var log = new SyntheticLog(Rows, seed);
        var suggestion = log.With("walk", log.Drifting(1)).With("other walk", log.Drifting(1)).With("drift", log.Drifting()).With("held", log.Held())
            .With("rise", log.White().Select((value, row) => (0.01 * row) + value)).With("other rise", log.White().Select((value, row) => (0.02 * row) + value))
            .Inspect(suggestRoles: true).Suggestion!;
        Assert.Empty(suggestion.Influences);
        Assert.All(suggestion.Roles, role => Assert.Null(role.Role));
        Assert.Equal("", suggestion.Command);
    }

    [Fact]
    public void The_command_names_what_stands_for_missing_values_and_quotes_what_a_shell_would_split()
    {
        using var log = new SyntheticLog(Rows, 3);
        var valve = log.Held(20);
        var level = new double[Rows];
        for (var row = 1; row < Rows; row++)
            level[row] = (0.95 * level[row - 1]) + (0.1 * valve[row - 1]) + (0.05 * log.Gauss());
        log.With("valve position", valve).With("level", level).Set(9, 1, "n/a").Set(10, 1, "");
        Assert.EndsWith("log.csv --observations level --actions \"valve position\" --missing n/a \"\"", log.Inspect(suggestRoles: true).Suggestion!.Command, StringComparison.Ordinal);
    }

    [RecordedDataFact]
    public void Recorded_plants_are_told_rightly()
    {
        (string File, string[] Actions)[] plants =
        [
            ("daisy/exchanger.dat", ["c2"]), ("daisy/cstr.dat", ["c2"]), ("daisy/heating_system.dat", ["c2"]),
            ("daisy/steamgen.dat", ["c2", "c3", "c4", "c5"]), ("daisy/glassfurnace.dat", ["c2", "c3", "c4"]),
            ("openmv/gas-furnace.csv", ["InputGasRate"]), ("cascaded_tanks/dataBenchmark.csv", ["uEst", "uVal"]),
        ];
        foreach (var (file, actions) in plants)
        {
            var suggestion = LogInspector.Inspect(RecordedData.PathOf(file.Split('/')), new LogOptions([], [])).Suggestion!;
            Assert.Equal((file, string.Join(' ', actions)), (file, string.Join(' ', suggestion.Named(ColumnRole.Action))));
            Assert.All(suggestion.Roles, role => Assert.NotNull(role.Role));
        }
    }
}
