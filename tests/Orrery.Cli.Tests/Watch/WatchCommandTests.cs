using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Tensors.Random;

namespace Orrery.Cli.Tests.Watch;

public sealed class WatchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-watch").FullName;

    [Fact]
    public async Task A_run_is_watched_with_alarms_that_name_output_and_onset()
    {
        string training = Log("training.csv", 4000, faultAt: -1), normal = Log("normal.csv", 800, faultAt: -1), broken = Log("broken.csv", 800, faultAt: 500);
        string run = Path.Combine(_folder, "run"), page = Path.Combine(_folder, "watch.html");
        Assert.Equal(0, (await Tool("train", training, "--observations", "upper,lower", "--actions", "voltage", "--time-column", "t", "--set", "training.updates=20", "--output", run, "--quiet")).Code);

        (int code, string output, string error) = await Tool("watch", run, normal, "--false-alarms", "1/2000 rows", "--json");
        Assert.Equal(0, code);
        Assert.Contains("kept in", error, StringComparison.Ordinal);
        Assert.Contains("1,180 rows of normal operation can vouch for one false alarm in 1,180 rows and no less; 1/2000 rows is", error, StringComparison.Ordinal);
        JsonElement summary = JsonSerializer.Deserialize<JsonElement>(output.Trim().Split('\n')[^1]);
        Assert.Equal(("summary", 800, false), (summary.GetProperty("event").GetString(), summary.GetProperty("rows").GetInt32(), summary.GetProperty("supported").GetBoolean()));

        (code, output, error) = await Tool("watch", run, broken, "--false-alarms", "1/500 rows", "--json", "--fail-on-alarm", "--report", page);
        Assert.Equal(1, code);
        Assert.DoesNotContain("kept in", error, StringComparison.Ordinal);
        JsonElement alarm = output.Trim().Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).First(line => line.GetProperty("event").GetString() == "alarm" && line.GetProperty("row").GetInt32() > 500);
        Assert.Equal(("lower", "above"), (alarm.GetProperty("output").GetString(), alarm.GetProperty("kind").GetString()));
        Assert.InRange(alarm.GetProperty("row").GetInt32(), 501, 520);
        Assert.Equal($"{alarm.GetProperty("row").GetInt32() - 1}", alarm.GetProperty("time").GetString());
        Assert.Contains("lower too high", await File.ReadAllTextAsync(page), StringComparison.Ordinal);

        (code, output, _) = await Tool("watch", run, broken, "--false-alarms", "1/500 rows");
        Assert.Equal(0, code);
        Assert.Contains("lower is ", output, StringComparison.Ordinal);
        Assert.Contains("800 rows; ", output, StringComparison.Ordinal);

        Assert.Equal(0, (await Tool("watch", run, "--calibrate", normal, "--time-column", "t")).Code);
        Assert.DoesNotContain("kept in", (await Tool("watch", run)).Error, StringComparison.Ordinal);
        Assert.Contains("rows of the run's held-out rows, kept in", (await Tool("watch", run, "--calibrate", "held-out")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Tool("watch", run, normal, "--false-alarms", "sometimes")).Code);
        Assert.Equal(2, (await Tool("watch", run, Path.Combine(_folder, "nothing.csv"))).Code);
        Assert.Equal(2, (await Tool("watch", run, "-", "--follow")).Code);
    }

    [Fact]
    public async Task Another_log_is_read_as_the_run_s_own_was()
    {
        string training = Path.Combine(_folder, "trend.csv"), run = Path.Combine(_folder, "run");
        string[] lines = await File.ReadAllLinesAsync(Log("plain.csv", 1500, faultAt: -1));

        // As a historian in Germany writes it: a title, commas, letters of one byte, the day first, and a word for no value.
        await File.WriteAllLinesAsync(training, ["Trend", "Zeit;Höhe [m];lower;voltage", .. lines.Skip(1).Select((line, row) => German(line, row))], Encoding.Latin1);
        (int code, _, string error) = await Tool(
            "train", training, "--observations", "Höhe,lower", "--actions", "voltage", "--time-column", "Zeit", "--time-format", "dd.MM.yyyy HH:mm:ss", "--missing", "k.A.",
            "--set", "training.updates=20", "--output", run);
        Assert.True(code == 0, error);
        (code, string output, error) = await Tool("watch", run, training, "--json", "--false-alarms", "1/100000 rows");
        Assert.True(code == 0, error);
        JsonElement summary = JsonSerializer.Deserialize<JsonElement>(output.Trim().Split('\n')[^1]);
        Assert.Equal((1500, 1), (summary.GetProperty("rows").GetInt32(), summary.GetProperty("missing").GetInt32()));
        Assert.Equal(0, (await Tool("plan", run, "--log", training, "--goal", "lower=0.1", "--over", "3")).Code);
        (_, _, error) = await Tool("plan", run, "--goal", "lower=0.1", "--over", "3", "--limit", "50<=voltage<=60");
        Assert.Contains("warning: the plan moves 'voltage' to ", error, StringComparison.Ordinal);
        Assert.Contains(", outside what was recorded of it, ", error, StringComparison.Ordinal);
        Assert.Contains($"Plan with it: orrery plan {run} --goal Höhe=", (await Tool("evaluate", run)).Error, StringComparison.Ordinal);

        string still = Path.Combine(_folder, "still.csv");
        await File.WriteAllLinesAsync(still, ["a,b", .. Enumerable.Range(0, 300).Select(row => $"{row % 7},3")]);
        (_, _, error) = await Tool("train", still, "--observations", "a", "--actions", "b", "--set", "training.updates=5", "--output", Path.Combine(_folder, "still"));
        Assert.Contains("warning: 'b' is always 3: what it does cannot be learned", error, StringComparison.Ordinal);

        // Predictions count rows, so rows that are twice as far apart are no rows to predict from.
        string slow = Path.Combine(_folder, "slow.csv");
        await File.WriteAllLinesAsync(slow, (await File.ReadAllLinesAsync(training, Encoding.Latin1)).Skip(1).Where((_, row) => row % 2 == 0), Encoding.Latin1);
        foreach (string[] arguments in (string[][])[["plan", run, "--log", slow, "--goal", "lower=0.1"], ["evaluate", run, "--log", slow]])
        {
            (code, _, error) = await Tool(arguments);
            Assert.Equal(2, code);
            Assert.Contains("slow has a row every 2 s, but the run was trained on rows 1 s apart, and its predictions count rows. Make them alike with --resample 1", error, StringComparison.Ordinal);
        }

        Assert.Contains("most rows come after longer than the 1 s between the rows that the run was trained on", (await Tool("watch", run, slow)).Error, StringComparison.Ordinal);

        // What cannot be read is not passed over as if all were well.
        string wrong = Path.Combine(_folder, "wrong.csv");
        await File.WriteAllLinesAsync(wrong, ["Zeit;Höhe [m];lower;voltage", .. Enumerable.Range(0, 50).Select(row => $"01.02.2026 00:00:{row:00};x;1;1")]);
        (_, _, error) = await Tool("watch", run, wrong);
        Assert.Contains("50 of 50 rows could not be used, so little was watched. The last: Line 51, column 'Höhe': 'x' is no number.", error, StringComparison.Ordinal);

        static string German(string line, int row)
        {
            string[] cells = line.Replace(',', ';').Replace('.', ',').Split(';');
            string time = DateTime.UnixEpoch.AddSeconds(row).ToString("dd.MM.yyyy HH:mm:ss", CultureInfo.InvariantCulture);
            return $"{time};{(row == 700 ? "k.A." : cells[1])};{cells[2]};{cells[3]}";
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Two linear tanks; from a row on, the lower one's sensor reads 3 too much.</summary>
    private string Log(string name, int rows, int faultAt)
    {
        RandomStream random = new(4, name);
        double upper = 0, lower = 0, voltage = 0;
        using StreamWriter writer = new(Path.Combine(_folder, name));
        writer.WriteLine("t,upper,lower,voltage");
        for (int row = 0; row < rows; row++)
        {
            voltage = row % 25 == 0 ? random.NextNormal() : voltage;
            (upper, lower) = ((0.9 * upper) + (0.3 * voltage) + (0.05 * random.NextNormal()), (0.85 * lower) + (0.15 * upper) + (0.05 * random.NextNormal()));
            double read = lower + (row >= faultAt && faultAt >= 0 ? 3 : 0) + (0.05 * random.NextNormal());
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row},{upper + (0.05 * random.NextNormal()):R},{read:R},{voltage:R}"));
        }

        return Path.Combine(_folder, name);
    }

    private static async Task<(int Code, string Output, string Error)> Tool(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
