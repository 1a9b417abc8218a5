using Orrery.Cli.Watch;

namespace Orrery.Cli.Tests.Watch;

public class LineSourceTests
{
    [Fact]
    public void Lines_end_in_any_way_and_the_last_need_not_end()
    {
        LineSource source = new(new StringReader("a,1\r\n\nb,2\nc,3"), follow: false);
        Assert.Equal(["a,1", "", "b,2", "c,3"], source.Lines(CancellationToken.None));
    }

    [Fact]
    public async Task A_line_that_is_still_being_written_is_waited_for()
    {
        string path = Path.Combine(Path.GetTempPath(), $"orrery-lines-{Guid.NewGuid():N}.csv");
        try
        {
            await File.WriteAllTextAsync(path, "first\nsec");
            using CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
            using StreamReader reader = LineSource.Open(path);
            using IEnumerator<string> lines = new LineSource(reader, follow: true).Lines(stop.Token).GetEnumerator();
            Assert.True(lines.MoveNext());
            Assert.Equal("first", lines.Current);
            Task<bool> next = Task.Run(lines.MoveNext);
            await File.AppendAllTextAsync(path, "ond\nthi");
            Assert.True(await next);
            Assert.Equal("second", lines.Current);
            await stop.CancelAsync();
            Assert.False(lines.MoveNext());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
