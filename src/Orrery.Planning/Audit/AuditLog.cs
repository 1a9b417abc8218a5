using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>
/// An append-only log of decisions, one JSON object per line, each with the hash of the one before it. A record is written with one
/// call before the action is returned. When it cannot be written (a full disk) the log says so once and counts what it loses; the
/// controller acts all the same. Thread-safe.
/// </summary>
public sealed class AuditLog : IDisposable
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 1;

    private const string LockFile = ".lock";

    private readonly AuditLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ArrayBufferWriter<byte> _line = new(1 << 14);
    private readonly Utf8JsonWriter _json;
    private string _name = "";
    private FileStream? _lock;
    private FileStream? _file;
    private Stream _through = Stream.Null;
    private DateOnly _day;
    private long _lost;
    private long _end;
    private bool _disposed;

    private AuditLog(string folder, AuditLogOptions options)
    {
        Folder = folder;
        _options = options;
        _time = options.Time ?? TimeProvider.System;
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>The last record, to be kept where who holds the log cannot change it.</summary>
    public AuditHead Head { get; private set; } = new(-1, AuditSeal.Beginning);

    /// <summary>Why records are being lost; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Records that are lost since then, which no record says yet; none while all is well.</summary>
    public long Lost => _lost;

    /// <summary>The number of the file that is written.</summary>
    internal long FileNumber { get; private set; }

    /// <summary>Held while records that belong together are written.</summary>
    internal Lock Gate { get; } = new();

    internal AuditLogOptions Options => _options;

    /// <summary>
    /// Begins a log, or goes on with one. A torn last record is set aside in a file of its own, and the next record says so; of one that was not
    /// closed <see cref="AuditLogOptions.Report"/> is told.
    /// </summary>
    /// <param name="folder">The log's folder; made when it does not exist.</param>
    /// <param name="options">How it is kept.</param>
    /// <exception cref="OrreryDataException">It cannot be written, is being written by another process, or is not what this key and version can go on with.</exception>
    public static AuditLog Open(string folder, AuditLogOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new AuditLogOptions();
        options.Check();
        var log = new AuditLog(Path.GetFullPath(folder), options);
        try
        {
            Directory.CreateDirectory(log.Folder);
            log._lock = Hold(log.Folder);
            log.Start();
            return log;
        }
        catch (Exception problem)
        {
            log._file?.Dispose();
            log._lock?.Dispose();
            if (problem is IOException or UnauthorizedAccessException)
                throw new OrreryDataException($"The audit log '{folder}' cannot be written: {problem.Message}", problem);
            throw;
        }
    }

    /// <summary>Ends the log with a record that says so.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_file is not null)
                Append(AuditKinds.Closed, static (_, _) => { }, 0);
            _file?.Dispose();
            _json.Dispose();
            _lock?.Dispose();
        }
    }

    /// <summary>Begins the next file if one is due. To be called with the gate held, before records that belong together.</summary>
    internal void RotateIfDue()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_file is null || Failure is not null || (_end < _options.LargestFile && (!_options.NewFileEachDay || Today() == _day)))
            return;
        try
        {
            var next = Create(FileNumber + 1);
            _file.Dispose();
            Adopt(next, FileNumber + 1);
            HasHeader();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Report($"The audit log '{Folder}' cannot begin its next file and goes on with '{AuditFiles.Name(FileNumber)}': {problem.Message}");
        }
    }

    /// <summary>Appends a record. To be called with the gate held.</summary>
    /// <returns>Its number, or -1 when it is lost.</returns>
    internal long Append<T>(string kind, Action<Utf8JsonWriter, T> write, T what)
        where T : allows ref struct
    {
        if (!HasHeader() || (_lost > 0 && Write(AuditKinds.Gap, WriteGap, this) < 0))
        {
            _lost++;
            return -1;
        }

        if (_lost > 0)
        {
            Report($"The audit log '{Folder}' is written again; {_lost:#,0} records are lost, and record {Head.Sequence} says so.");
            (_lost, Failure) = (0, null);
        }

        var sequence = Write(kind, write, what);
        if (sequence < 0)
            _lost++;
        return sequence;
    }

    private static void WriteGap(Utf8JsonWriter json, AuditLog log)
    {
        json.WriteNumber("lost"u8, log._lost);
        json.WriteString("reason"u8, log.Failure);
    }

    private long Write<T>(string kind, Action<Utf8JsonWriter, T> write, T what)
        where T : allows ref struct
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("seq"u8, Head.Sequence + 1);
        _json.WriteString("time"u8, _time.GetUtcNow().UtcDateTime);
        _json.WriteString("kind"u8, kind);
        _json.WriteString("previous"u8, Head.Hash);
        write(_json, what);
        _json.Flush();
        var hash = AuditSeal.Close(_line, _options.Key);
        return Put(_line.WrittenSpan) ? (Head = new AuditHead(Head.Sequence + 1, hash)).Sequence : -1;
    }

    /// <summary>Hands a line to the operating system, whole or not at all as far as it lies with us.</summary>
    private bool Put(ReadOnlySpan<byte> line)
    {
        var file = _file!;
        try
        {
            if (Failure is not null)
                TakeBack(file);
            _through.Write(line);
            if (_options.Durability == AuditDurability.Disk)
                file.Flush(flushToDisk: true);
            _end += line.Length;
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (Failure is null)
                Report($"The audit log '{Folder}' cannot be written, and decisions are not recorded until it can: {problem.Message}");
            Failure ??= problem.Message;
            TakeBack(file);
            return false;
        }
    }

    /// <summary>Takes back what was written of a record: a full disk lets a file shrink. If not even that works it is tried again before the next record.</summary>
    private void TakeBack(FileStream file)
    {
        try
        {
            file.Position = _end;
            file.SetLength(_end);
        }
        catch (IOException)
        {
            // The failure that led here is reported; a torn record is found and set aside when the log is opened again.
        }
    }

    private void Start()
    {
        if (AuditFiles.In(Folder) is not { Count: > 0 } files)
        {
            _name = Guid.NewGuid().ToString("N");
            Adopt(Create(1), 1);
            HasHeader();
            return;
        }

        var number = AuditFiles.Number(files[^1])!.Value;
        var file = new FileStream(files[^1], FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        Adopt(file, number);
        var tail = AuditTail.Read(file, _options.Key);
        var chain = tail;
        if (tail.Last is null && files.Count > 1)
        {
            using var before = new FileStream(files[^2], FileMode.Open, FileAccess.Read, FileShare.Read);
            chain = AuditTail.Read(before, _options.Key);
        }

        CheckHeader(tail.Last is null && files.Count > 1 ? files[^2] : files[^1], chain);
        Head = new AuditHead(chain.Last?.Sequence ?? -1, chain.Hash);
        var aside = tail.Torn.Length > 0 ? SetAside(number, tail) : null;
        _end = tail.End;
        file.SetLength(_end);
        file.Position = _end;
        HasHeader();
        if (aside is not null)
            Recovered(tail, aside);
        else if (chain.Last is { } last && last.Kind != AuditKinds.Closed)
            Report($"The audit log '{Folder}' was not closed when it was last written: its writer was stopped or could not write, or its end was removed. It goes on after record {last.Sequence}; nothing here shows what was lost, but 'orrery audit verify --head' does, with a head that was kept elsewhere.");
    }

    private void CheckHeader(string path, AuditTail chain)
    {
        if (chain.Last is null)
        {
            _name = Guid.NewGuid().ToString("N");
            return;
        }

        if (AuditTail.First(path) is not { } header)
            throw new OrreryDataException($"The audit log '{path}' cannot be gone on with: it does not begin with a file record. Look at it with 'orrery audit verify'.");
        if (header.Keyed != _options.Key is not null)
            throw new OrreryDataException($"The audit log '{Folder}' is {(header.Keyed ? "sealed with a key; give it to go on" : "not sealed with a key; go on without one")}, or begin another in a folder of its own.");
        if (!chain.IsSealFit)
            throw new OrreryDataException($"The audit log '{Folder}' is sealed with another key; give that one to go on, or begin another log in a folder of its own.");
        _name = header.Log ?? "";
    }

    /// <summary>Keeps the torn bytes beside the log before they are cut off.</summary>
    private string SetAside(long number, AuditTail tail)
    {
        var name = $"{Path.GetFileNameWithoutExtension(AuditFiles.Name(number))}.torn-after-{Math.Max(0, Head.Sequence)}";
        using var kept = new FileStream(Path.Combine(Folder, name), FileMode.Create, FileAccess.Write);
        kept.Write(tail.Torn);
        kept.Flush(flushToDisk: true);
        return name;
    }

    private void Recovered(AuditTail tail, string aside)
    {
        Append(AuditKinds.Recovered, static (json, what) =>
        {
            json.WriteNumber("tornBytes"u8, what.Tail.Torn.Length);
            json.WriteString("tornSha256"u8, what.Tail.TornHash);
            json.WriteString("setAside"u8, what.Aside);
        }, (Tail: tail, Aside: aside));
        Report($"The audit log '{Folder}' ended in a torn record of {tail.Torn.Length:#,0} bytes; they are kept in '{aside}', and record {Head.Sequence} says so.");
    }

    private FileStream Create(long number) =>
        new(Path.Combine(Folder, AuditFiles.Name(number)), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    /// <summary>Keeps a second writer out. Sharing alone would not: on Unix it is not held against writers.</summary>
    private static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new OrreryDataException($"The audit log '{folder}' is in use by another process. Give each process a folder of its own. ({problem.Message})", problem);
        }
    }

    private void Adopt(FileStream file, long number) => (_file, _through, FileNumber, _day, _end) = (file, _options.Through(file), number, Today(), 0);

    /// <summary>Every file begins with a record of its own, written before any other.</summary>
    private bool HasHeader() => _end > 0 || Write(AuditKinds.File, static (json, log) =>
    {
        json.WriteNumber("format"u8, FormatVersion);
        json.WriteString("log"u8, log._name);
        json.WriteNumber("file"u8, log.FileNumber);
        json.WriteBoolean("keyed"u8, log._options.Key is not null);
        json.WriteString("orrery"u8, typeof(AuditLog).Assembly.GetName().Version?.ToString(3));
    }, this) >= 0;

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private void Report(string sentence) => _options.Report?.Invoke(sentence);
}
