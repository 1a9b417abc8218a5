using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Data;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Tests.Audit;

public partial class AuditVerifierTests
{
    private static readonly AuditKey Key = new("a secret of sixteen bytes or more"u8);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_records_are_a_valid_chain(bool keyed)
    {
        using var log = new TemporaryLog();
        var key = keyed ? Key : null;
        log.Write(1000, new AuditLogOptions(key));
        var found = log.Verify(new AuditExpectation(key));
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Equal((1002L, 1000L, 1, true), (found.Records, found.Decisions, found.Files, found.IsClosed));
        Assert.Empty(found.Remarks);
    }

    [Fact]
    public void A_hash_can_be_computed_by_hand()
    {
        using var log = new TemporaryLog();
        log.Write(3);
        var previous = new string('0', 64);
        foreach (var line in log.Lines())
        {
            var match = HashAtTheEnd().Match(line);
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line[..match.Index])));
            Assert.Equal(hash, match.Groups[1].Value);
            Assert.Contains($"\"previous\":\"{previous}\"", line, StringComparison.Ordinal);
            previous = hash;
        }
    }

    [Fact]
    public void Any_changed_bit_is_found_and_named()
    {
        using var log = new TemporaryLog();
        log.Write(12);
        var intact = File.ReadAllBytes(log.Files[0]);
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var changed = intact.ToArray();
            var at = random.Next(changed.Length);
            changed[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(log.Files[0], changed);
            var found = log.Verify();
            var line = intact.AsSpan(0, at).Count((byte)'\n') + 1;
            Assert.False(found.IsValid, $"bit {at}");
            Assert.InRange(found.Problems[0].Line, line, line + 1);
        }
    }

    [Fact]
    public void Every_removed_record_but_the_last_is_found_and_named()
    {
        using var log = new TemporaryLog();
        log.Write(10);
        var lines = log.Lines();
        for (var removed = 0; removed < lines.Length - 1; removed++)
        {
            log.Replace(lines.Where((_, line) => line != removed));
            var found = log.Verify();
            Assert.Equal(1 + (removed == 0 ? 1 : 0), found.ProblemCount);
            Assert.Contains("missing", found.Problems[^1].What, StringComparison.Ordinal);
            Assert.Equal((removed + 1, removed + 1), (found.Problems[^1].Line, found.Problems[^1].Record!.Value));
        }
    }

    [Fact]
    public void Exchanged_and_repeated_records_are_found_and_named()
    {
        using var log = new TemporaryLog();
        log.Write(10);
        var lines = log.Lines();
        var random = new Random(2);
        for (var trial = 0; trial < 20; trial++)
        {
            var (one, other) = (random.Next(1, lines.Length), random.Next(1, lines.Length));
            var changed = lines.ToList();
            if (one == other)
            {
                changed.Insert(one, lines[one]);
                log.Replace(changed);
                var twice = Assert.Single(log.Verify().Problems);
                Assert.Equal((one + 2L, one), (twice.Line, twice.Record!.Value));
                Assert.Contains("twice", twice.What, StringComparison.Ordinal);
                continue;
            }

            (changed[one], changed[other]) = (changed[other], changed[one]);
            log.Replace(changed);
            var found = log.Verify();
            Assert.Contains(found.Problems, problem => problem.Record == Math.Min(one, other) && problem.What.Contains("out of order", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_record_repeated_later_is_named()
    {
        using var log = new TemporaryLog();
        log.Write(10);
        var lines = log.Lines();
        log.Replace([.. lines, lines[4]]);
        var problem = Assert.Single(log.Verify().Problems);
        Assert.Equal((13L, 4L, 3L), (problem.Line, problem.Record, problem.Step));
        Assert.Contains("came before", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_cut_at_any_byte_is_found_unless_between_two_records_and_then_by_its_head()
    {
        using var log = new TemporaryLog();
        var head = log.Write(1);
        var intact = File.ReadAllBytes(log.Files[0]);
        for (var length = 0; length < intact.Length; length++)
        {
            // Every third byte, and all about the borders between records.
            if (length % 3 != 0 && !intact.AsSpan(Math.Max(0, length - 3)..Math.Min(intact.Length, length + 3)).Contains((byte)'\n'))
                continue;
            File.WriteAllBytes(log.Files[0], intact[..length]);
            var found = log.Verify();
            var isBetween = length > 0 && intact[length - 1] == '\n';
            Assert.Equal(isBetween, found.IsValid);
            Assert.Contains(found.Remarks, remark => remark.Contains("not closed", StringComparison.Ordinal));
            Assert.Contains(log.Verify(new AuditExpectation(Head: head.Hash)).Problems, problem => problem.What.Contains("cut off", StringComparison.Ordinal));
        }

        File.WriteAllBytes(log.Files[0], intact);
        Assert.True(log.Verify(new AuditExpectation(Head: head.Hash)).IsValid);
    }

    [Fact]
    public void Who_writes_the_log_anew_without_the_key_is_found()
    {
        using var log = new TemporaryLog();
        using var forged = new TemporaryLog();
        log.Write(5, new AuditLogOptions(Key));
        forged.Write(5, new AuditLogOptions(new AuditKey("another secret of sixteen bytes"u8)));
        Assert.True(forged.Verify().IsValid);
        Assert.All(forged.Verify(new AuditExpectation(Key)).Problems, problem => Assert.Contains("another key", problem.What, StringComparison.Ordinal));
        File.Delete(forged.Files[0]);
        forged.Write(5);
        Assert.All(forged.Verify(new AuditExpectation(Key)).Problems, problem => Assert.Contains("not sealed", problem.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_the_key_the_chain_is_checked_and_the_seal_said_to_be_unchecked()
    {
        using var log = new TemporaryLog();
        log.Write(2, new AuditLogOptions(Key));
        var found = log.Verify();
        Assert.True(found.IsValid);
        Assert.Contains(found.Remarks, remark => remark.Contains("sealed with a key", StringComparison.Ordinal));
    }

    [Fact]
    public void A_replaced_record_with_a_hash_of_its_own_breaks_the_chain_behind_it()
    {
        using var log = new TemporaryLog();
        log.Write(6);
        var lines = log.Lines();
        var body = HashAtTheEnd().Replace(lines[3], "").Replace("0.2", "0.3", StringComparison.Ordinal);
        lines[3] = $"{body},\"hash\":\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\"}}";
        log.Replace(lines);
        var problem = Assert.Single(log.Verify().Problems);
        Assert.Equal((5L, 4L), (problem.Line, problem.Record));
        Assert.Contains("replaced", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_goes_on_from_file_to_file_and_a_missing_or_renamed_one_is_named()
    {
        using var log = new TemporaryLog();
        log.Write(100, new AuditLogOptions(LargestFile: 4096));
        var files = log.Files;
        Assert.True(files.Length > 3);
        var found = log.Verify();
        Assert.True(found.IsValid, string.Join("\n", found.Problems));
        Assert.Equal(100, found.Decisions);

        var kept = File.ReadAllBytes(files[1]);
        File.Delete(files[1]);
        Assert.Contains(log.Verify().Problems, problem => problem.File == "audit-000003.jsonl" && problem.What.Contains("missing", StringComparison.Ordinal));
        File.WriteAllBytes(files[1], kept);

        // Archived files: the first one left must follow the last one taken away.
        var last = HashAtTheEnd().Match(File.ReadLines(files[0]).Last()).Groups[1].Value;
        File.Delete(files[0]);
        Assert.False(log.Verify().IsValid);
        Assert.True(log.Verify(new AuditExpectation(After: last)).IsValid);
        Assert.False(log.Verify(new AuditExpectation(After: new string('a', 64))).IsValid);
        Assert.True(AuditVerifier.Verify(files[2]).IsValid);
        File.Move(files[1], files[0]);
        Assert.Contains(log.Verify().Problems, problem => problem.What.Contains("renamed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hundred_thousand_records_take_seconds_and_constant_memory()
    {
        using var log = new TemporaryLog();
        BufferedStream? buffered = null;
        using (var written = log.Open(new AuditLogOptions { Through = file => buffered = new BufferedStream(file, 1 << 20) }))
        {
            for (var step = 0; step < 100_000; step++)
                TemporaryLog.Append(written, step);
            buffered!.Flush();
        }

        var before = GC.GetTotalAllocatedBytes();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.True(log.Verify().IsValid);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 20);
        Assert.InRange((GC.GetTotalAllocatedBytes() - before) / 100_000, 0, 2000);
    }

    [Fact]
    public void What_is_no_log_is_said_in_a_sentence()
    {
        using var log = new TemporaryLog();
        Assert.Contains("holds no audit log", Assert.Throws<OrreryDataException>(() => log.Verify()).Message, StringComparison.Ordinal);
        Assert.Contains("There is no audit log", Assert.Throws<OrreryDataException>(() => AuditVerifier.Verify(Path.Combine(log.Folder, "x"))).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(log.Folder, "audit-000001.jsonl"), "{}\nnonsense\n");
        Assert.Equal(2, log.Verify().ProblemCount);
        Assert.Contains("line 1", Assert.Throws<OrreryDataException>(() => AuditReader.Read(log.Folder).ToArray()).Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:,\"mac\":\"[0-9a-f]{64}\")?,\"hash\":\"([0-9a-f]{64})\"}$")]
    private static partial Regex HashAtTheEnd();
}
