using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Spaces;

namespace Orrery.Data.Tests.Logs;

public sealed class DeclaredColumnTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Log(string text, string name = "log.csv")
    {
        File.WriteAllText(_temporary.File(name), text);
        return _temporary.File(name);
    }

    [Theory]
    [InlineData("level (m)", "level", "m")]
    [InlineData("flow [m3/h]", "flow", "m3/h")]
    [InlineData("temp (°C)", "temp", "°C")]
    [InlineData("heat(kW)", "heat", "kW")]
    [InlineData("speed (1/min)", "speed", "1/min")]
    [InlineData("energy (kWh)", "energy", "kWh")]
    [InlineData("acceleration (m/s^2)", "acceleration", "m/s^2")]
    [InlineData("valve (%)", "valve", "%")]
    [InlineData("temp (in)", "temp (in)", "")]
    [InlineData("temp (out)", "temp (out)", "")]
    [InlineData("flow (MV)", "flow (MV)", "")]
    [InlineData("tank (left)", "tank (left)", "")]
    [InlineData("(m)", "(m)", "")]
    public void A_unit_in_a_header_is_told_from_other_words_in_brackets(string header, string name, string unit)
    {
        var table = LogTable.Read(Log($"u,{header}\n1,2\n"), new LogOptions([header], ["u"]));
        Assert.Equal((name, unit), (table.Declared[0].Name, table.Declared[0].Unit));
        Assert.Equal([2.0], LogTable.Read(_temporary.File("log.csv"), new LogOptions([name], ["u"])).Columns[0]);
    }

    [Fact]
    public void Columns_that_only_their_units_tell_apart_keep_them_in_their_names()
    {
        var path = Log("u,temp (C),temp (F)\n1,20,68\n");
        var options = new LogOptions(["temp (F)", "temp (C)"], ["u"], Columns: [new ColumnDeclaration("temp (C)", "K")]);
        Assert.Equal([("temp (F)", ""), ("temp (C)", "K")], LogTable.Read(path, options).Declared.Take(2).Select(column => (column.Name, column.Unit!)));
        Assert.StartsWith("log.csv has no column 'temp'.", Assert.Throws<OrreryDataException>(() => LogTable.Read(path, options with { Observations = ["temp"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_and_ranges_are_kept_in_the_dataset()
    {
        var options = new LogOptions(["level"], ["valve"], Disturbances: ["rain"], Columns: [new ColumnDeclaration("level (m)", Low: 0, High: 10), new ColumnDeclaration("valve", "%", High: 100)]);
        using var dataset = LogImporter.Import(Log("valve,level (m),rain\n1,2,0\n1,3,0\n"), options, _temporary.File("dataset"));
        Assert.Equal([new Dimension("level", "m", 0, 10)], ((VectorSpace)dataset.Spaces.Observation).Dimensions);
        Assert.Equal([new Dimension("valve", "%", High: 100), new Dimension("rain", IsDisturbance: true)], dataset.Spaces.Action.Dimensions);
        var inspected = DatasetInspection.Of(dataset).Columns[0];
        Assert.Equal(("m", 0.0, 10.0), (inspected.Unit, inspected.Low, inspected.High));
    }

    [Fact]
    public void A_value_outside_its_range_ends_the_import_or_the_episode()
    {
        var path = Log("u,y\n1,2\n1,11\n1,3\n1,4\n");
        var options = new LogOptions(["y"], ["u"], Columns: [new ColumnDeclaration("y", Low: 0, High: 10)]);
        Assert.Equal(
            "Column 'y' of log.csv: 11 in row 3 is outside its declared range 0 to 10. Correct it or the range, or leave such rows out with --outside gap.",
            Assert.Throws<OrreryDataException>(() => LogTable.Read(path, options)).Message);
        var table = LogTable.Read(path, options with { Outside = OutsideRange.Gap });
        Assert.Equal([2.0, 3.0, 4.0], table.Columns[0]);
        Assert.Equal([new LogStretchRange(0, 1, true), new LogStretchRange(1, 2, false)], table.Stretches);
        Assert.Equal(1, table.MissingRows);
    }

    [Fact]
    public void A_declared_column_that_the_log_lacks_is_an_error()
    {
        var options = new LogOptions(["y"], ["u"], Columns: [new ColumnDeclaration("levle", High: 10)]);
        Assert.StartsWith("log.csv has no column 'levle'.", Assert.Throws<OrreryDataException>(() => LogTable.Read(Log("u,y\n1,2\n"), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_in_different_units_do_not_become_one_dataset()
    {
        string[] paths = [Log("u,level (m)\n1,2\n", "a.csv"), Log("u,level (cm)\n1,200\n", "b.csv")];
        Assert.Equal(
            "Column 'level' is in 'cm' in b.csv, but in 'm' in a.csv. Convert one, or declare the unit of both with --unit.",
            Assert.Throws<OrreryDataException>(() => LogImporter.Import(paths, new LogOptions(["level"], ["u"]), _temporary.File("dataset"))).Message);
        Assert.False(Directory.Exists(_temporary.File("dataset")));
    }

    [Fact]
    public void A_stream_takes_a_value_outside_its_range_for_a_missing_one_when_asked()
    {
        var options = new LogOptions(["y"], ["u"], Columns: [new ColumnDeclaration("y", High: 10)], Outside: OutsideRange.Gap);
        LogStream stream = new("pipe", options, 1), open = new("pipe", options with { Outside = OutsideRange.Stop }, 1);
        Assert.Equal([LogLine.Other, LogLine.Row, LogLine.Missing], ((string[])["u,y (m)", "1,9", "1,11"]).Select(stream.Accept));
        Assert.Equal([LogLine.Other, LogLine.Row, LogLine.Row], ((string[])["u,y", "1,9", "1,11"]).Select(open.Accept));
    }
}
