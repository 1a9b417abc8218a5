using System.Diagnostics;
using Orrery.Data;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Tests.Audit;

public class AuditLogTests
{
    private const string WritingChild = "ORRERY_AUDIT_CHILD";

    [Fact]
    public void A_log_goes_on_where_it_was_closed()
    {
        using var log = new TemporaryLog();
        log.Write(3);
        log.Write(4);
        var found = log.Verify();
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Equal((7L, 1), (found.Decisions, found.Files));
    }

    [Fact]
    public void A_record_torn_at_any_byte_is_set_aside_and_the_next_record_says_so()
    {
        using var log = new TemporaryLog();
        log.Write(3);
        var intact = File.ReadAllBytes(log.Files[0]);
        var lastLine = intact.AsSpan(0, intact.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (var length = lastLine + 1; length < intact.Length; length += 7)
        {
            foreach (var left in Directory.GetFiles(log.Folder))
                File.Delete(left);
            File.WriteAllBytes(Path.Combine(log.Folder, "audit-000001.jsonl"), intact[..length]);
            List<string> reports = [];
            log.Write(1, new AuditLogOptions(Report: reports.Add));
            var found = log.Verify();
            Assert.True(found.IsValid, string.Join("\n", found.Problems));
            Assert.Contains("torn record", Assert.Single(reports), StringComparison.Ordinal);
            Assert.Contains("set aside", Assert.Single(found.Remarks), StringComparison.Ordinal);
            Assert.Equal(4, found.Decisions);
            var recovered = log.Record(4);
            Assert.Equal("recovered", recovered.GetProperty("kind").GetString());
            Assert.Equal(length - lastLine, recovered.GetProperty("tornBytes").GetInt32());
            Assert.Equal(intact[lastLine..length], File.ReadAllBytes(Path.Combine(log.Folder, recovered.GetProperty("setAside").GetString()!)));
        }
    }

    [Fact]
    public void A_log_that_was_not_closed_is_gone_on_with_and_that_is_told()
    {
        using var log = new TemporaryLog();
        List<string> reports = [];
        log.Write(2, new AuditLogOptions(Report: reports.Add));
        log.Write(2, new AuditLogOptions(Report: reports.Add));
        Assert.Empty(reports);
        // A last record that was never written, or was taken away, leaves nothing torn.
        var lines = File.ReadAllLines(log.Files[0]);
        File.WriteAllText(log.Files[0], string.Join('\n', lines[..^1]) + "\n");
        log.Write(1, new AuditLogOptions(Report: reports.Add));
        Assert.Contains("was not closed", Assert.Single(reports), StringComparison.Ordinal);
        Assert.True(log.Verify().IsValid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"seq\":9,\"ti")]
    public void A_file_that_was_begun_when_the_process_died_is_gone_on_with(string begun)
    {
        using var log = new TemporaryLog();
        log.Write(100, new AuditLogOptions(LargestFile: 8192));
        File.WriteAllText(Path.Combine(log.Folder, $"audit-{log.Files.Length + 1:000000}.jsonl"), begun);
        log.Write(1);
        var found = log.Verify();
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Equal(101, found.Decisions);
    }

    [Fact]
    public void A_last_record_whose_middle_was_lost_counts_as_torn_and_an_earlier_one_does_not()
    {
        using var log = new TemporaryLog();
        log.Write(5);
        var bytes = File.ReadAllBytes(log.Files[0]);
        bytes.AsSpan(bytes.Length - 60, 20).Clear();
        File.WriteAllBytes(log.Files[0], bytes);
        Assert.False(log.Verify().IsValid);
        log.Write(1);
        Assert.True(log.Verify().IsValid);

        var lines = log.Lines();
        lines[^1] = lines[^1].Replace("closed", "cloned", StringComparison.Ordinal);
        lines[^2] = lines[^2].Replace("step", "stop", StringComparison.Ordinal);
        log.Replace(lines);
        Assert.Contains("cannot be gone on with", Assert.Throws<OrreryDataException>(() => log.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_or_none_does_not_go_on_with_a_sealed_log_and_changes_nothing()
    {
        using var log = new TemporaryLog();
        var key = new AuditKey("a secret of sixteen bytes or more"u8);
        log.Write(0, new AuditLogOptions(key));
        var before = File.ReadAllBytes(log.Files[0]);
        Assert.Contains("sealed with a key", Assert.Throws<OrreryDataException>(() => log.Open()).Message, StringComparison.Ordinal);
        Assert.Contains("another key", Assert.Throws<OrreryDataException>(() => log.Open(new AuditLogOptions(new AuditKey("some other secret, long enough"u8)))).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(log.Files[0]));
    }

    [Fact]
    public void A_log_is_written_by_one_process_at_a_time()
    {
        using var log = new TemporaryLog();
        using var first = log.Open();
        Assert.Contains("in use", Assert.Throws<OrreryDataException>(() => log.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_file_is_begun_each_day()
    {
        using var log = new TemporaryLog();
        var clock = new Clock();
        using (var written = log.Open(new AuditLogOptions(NewFileEachDay: true, Time: clock)))
        {
            TemporaryLog.Append(written, 0);
            clock.Now += TimeSpan.FromDays(1);
            TemporaryLog.Append(written, 1);
            TemporaryLog.Append(written, 2);
        }

        Assert.Equal(2, log.Files.Length);
        Assert.True(log.Verify().IsValid);
    }

    [Fact]
    public void What_cannot_be_written_is_told_once_counted_and_noted_when_writing_works_again()
    {
        using var log = new TemporaryLog();
        List<string> reports = [];
        FullDisk? disk = null;
        using (var written = log.Open(new AuditLogOptions(Report: reports.Add) { Through = file => disk = new FullDisk(file) }))
        {
            TemporaryLog.Append(written, 0);
            disk!.IsFull = true;
            TemporaryLog.Append(written, 1);
            TemporaryLog.Append(written, 2);
            Assert.Contains("cannot be written", Assert.Single(reports), StringComparison.Ordinal);
            Assert.NotNull(written.Failure);
            Assert.Equal(2, written.Lost);
            Assert.Equal(1, written.Head.Sequence);
            Assert.True(log.Verify().IsValid);
            disk.IsFull = false;
            TemporaryLog.Append(written, 3);
            Assert.Null(written.Failure);
            Assert.Contains("2 records are lost", reports[1], StringComparison.Ordinal);
        }

        var found = log.Verify();
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Contains("2 records before it could not be written", Assert.Single(found.Remarks), StringComparison.Ordinal);
        Assert.Equal(2, found.Decisions);
    }

    [Fact]
    public void A_process_killed_in_the_middle_of_writing_leaves_a_log_that_can_be_gone_on_with()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var log = new TemporaryLog();
        using (var child = Process.Start(new ProcessStartInfo("dotnet", ["vstest", typeof(AuditLogTests).Assembly.Location, $"/Tests:{nameof(Writes_until_it_is_killed_when_a_test_asks_for_it)}"])
        {
            Environment = { [WritingChild] = log.Folder },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            var started = Stopwatch.GetTimestamp();
            while ((log.Files.Length == 0 || new FileInfo(log.Files[^1]).Length < 1_000_000) && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60) && !child.HasExited)
                Thread.Sleep(1);
            Assert.False(child.HasExited, "the child ended by itself");
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
            WaitUntilReleased(log.Folder);
        }

        var torn = log.Verify();
        Assert.All(torn.Problems, problem => Assert.Contains("torn record", problem.What, StringComparison.Ordinal));
        Assert.True(torn.Decisions > 1000);
        log.Write(1);
        var found = log.Verify();
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Equal(torn.Decisions + 1, found.Decisions);
    }

    [Fact]
    public void Writes_until_it_is_killed_when_a_test_asks_for_it()
    {
        if (Environment.GetEnvironmentVariable(WritingChild) is not { Length: > 0 } folder)
            return;
        using var log = AuditLog.Open(folder);
        for (var step = 0; ; step++)
            TemporaryLog.Append(log, step);
    }

    /// <summary>The killed writer is a grandchild, and goes a moment after the child that is waited for.</summary>
    private static void WaitUntilReleased(string folder)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            try
            {
                new FileStream(Path.Combine(folder, ".lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Takes half of what it is given while it is full, as a disk does.</summary>
    private sealed class FullDisk(Stream file) : Stream
    {
        public bool IsFull { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(IsFull ? buffer[..(buffer.Length / 2)] : buffer);
            if (IsFull)
                throw new IOException("No space left on device", 28);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
