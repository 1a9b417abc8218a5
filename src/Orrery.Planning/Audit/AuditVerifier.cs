using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>Reads a log from end to end, in constant memory, and names what was changed, removed, moved or repeated.</summary>
public sealed class AuditVerifier
{
    private const int MostListed = 100;
    private const int MostRemarks = 100;

    private readonly AuditExpectation _expected;
    private readonly bool _isFolder;
    private readonly List<AuditProblem> _problems = [];
    private readonly List<string> _remarks = [];
    private readonly List<(long From, long To)> _missing = [];
    private string _file = "";
    private string? _log;
    private string _kind = "";
    private string _previous = AuditSeal.Beginning;
    private bool _isPreviousKnown;
    private bool _isHeadFound;
    private bool _isKeyed;
    private long _next;
    private long _fileNumber;
    private long _records;
    private long _decisions;
    private long _count;
    private AuditHead? _head;

    private AuditVerifier(AuditExpectation expected, bool isFolder) => (_expected, _isFolder) = (expected, isFolder);

    /// <summary>Verifies a log.</summary>
    /// <param name="path">Its folder, or one of its files; of a single file the beginning may lie in another one.</param>
    /// <param name="expected">What to ask beyond the chain.</param>
    /// <param name="cancellation">Stops between two records.</param>
    /// <exception cref="OrreryDataException">There is no log, or it cannot be read.</exception>
    public static AuditVerification Verify(string path, AuditExpectation? expected = null, CancellationToken cancellation = default)
    {
        var files = AuditFiles.Of(path);
        var verifier = new AuditVerifier(expected ?? new AuditExpectation(), Directory.Exists(path));
        try
        {
            foreach (var file in files)
                verifier.Read(file, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The audit log '{path}' cannot be read: {problem.Message}", problem);
        }

        return verifier.Finish(files.Count);
    }

    private void Read(string path, CancellationToken cancellation)
    {
        _file = Path.GetFileName(path);
        _fileNumber = AuditFiles.Number(path) ?? 0;
        using var lines = AuditLines.Open(path);
        while (lines.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!lines.IsComplete)
                Problem(lines.Number, null, $"the file ends in a torn record of {lines.Line.Length:N0} bytes: writing was broken off, or the end was cut off. Opening the log to go on with it sets it aside.");
            else
                Check(lines.Line.Span, lines.Number);
        }

        if (lines.Number == 0)
            Problem(1, null, "the file is empty.");
    }

    private void Check(ReadOnlySpan<byte> line, long number)
    {
        _records++;
        if (!AuditSeal.TryOpen(line, out var parts))
        {
            Problem(number, null, "this is not a record: it does not end with its hash.");
            Lose();
            return;
        }

        var isRead = AuditEnvelope.TryRead(line, out var envelope);
        if (!parts.IsIntact())
        {
            // The number and the step are shown as a help to find it; they may be what was changed.
            Problem(number, isRead ? envelope : null, "the record was changed: its content does not match its hash.");
            Lose();
            return;
        }

        if (!isRead)
        {
            Problem(number, null, "the record has no number, kind or hash of the one before it.");
            Lose();
            return;
        }

        CheckHeader(envelope, number);
        CheckPlace(envelope, number, parts.Hash);
        CheckSeal(parts, envelope, number);
        Remark(line, envelope);
        _decisions += envelope.Kind == AuditKinds.Decision ? 1 : 0;
        _kind = envelope.Kind;
        _isPreviousKnown = true;
        _previous = Encoding.ASCII.GetString(parts.Hash);
        _head = new AuditHead(envelope.Sequence, _previous);
        _isHeadFound |= _expected.Head == _previous;
    }

    private void CheckHeader(in AuditEnvelope envelope, long number)
    {
        if (envelope.Kind != AuditKinds.File)
        {
            if (number == 1)
                Problem(number, envelope, "the file does not begin with its file record: what stood before this was removed.");
            return;
        }

        if (number != 1)
            Problem(number, envelope, "a file record stands in the middle of a file: files were joined, or lines removed.");
        else if (_isFolder && envelope.File != _fileNumber)
            Problem(number, envelope, $"the file says that it is number {envelope.File}: it was renamed.");
        if (_log is not null && envelope.Log != _log)
            Problem(number, envelope, "the file belongs to another log.");
        _log ??= envelope.Log;
        _isKeyed |= envelope.Keyed;
    }

