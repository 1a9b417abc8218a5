using System.Text;

namespace Orrery.Data.Logs.Sources;

/// <summary>The lines of a stream as UTF-8 bytes, one at a time, whatever mark of UTF-8 or UTF-16 it begins with.</summary>
internal sealed class Utf8Lines : IDisposable
{
    /// <summary>A longer line is not one of a table.</summary>
    public const int LongestLine = 1 << 26;

    private readonly Stream _stream;
    private readonly Stream _file;
    private readonly string _source;
    private readonly long _length;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private int _filled;
    private int _next;
    private int _lastRead;
    private bool _atEnd;

    /// <summary>Begins at the stream's start.</summary>
    /// <param name="stream">Closed by <see cref="Dispose"/>.</param>
    /// <param name="source">The log's name, for messages.</param>
    /// <param name="bufferBytes">Room to begin with; it grows with the longest line.</param>
    public Utf8Lines(Stream stream, string source, int bufferBytes = 1 << 17)
    {
        _file = _stream = stream;
        _source = source;
        _length = stream.CanSeek ? stream.Length : 0;
        _buffer = new byte[bufferBytes];
        while (_filled < 3 && !_atEnd)
            Fill();
        ReadOnlySpan<byte> begin = _buffer.AsSpan(0, _filled);
        if (begin.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            _next = 3;
        }
        else if (begin.StartsWith<byte>([0xFF, 0xFE]) || begin.StartsWith<byte>([0xFE, 0xFF]))
        {
            Encoding wide = begin[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            stream.Position = 2;
            _stream = Encoding.CreateTranscodingStream(stream, wide, new UTF8Encoding(false));
            _filled = 0;
            _atEnd = false;
        }
    }

    /// <summary>Lines read, with those that were joined by <see cref="Extend"/>.</summary>
    public long Count { get; private set; }

    /// <summary>The line that was read last, without its end.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _end - _start);

    /// <summary>How much of the stream has been read, 0..1; NaN where its length is not known.</summary>
    public double Share => _length > 0 ? Math.Clamp((double)_file.Position / _length, 0, 1) : double.NaN;

    /// <summary>Opens a file.</summary>
    public static Utf8Lines Open(string path, string source) =>
        new(new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0, Options = FileOptions.SequentialScan }), source);

    /// <summary>Goes to the next line; false at the end.</summary>
    public bool Next()
    {
        _start = _next;
        return ReadTo(_start);
    }

    /// <summary>Joins the next line to this one, with the line's end between; false at the end.</summary>
    public bool Extend() => ReadTo(_next);

    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private bool ReadTo(int from)
    {
        while (true)
        {
            int found = _buffer.AsSpan(from, _filled - from).IndexOf((byte)'\n');
            if (found >= 0)
            {
                Take(from + found, from + found + 1);
                return true;
            }

            if (_atEnd)
            {
                if (from == _filled)
                    return false;
                Take(_filled, _filled);
                return true;
            }

            int seen = _filled - from;
            MakeRoom();
            Fill();
            from = _filled - _lastRead - seen;
        }
    }

    private void Take(int end, int next)
    {
        Count++;
        _next = next;
        _end = end > _start && _buffer[end - 1] == (byte)'\r' ? end - 1 : end;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            _filled -= _start;
            _next -= _start;
            _start = 0;
        }

        if (_filled < _buffer.Length)
            return;
        if (_buffer.Length >= LongestLine)
            throw new OrreryDataException($"Row {Count + 1:N0} of {_source} is longer than {LongestLine >> 20} MiB, so it is no row of a table. Check that the file is text and that its quotation marks close.");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private void Fill()
    {
        _lastRead = _stream.Read(_buffer.AsSpan(_filled));
        _filled += _lastRead;
        _atEnd = _lastRead == 0;
    }
}
