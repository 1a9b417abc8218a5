using Orrery.Models.Runs;

namespace Orrery.Models.Tests.Runs;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_read_back_and_what_is_not_finite_is_null()
    {
        string path = _folder.File("metrics.jsonl");
        using (MetricsLog log = MetricsLog.Open(path, 0))
        {
            log.Write(1, "train", 0.5, [("loss", 0.25), ("rate", double.NaN)]);
            log.Remark(1, "warning", "It collapsed.");
        }

        IReadOnlyList<MetricsLine> lines = MetricsLog.Read(path);

        Assert.Equal(2, lines.Count);
        Assert.Equal(0.25, lines[0].Values["loss"]);
        Assert.Equal(0.5, lines[0].Values["seconds"]);
        Assert.False(lines[0].Values.ContainsKey("rate"));
        Assert.Equal("It collapsed.", lines[1].Remark);
        Assert.Contains("\"rate\":null", File.ReadLines(path).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_resumes_drops_later_lines_and_a_line_that_was_cut_off()
    {
        string path = _folder.File("metrics.jsonl");
        using (MetricsLog log = MetricsLog.Open(path, 0))
            for (int step = 1; step <= 5; step++)
                log.Write(step, "train", step, [("loss", step)]);
        File.AppendAllText(path, "{\"step\":6,\"pha");

        using (MetricsLog log = MetricsLog.Open(path, 3))
            log.Write(4, "train", 4, [("loss", 40)]);

        Assert.Equal([1, 2, 3, 40], MetricsLog.Read(path).Select(line => line.Values["loss"]));
    }

    [Fact]
    public void Writing_allocates_nothing_after_the_first_lines()
    {
        using MetricsLog log = MetricsLog.Open(_folder.File("metrics.jsonl"), 0);
        (string, double)[] values = [("loss", 0.123456789), ("rate", 1e-3)];
        for (int step = 0; step < 10; step++)
            log.Write(step, "train", step, values);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 10; step < 60; step++)
            log.Write(step, "train", step, values);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
