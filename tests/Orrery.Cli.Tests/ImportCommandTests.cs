using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Models.Runs;

namespace Orrery.Cli.Tests;

public sealed class ImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_done_to_rows_is_told_row_for_row()
    {
        string log = Written("log.csv", "day;clock;u;y\n01.02.2024;10:00:00;1,5;1\n01.02.2024;10:00:02;1,5;3\n01.02.2024;10:00:01;1,5;2\n01.02.2024;10:00:02;1,5;5\n01.02.2024;10:00:03;-;2\n01.02.2024;10:00:09;1,5;1\n01.02.2024;10:00:10;1,5;1\n01.02.2024;10:00:20;1,5;1\n");
        (int code, _, string error) = await Run(
            "import", log, "--observations", "y", "--actions", "u", "--missing=-", "--time-column", "day clock", "--time-format", "dd.MM.yyyy HH:mm:ss",
            "--order", "sort", "--duplicates", "mean", "--resample", "0.5", "--resample-rule", "linear", "-o", Path.Combine(_folder, "data"));
        Assert.Equal(0, code);
        Assert.Equal(
            [
                "Numbers are written 1,5.",
                "1 row left out for missing values; an episode ends there.",
                "1 row out of order sorted by time.",
                "1 row of the same time merged: the mean counts.",
                "1 gap in time; an episode ends there.",
                "9 rows made by resampling every 0.5 (linear).",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        using Dataset dataset = Dataset.Open(Path.Combine(_folder, "data"));
        Assert.Equal([1f, 1.5f, 2f, 3f, 4f], dataset.Observation(0, 5).ToArray());
    }

    [Fact]
    public async Task Every_command_that_takes_a_log_takes_a_connection_string_and_never_prints_its_password()
    {
        const string place = "postgres://plant:sesame@127.0.0.1:1/tank";
        string[] columns = ["--observations", "y", "--actions", "u", "--query", "select 1"];
        foreach (string[] arguments in (string[][])[["import", place, .. columns], ["train", place, "-o", Path.Combine(_folder, "run"), .. columns], ["inspect", place, "--query", "select 1"]])
        {
            (int code, string output, string error) = await Run(arguments);
            Assert.Equal(1, code);
            Assert.StartsWith("error: Cannot connect to the database 'tank' at 127.0.0.1:1: ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", output + error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_rule_that_is_not_known_is_a_bad_argument()
    {
        (int code, _, string error) = await Run("import", "log.csv", "--observations", "y", "--actions", "u", "--duplicates", "some");
        Assert.Equal(2, code);
        Assert.Contains("some", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_run_that_was_killed_before_it_began_left_behind_is_no_hindrance()
    {
        string run = Path.Combine(_folder, "run"), log = Written("log.csv", "u,y\n1,2\n1,3\n");
        Session session = new(new StringWriter(), new StringWriter(), json: false, quiet: true);
        using (RunData.Open(log, new LogOptions(["y"], ["u"]), run, out bool imported, session, CancellationToken.None))
            Assert.True(imported);
        Directory.CreateDirectory(Path.Combine(run, "data.99999999-abc.partial"));
        using Dataset other = RunData.Open(log, new LogOptions(["u"], ["y"]), run, out bool again, session, CancellationToken.None);
        Assert.True(again);
        Assert.Equal([1f, 1f], other.Observation(0, 2).ToArray());
        Assert.False(RunFolder.Exists(run));
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
