using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs;

/// <summary>Words that stand for numbers: switches, modes, states.</summary>
public sealed class WordTests : IDisposable
{
    private static readonly LogOptions Options = new(["level"], ["pump"], Words: new Dictionary<string, double> { ["ON"] = 1, ["off"] = 0 });
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Words_are_read_as_the_numbers_that_they_stand_for_and_this_is_kept()
    {
        using Dataset dataset = LogImporter.Import(Write("pump,level\nON,1\nOff,2\n1,3\non,4\n"), Options, _temporary.File("dataset"));
        Assert.Equal([1f, 0f, 1f, 1f], dataset.Action(0, 4).ToArray());
        Assert.Equal("ON=1 | off=0", dataset.Provenance.Settings["words"]);
        LogStream stream = new("pipe", Options, 1);
        Assert.Equal(LogLine.Other, stream.Accept("pump,level"));
        Assert.Equal(LogLine.Row, stream.Accept("ON,2"));
        Assert.Equal(1f, stream.Action[0]);
        Assert.Equal(LogLine.Missing, stream.Accept("AUTO,2"));
    }

    [Fact]
    public void A_word_that_was_not_named_stops_the_import_with_both_ways_out() => Assert.Equal(
        "Column 'pump' of log.csv: 'AUTO' in row 3 is not a number. Say with --word AUTO=1 which number it stands for, or with --missing that it means no value, or drop the column.",
        Assert.Throws<OrreryDataException>(() => LogTable.Read(Write("pump,level\nON,1\nAUTO,2\n"), Options)).Message);

    [Fact]
    public void Inspect_suggests_numbers_for_states_and_sees_the_column_with_them()
    {
        string path = Write("pump,level\n" + string.Concat(Enumerable.Range(0, 600).Select(row => $"{(row / 20 % 2 == 0 ? "ON" : "OFF")},{row % 40}\n")));
        Assert.Equal("--word OFF=0 ON=1 if they are states; or --episode-column pump if each is a batch or test of its own; or leave it out",
            LogInspector.Inspect(path, new LogOptions([], [])).Findings.Single(finding => finding.Kind == FindingKind.Text).Decision);
        LogInspection decided = LogInspector.Inspect(path, new LogOptions([], [], Words: Options.Words));
        Assert.DoesNotContain(decided.Findings, finding => finding.Kind == FindingKind.Text);
        Assert.Equal((0, 1), (decided.Columns[0].Minimum, decided.Columns[0].Maximum));
    }

    private string Write(string text)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return _temporary.File("log.csv");
    }
}
