namespace Orrery.Planning.Audit;

/// <summary>Reads a file line by line in memory that depends on the longest line alone.</summary>
internal sealed class AuditLines(Stream stream) : IDisposable
{
    /// <summary>Bytes after which something is no record but a damaged file.</summary>
    public const int Longest = 64 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _begin;
    private int _end;

    /// <summary>Number of the line that was read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line, without its end; valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Whether the line had an end. Only the last one of a file may have none.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Opens a file that may still be written.</summary>
    public static AuditLines Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan));

    /// <summary>Reads on.</summary>
    /// <returns>Whether there was a line.</returns>
    public bool Next()
    {
        var searched = _begin;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
                return Found(searched + at, searched + at + 1, complete: true);
            searched = _end;
            if (_end - _begin >= Longest)
                return Found(_end, _end, complete: true);
            if (!Fill(ref searched))
                return _end > _begin && Found(_end, _end, complete: false);
        }
    }

    public void Dispose() => stream.Dispose();

    private bool Found(int end, int next, bool complete)
    {
        Line = _buffer.AsMemory(_begin, end - _begin);
        _begin = next;
        IsComplete = complete;
        Number++;
        return true;
    }

    private bool Fill(ref int searched)
    {
        if (_begin > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (searched, _end, _begin) = (searched - _begin, _end - _begin, 0);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
