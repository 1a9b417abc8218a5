using Orrery.Cli.Terminal;

namespace Orrery.Cli.Tests.Terminal;

public class ProgressTests
{
    [Theory]
    [InlineData(0.32, "0.3 s")]
    [InlineData(12, "12 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(61, "1 min 01 s")]
    [InlineData(3661, "1 h 01 min")]
    public void A_duration_reads_as_a_person_would_say_it(double seconds, string expected) =>
        Assert.Equal(expected, Progress.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void In_a_log_file_each_report_is_a_line_with_phase_share_rate_and_remark()
    {
        StringWriter error = new();
        using Progress progress = new(error, interactive: false, quiet: false, secondsToGuess: 0);
        progress.Begin("train");
        progress.Report(50, 200, "updates", "loss 0.5", rate: 25);
        string line = error.ToString().TrimEnd();
        Assert.StartsWith("train", line, StringComparison.Ordinal);
        Assert.Contains("25 %", line, StringComparison.Ordinal);
        Assert.Contains("25.0 updates/s", line, StringComparison.Ordinal);
        Assert.Contains("6.0 s left", line, StringComparison.Ordinal);
        Assert.EndsWith("loss 0.5", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', line);
    }

    [Fact]
    public void What_the_first_steps_promise_is_not_told()
    {
        StringWriter error = new();
        using Progress progress = new(error, interactive: false, quiet: false);
        progress.Begin("train");
        progress.Report(50, 200, "updates", "loss 0.5", rate: 25);
        Assert.DoesNotContain("left", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_in_quick_succession_do_not_flood_a_log_file_but_the_last_one_is_there()
    {
        StringWriter error = new();
        using Progress progress = new(error, interactive: false, quiet: false);
        progress.Begin("collect");
        for (int done = 1; done <= 1000; done++)
            progress.Report(done, 1000, "episodes");
        string[] lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 2, 10);
        Assert.Contains("100 %", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_means_no_progress_at_all()
    {
        StringWriter error = new();
        using Progress progress = new(error, interactive: false, quiet: true);
        progress.Begin("train");
        progress.Report(1, 2, "updates");
        progress.End("done");
        Assert.Empty(error.ToString());
    }
}
