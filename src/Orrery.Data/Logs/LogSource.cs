namespace Orrery.Data.Logs;

/// <summary>A log of any kind, opened as rows whose columns have names: the one way in which logs are read.</summary>
internal sealed class LogSource : IDisposable
{
    private readonly string _path;
    private bool _waits;

    private LogSource(string path, string name, RowSource rows, bool? hasHeader)
    {
        _path = path;
        Name = name;
        Rows = rows;
        var any = rows.Next();
        if (!any && rows.Names is null)
            throw new OrreryDataException($"{name} is empty. Give a log with at least one row of numbers.");
        Header = LogHeader.Read(name, rows, hasHeader);
        _waits = any && !Header.IsRow;
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Name { get; }

    /// <summary>The columns' names and places.</summary>
    public LogHeader Header { get; }

    /// <summary>The row that <see cref="Next"/> went to.</summary>
    public RowSource Rows { get; }

    /// <summary>Opens a log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written; its columns are not looked at.</param>
    /// <exception cref="OrreryDataException">It cannot be read; the sentence says why and what to do.</exception>
    public static LogSource Open(string path, LogOptions options) => FileErrors.Guard("read the log", path, () =>
    {
        if (Directory.Exists(path))
            throw new OrreryDataException($"Cannot read the log '{path}': it is a folder. Give a file.");
        var name = Path.GetFileName(path);
        RowSource rows = OpenText(path, name, options);
        try
        {
            return new LogSource(path, name, rows, options.HasHeader);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    });

    /// <summary>Goes to the next row of data; false at the end.</summary>
    /// <exception cref="OrreryDataException">The log cannot be read on.</exception>
    public bool Next()
    {
        if (_waits)
        {
            _waits = false;
            return true;
        }

        try
        {
            return Rows.Next();
        }
        catch (Exception exception) when (FileErrors.Knows(exception))
        {
            throw FileErrors.Translate("read the log", _path, exception);
        }
    }

    public void Dispose() => Rows.Dispose();

    private static RowSource OpenText(string path, string name, LogOptions options)
    {
        var first = File.ReadLines(path).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))
            ?? throw new OrreryDataException($"{name} is empty. Give a log with at least one row of numbers.");
        var format = LogFormat.Find(options, first);
        return format.Open(
            new StreamReader(path, new FileStreamOptions { Access = FileAccess.Read, BufferSize = 1 << 16, Options = FileOptions.SequentialScan }), name);
    }
}
