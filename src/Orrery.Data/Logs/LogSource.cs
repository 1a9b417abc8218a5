using Orrery.Data.Logs.Sources;

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
    /// <param name="place">The file, or the connection string of a PostgreSQL database.</param>
    /// <param name="options">How it is written; its columns are not looked at.</param>
    /// <exception cref="OrreryDataException">It cannot be read; the sentence says why and what to do.</exception>
    public static LogSource Open(string place, LogOptions options)
    {
        if (PostgresLog.Knows(place))
            return Begin(place, NameOf(place), PostgresLog.Open(place, options), null);
        return FileErrors.Guard("read the log", place, () =>
        {
            if (Directory.Exists(place))
                throw new OrreryDataException($"Cannot read the log '{place}': it is a folder. Give a file.");
            var name = NameOf(place);
            var kind = LogKinds.Find(place, name);
            CheckOptions(kind, name, options);
            return Begin(place, name, OpenFile(kind, place, name, options), options.HasHeader);
        });
    }

    /// <summary>What a log is called: the file without its folder, or the database.</summary>
    /// <exception cref="OrreryDataException">The connection string is not understood.</exception>
    public static string NameOf(string place) => PostgresLog.Knows(place) ? PostgresLog.Name(place) : Path.GetFileName(place);

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

    private static LogSource Begin(string place, string name, RowSource rows, bool? hasHeader)
    {
        try
        {
            return new LogSource(place, name, rows, hasHeader);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static RowSource OpenFile(LogKind kind, string path, string name, LogOptions options) => kind switch
    {
        LogKind.Workbook => SheetRows.Open(path, name, options.Sheet),
        LogKind.Sqlite => SqliteLog.Open(path, name, options),
        LogKind.JsonLines => JsonRows.Open(path, name),
        LogKind.Array => ArrayRows.Open(path, name),
        _ => TextRows.Open(path, name, options),
    };

    private static void CheckOptions(LogKind kind, string name, LogOptions options)
    {
        if (options.Sheet is not null && kind != LogKind.Workbook)
            throw new OrreryDataException($"--sheet names a sheet of an Excel workbook, and {name} is none. Leave it out.");
        if ((options.Query ?? options.Table) is not null && kind != LogKind.Sqlite)
            throw new OrreryDataException($"{(options.Query is null ? "--table" : "--query")} asks a database, and {name} is none. Leave it out.");
    }
}
