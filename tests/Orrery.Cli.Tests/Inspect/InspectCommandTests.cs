using System.Text.Json;

namespace Orrery.Cli.Tests.Inspect;

public sealed class InspectCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-").FullName;

    public InspectCommandTests()
    {
        Random random = new(1);
        List<string> lines = ["t,valve (%),level [m],note"];
        double valve = 50, level = 0;
        for (int row = 0; row < 2000; row++)
        {
            if (random.Next(20) == 0)
                valve = Math.Round(100 * random.NextDouble(), 1);
            level = (0.95 * level) + (0.01 * valve) + (0.02 * random.NextDouble());
            lines.Add(FormattableString.Invariant($"{row * 2},{valve},{(row is 10 or 11 ? "n/a" : level.ToString("0.000"))},auto"));
        }

        File.WriteAllLines(Log, lines);
    }

    private string Log => Path.Combine(_folder, "log.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        Assert.True(await OrreryTool.RunAsync(arguments, output, error) == 0, error.ToString());
        return output.ToString();
    }

    [Fact]
    public async Task A_log_is_shown_without_naming_a_column_and_in_spite_of_bad_cells()
    {
        string text = await Run("inspect", Log);
        foreach (string expected in (string[])["2,000 rows, one every 2 of 't'", "2 cells are 'n/a'.", "rows 12 to 13", "decide: --missing n/a", "only you know what is commanded",
            "--observations level --actions valve --time-column t --missing n/a"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suggested_command_line_is_one_that_imports()
    {
        using JsonDocument json = JsonDocument.Parse(await Run("inspect", Log, "--json"));
        string command = json.RootElement.GetProperty("suggestion").GetProperty("command").GetString()!;
        string[] words = command["orrery train ".Length..].Split(' ');
        await Run(["import", .. words, "--output", Path.Combine(_folder, "dataset"), "--quiet"]);
        Assert.Contains("level", await Run("inspect", Path.Combine(_folder, "dataset")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_columns_and_findings_and_a_page_is_written()
    {
        string page = Path.Combine(_folder, "page.html");
        using JsonDocument json = JsonDocument.Parse(await Run("inspect", Log, "--json", "--report", page));
        JsonElement columns = json.RootElement.GetProperty("columns");
        Assert.Equal(["time", "number", "number", "text"], columns.EnumerateArray().Select(column => column.GetProperty("content").GetString()!.ToLowerInvariant()));
        Assert.Equal("m", columns[2].GetProperty("unit").GetString());
        JsonElement missing = json.RootElement.GetProperty("findings")[0];
        Assert.Equal(("Missing", 2, 12), (missing.GetProperty("kind").GetString(), missing.GetProperty("count").GetInt32(), missing.GetProperty("rows")[0].GetProperty("first").GetInt32()));
        Assert.Contains("2 cells are", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_columns_is_all_that_an_import_needs()
    {
        string columns = Path.Combine(_folder, "columns.csv");
        await File.WriteAllTextAsync(columns, "name,unit,low,high,role\nt,,,,time\nlevel,,0,30,observation\nvalve,,0,100,action\n");
        using JsonDocument imported = JsonDocument.Parse(await Run("import", Log, "--columns", columns, "--missing", "n/a", "--output", Path.Combine(_folder, "dataset"), "--json"));
        Assert.Equal(1998, imported.RootElement.GetProperty("rows").GetInt64());
        using JsonDocument seen = JsonDocument.Parse(await Run("inspect", Path.Combine(_folder, "dataset"), "--json"));
        JsonElement level = seen.RootElement.GetProperty("columns")[0];
        Assert.Equal(("m", 0, 30), (level.GetProperty("unit").GetString(), level.GetProperty("low").GetDouble(), level.GetProperty("high").GetDouble()));
    }

    [Fact]
    public async Task Values_outside_a_declared_range_are_found_and_stop_the_import_unless_they_are_gaps()
    {
        string text = await Run("inspect", Log, "--range", "0<=level<=10", "--unit", "valve=l/s");
        Assert.Contains("outside the declared range 0 to 10", text, StringComparison.Ordinal);
        Assert.Contains("decide: --outside gap", text, StringComparison.Ordinal);
        Assert.Contains("l/s", text, StringComparison.Ordinal);
        string[] import = ["import", Log, "--observations", "level", "--actions", "valve", "--missing", "n/a", "--range", "0<=level<=10", "--output", Path.Combine(_folder, "dataset")];
        StringWriter error = new();
        Assert.Equal(1, await OrreryTool.RunAsync(import, new StringWriter(), error));
        Assert.Contains("is outside its declared range 0 to 10", error.ToString(), StringComparison.Ordinal);
        await Run([.. import, "--outside", "gap"]);
    }

    [Theory]
    [InlineData("--unit", "level", "Write it like level=m.")]
    [InlineData("--range", "level", "Write it like 0<=voltage<=10")]
    [InlineData("--range", "10<=level<=0", "swap the two numbers")]
    public async Task A_declaration_that_makes_no_sense_is_a_bad_argument(string option, string value, string expected)
    {
        StringWriter error = new();
        Assert.Equal(2, await OrreryTool.RunAsync(["inspect", Log, option, value], new StringWriter(), error));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }
}
