using System.Text;
using System.Text.Unicode;
using Orrery.Data;

namespace Orrery.Cli.Watch;

/// <summary>
/// The lines of a stream as they come. A line counts when its end has come: one that is still being written is waited for, and only
/// at the very end of an input that does not grow is a last line without an end taken as it is.
/// </summary>
internal sealed class LineSource(TextReader reader, bool follow, Func<bool>? wasReplaced = null)
{
    private const int PollMilliseconds = 200;

    private readonly char[] _buffer = new char[1 << 14];
    private readonly StringBuilder _partial = new();

    /// <summary>Opens a file that may be written to, moved or replaced meanwhile.</summary>
    public static StreamReader Open(string path)
    {
        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new StreamReader(stream, IsUtf8(stream) ? Encoding.UTF8 : Encoding.Latin1);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"Cannot read the log '{path}': {problem.Message}", problem);
        }
    }

    /// <summary>Whether a file begins as UTF-8 or with a mark that says what it is; loggers of Windows write letters such as the degree sign in one byte.</summary>
    private static bool IsUtf8(FileStream stream)
    {
        Span<byte> begin = stackalloc byte[4096];
        int length = stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        begin = begin[..length];
        if (begin.StartsWith<byte>([0xFF, 0xFE]) || begin.StartsWith<byte>([0xFE, 0xFF]))
            return true;

        // A letter of several bytes may be cut off at the end of what was read.
        for (int cut = 0; cut < Math.Min(4, length + 1); cut++)
        {
            if (Utf8.IsValid(begin[..(length - cut)]))
                return true;
        }

        return false;
    }

    /// <summary>Lines without their ends, until the input ends or is cancelled; then it ends without a complaint.</summary>
    public IEnumerable<string> Lines(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            int count = Read(cancellation);
            if (count < 0)
                yield break;
            if (count == 0)
            {
                if (!follow)
                    break;
                if (wasReplaced?.Invoke() == true || cancellation.WaitHandle.WaitOne(PollMilliseconds))
                    yield break;
                continue;
            }

            int start = 0;
            for (int at = 0; at < count; at++)
            {
                if (_buffer[at] != '\n')
                    continue;
                _partial.Append(_buffer, start, at - start);
                start = at + 1;
                yield return Take();
                if (cancellation.IsCancellationRequested)
                    yield break;
            }

            _partial.Append(_buffer, start, count - start);
        }

        if (_partial.Length > 0 && !cancellation.IsCancellationRequested)
            yield return Take();
    }

    /// <summary>Characters that came; 0 at the end, -1 when cancelled: a pipe cannot be asked to stop waiting, so it is left to wait.</summary>
    private int Read(CancellationToken cancellation)
    {
        if (reader is StreamReader)
            return reader.Read(_buffer, 0, _buffer.Length);
        Task<int> reading = Task.Run(() => ReadSome(), CancellationToken.None);
        try
        {
            reading.Wait(cancellation);
            return reading.Result;
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
    }

    private int ReadSome()
    {
        // Console.In blocks until the buffer is full; lines shall come as they are written.
        if (reader.ReadLine() is not { } line)
            return 0;
        _partial.Append(line);
        _buffer[0] = '\n';
        return 1;
    }

    private string Take()
    {
        if (_partial.Length > 0 && _partial[^1] == '\r')
            _partial.Length--;
        string line = _partial.ToString();
        _partial.Clear();
        return line;
    }
}