    /// <summary>Number and hash before must be those that follow the last record.</summary>
    private void CheckPlace(in AuditEnvelope envelope, long number, ReadOnlySpan<byte> hash)
    {
        if (_head is null && _records == 1)
        {
            CheckBeginning(envelope, number);
            _next = envelope.Sequence + 1;
            return;
        }

        if (envelope.Sequence == _next)
        {
            if (_isPreviousKnown && envelope.Previous != _previous)
                Problem(number, envelope, "the record does not follow the one before it: its hash of that is another. One of the two was replaced and given a hash of its own.");
            _next++;
        }
        else if (envelope.Sequence > _next)
        {
            Problem(number, envelope, envelope.Sequence == _next + 1
                ? $"record {_next} is missing before this one: it was removed or moved."
                : $"records {_next} to {envelope.Sequence - 1} are missing before this one: they were removed or moved.");
            _missing.Add((_next, envelope.Sequence - 1));
            _next = envelope.Sequence + 1;
        }
        else if (_head is not null && envelope.Sequence == _head.Sequence && hash.SequenceEqual(Encoding.ASCII.GetBytes(_head.Hash)))
        {
            Problem(number, envelope, "the record stands there twice.");
        }
        else
        {
            var sequence = envelope.Sequence;
            Problem(number, envelope, _missing.Exists(gap => sequence >= gap.From && sequence <= gap.To)
                ? "the record is out of order: it was moved here."
                : "a record with this number came before: it was repeated or replaced.");
        }
    }

    private void CheckBeginning(in AuditEnvelope envelope, long number)
    {
        if (_expected.After is { } after)
        {
            if (envelope.Previous != after)
                Problem(number, envelope, $"the first record follows {envelope.Previous}, not {after}: records between them are missing.");
        }
        else if (envelope.Sequence == 0 ? envelope.Previous != AuditSeal.Beginning : _isFolder)
        {
            Problem(number, envelope, envelope.Sequence == 0
                ? "the first record names one before it: it was replaced."
                : $"records 0 to {envelope.Sequence - 1} are missing. If older files were archived, state the last hash of the last one.");
        }
        else if (envelope.Sequence > 0)
        {
            _remarks.Add($"the file goes on from record {envelope.Sequence - 1}, whose hash must be {envelope.Previous}.");
        }
    }

    private void CheckSeal(in SealedLine parts, in AuditEnvelope envelope, long number)
    {
        if (_expected.Key is not { } key)
            return;
        if (parts.Mac.Length == 0)
            Problem(number, envelope, "the record is not sealed: it was written without the key.");
        else if (!parts.IsSealedWith(key))
            Problem(number, envelope, "the record is sealed with another key.");
    }

    private void Remark(ReadOnlySpan<byte> line, in AuditEnvelope envelope)
    {
        if (envelope.Kind is not (AuditKinds.Recovered or AuditKinds.Gap) || _remarks.Count > MostRemarks)
            return;
        using var record = JsonDocument.Parse(line.ToArray());
        var root = record.RootElement;
        _remarks.Add(envelope.Kind == AuditKinds.Gap
            ? string.Create(CultureInfo.InvariantCulture, $"record {envelope.Sequence}: {root.Need("lost").GetInt64():N0} records before it could not be written ({root.Text("reason")}).")
            : string.Create(CultureInfo.InvariantCulture, $"record {envelope.Sequence}: a torn record of {root.Need("tornBytes").GetInt64():N0} bytes before it was set aside in '{root.Text("setAside")}' when the log was gone on with."));
    }

    /// <summary>After a record that cannot be trusted the next one is held against nothing but its number.</summary>
    private void Lose() => (_isPreviousKnown, _next, _kind) = (false, _next + 1, "");

    private void Problem(long line, AuditEnvelope? envelope, string what)
    {
        _count++;
        if (_problems.Count < MostListed)
            _problems.Add(new AuditProblem(_file, line, envelope?.Sequence, envelope?.Step, what));
    }

    private AuditVerification Finish(int files)
    {
        if (_expected.Head is { } head && !_isHeadFound)
        {
            _count++;
            _problems.Add(new AuditProblem(_file, 0, null, null, $"no record has the hash {head}: the log's end was cut off, or all of it was written anew."));
        }

        if (_isKeyed && _expected.Key is null)
            _remarks.Add("the log is sealed with a key; without it only the chain was checked.");
        if (!_isKeyed && _expected.Key is not null && _records > 0 && _count == 0)
            _remarks.Add("the log says that it is not sealed with a key.");
        var isClosed = _kind == AuditKinds.Closed;
        if (!isClosed)
            _remarks.Add("the log was not closed: it is still being written, its writer was killed, or its end was cut off. A head that was kept elsewhere tells which.");
        return new AuditVerification(files, _records, _decisions, _head, isClosed, _count, _problems, _remarks);
    }
}
