using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Data.Spaces;
using Orrery.Data.Tests.Logs.Sources;

namespace Orrery.Data.Tests.Logs;

/// <summary>Titles above the header and units below it, as exports of historians and of Excel have them.</summary>
public sealed class LogOpeningTests : IDisposable
{
    private static readonly LogOptions Options = new(["level"], ["valve"], TimeColumn: "time");
    private static readonly string Body = string.Concat(Enumerable.Range(0, 20).Select(row => $"{row},{row % 3}.5,{row * row}.25\n"));

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("time,valve,level\n", null, null, "", "")]
    [InlineData("Trend export\n\ntime,valve,level\n", 3, null, "", "")]
    [InlineData("Trend export,,\nPlant: A, line 3\ntime,valve,level\n", 3, null, "", "")]
    [InlineData("time,valve,level\ns,%,m\n", null, 2, "m", "%")]
    [InlineData("time,valve,level\n,[%],(m)\n", null, 2, "m", "%")]
    [InlineData("Trend\ntime,valve [mm],level\ns,%,m\n", 2, 3, "m", "mm")]
    public void The_header_is_found_below_titles_and_units_below_it(string opening, int? header, int? units, string observed, string acted)
    {
        using Dataset dataset = Import(opening + Body, Options);
        Assert.Equal(20, dataset.Rows);
        Assert.Equal((header?.ToString(), units?.ToString()), (dataset.Provenance.Settings.GetValueOrDefault("headerRow"), dataset.Provenance.Settings.GetValueOrDefault("unitRow")));
        Assert.Equal((observed, acted), (((VectorSpace)dataset.Spaces.Observation).Dimensions[0].Unit, dataset.Spaces.Action.Dimensions[0].Unit));
        Assert.Equal((0.25f, 0.5f), (dataset.Observation(0)[0], dataset.Action(0)[0]));
    }

    [Fact]
    public void A_workbook_with_a_title_is_read_and_its_rows_keep_their_numbers()
    {
        string path = _temporary.File("log.xlsx");
        TableFiles.Workbook(path, ("Trend", [["Pump station 3"], [], .. TableFiles.Sheet()]));
        LogTable table = LogTable.Read(path, Options);
        Assert.Equal((40, 4L), (table.Rows, table.RowNumbers[0]));
        LogFinding told = LogInspector.Inspect(path, new LogOptions([], [])).Findings.Single(finding => finding.Kind == FindingKind.Opening);
        Assert.StartsWith("Row 3 names the columns", told.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_the_user_names_counts_whatever_stands_above()
    {
        using Dataset dataset = Import("a,b,c\n1,2,3\ntime,valve,level\n" + Body, Options with { HeaderRow = 3 });
        Assert.Equal(20, dataset.Rows);
        Assert.StartsWith("Row 99 of log.csv shall name the columns, but it is blank or behind", Error("a,b\n1,2\n", Options with { HeaderRow = 99 }), StringComparison.Ordinal);
        Assert.StartsWith("There is no row 0", Error("a,b\n1,2\n", Options with { HeaderRow = 0 }), StringComparison.Ordinal);
        File.WriteAllText(_temporary.File("log.jsonl"), TableFiles.JsonLines());
        Assert.StartsWith("--header-row names a row of a text file", Assert.Throws<OrreryDataException>(() => LogTable.Read(_temporary.File("log.jsonl"), Options with { HeaderRow = 2 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time,valve,level,\n")] // A last column without a name.
    [InlineData("time,valve,level\nx,y,z\n")] // Words, but no units: the import must stop there.
    public void Doubt_leaves_the_first_row_as_the_header(string opening)
    {
        LogInspection log = LogInspector.Inspect(Write(opening + Body), new LogOptions([], []));
        Assert.Equal("valve", log.Columns[1].Name);
        Assert.DoesNotContain(log.Findings, finding => finding.Kind == FindingKind.Opening);
    }

    [Theory]
    [InlineData("time (min)", "min")]
    [InlineData("time [h]", "h")]
    [InlineData("time", "s")]
    public void The_unit_of_time_is_the_headers(string header, string unit)
    {
        using Dataset dataset = Import($"{header},valve,level\n{Body}", Options);
        Assert.Equal((1, unit), (dataset.SamplingTime, dataset.TimeUnit));
        using Dataset said = Import($"{header},valve,level\n{Body}", Options with { TimeUnit = "d" });
        Assert.Equal("d", said.TimeUnit);
    }

    private Dataset Import(string text, LogOptions options) => LogImporter.Import(Write(text), options, _temporary.File("dataset"), overwrite: true);

    private string Error(string text, LogOptions options) => Assert.Throws<OrreryDataException>(() => Import(text, options)).Message;

    private string Write(string text)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return _temporary.File("log.csv");
    }
}
