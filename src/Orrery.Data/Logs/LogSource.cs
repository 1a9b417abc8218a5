using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs;

/// <summary>A log of any kind, opened as rows whose columns have names: the one way in which logs are read.</summary>
internal sealed class LogSource : IDisposable
{
    private readonly string _path;
    private bool _waits;

    private LogSource(string path, string name, RowSource rows, bool? hasHeader, LogOpening opening)
    {
        _path = path;
        Name = name;
        Rows = rows;
        var any = rows.Next();
        if (!any && rows.Names is null)
            throw new OrreryDataException($"{name} is empty. Give a log with at least one row of numbers.");
        while (any && rows.Row < opening.HeaderRow)
            any = rows.Next();
        if (opening.HeaderRow is { } named && (!any || rows.Row != named))
            throw new OrreryDataException($"Row {named:N0} of {name} shall name the columns, but it is blank or behind the last row. Name the row of the header with --header-row.");
        Header = LogHeader.Read(name, rows, opening.HeaderRow is null ? hasHeader : true);
        Opening = Header.IsRow ? opening : new LogOpening(null, null);
        _waits = any && !Header.IsRow;
        if (Opening.UnitRow is null)
            return;
        _waits = rows.Next() && rows.Row != Opening.UnitRow;
        if (!_waits)
            Header.TakeUnits(rows);
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Name { get; }

    /// <summary>The columns' names and places.</summary>
    public LogHeader Header { get; }

    /// <summary>Which of the first rows hold no data, where that is not the first row alone.</summary>
    public LogOpening Opening { get; }

    /// <summary>The row that <see cref="Next"/> went to.</summary>
    public RowSource Rows { get; }

    /// <summary>Opens a log.</summary>
    /// <param name="place">The file, or the connection string of a PostgreSQL database.</param>
    /// <param name="options">How it is written; its columns are not looked at.</param>
    /// <exception cref="OrreryDataException">It cannot be read; the sentence says why and what to do.</exception>
    public static LogSource Open(string place, LogOptions options)
    {
        if (PostgresLog.Knows(place))
        {
            RequireNoHeaderRow(options, NameOf(place));
            return Begin(place, NameOf(place), PostgresLog.Open(place, options), null, default);
        }

        return FileErrors.Guard("read the log", place, () =>
        {
            if (Directory.Exists(place))
                throw new OrreryDataException($"Cannot read the log '{place}': it is a folder. Give a file.");
            var name = NameOf(place);
            var kind = LogKinds.Find(place, name);
            CheckOptions(kind, name, options);
            var opening = HasHeaderRow(kind) && options.HasHeader != false ? FindHeader(kind, place, name, options) : default;
            return Begin(place, name, OpenFile(kind, place, name, options, opening.HeaderRow), options.HasHeader, opening);
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

    private static LogSource Begin(string place, string name, RowSource rows, bool? hasHeader, LogOpening opening)
    {
        try
        {
            return new LogSource(place, name, rows, hasHeader, opening);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static RowSource OpenFile(LogKind kind, string path, string name, LogOptions options, long? headerRow) => kind switch
    {
        LogKind.Workbook => SheetRows.Open(path, name, options.Sheet),
        LogKind.Sqlite => SqliteLog.Open(path, name, options),
        LogKind.JsonLines => JsonRows.Open(path, name),
        LogKind.Array => ArrayRows.Open(path, name),
        _ => TextRows.Open(path, name, options, headerRow),
    };

    /// <summary>Whether rows of this kind can have others above their header; the others know their names by themselves.</summary>
    private static bool HasHeaderRow(LogKind kind) => kind is LogKind.Text or LogKind.Workbook;

    private static LogOpening FindHeader(LogKind kind, string path, string name, LogOptions options)
    {
        if (kind == LogKind.Text)
            return HeaderRow.Find(TextRows.FirstLines(path, name, HeaderRow.RowsToLookAt, options.HeaderRow), options.Separator, options.HeaderRow);
        using SheetRows sheet = SheetRows.Open(path, name, options.Sheet);
        List<(long, string[])> rows = [];
        while (rows.Count < HeaderRow.RowsToLookAt && sheet.Next())
            rows.Add((sheet.Row, [.. Enumerable.Range(0, sheet.Count).Select(column => sheet.Cell(column).ToString())]));
        return HeaderRow.Find(rows, options.HeaderRow);
    }

    private static void RequireNoHeaderRow(LogOptions options, string name)
    {
        if (options.HeaderRow is not null)
            throw new OrreryDataException($"--header-row names a row of a text file or a workbook, and {name} is none. Leave it out.");
    }

    private static void CheckOptions(LogKind kind, string name, LogOptions options)
    {
        if (!HasHeaderRow(kind))
            RequireNoHeaderRow(options, name);
        if (options.Sheet is not null && kind != LogKind.Workbook)
            throw new OrreryDataException($"--sheet names a sheet of an Excel workbook, and {name} is none. Leave it out.");
        if ((options.Query ?? options.Table) is not null && kind != LogKind.Sqlite)
            throw new OrreryDataException($"{(options.Query is null ? "--table" : "--query")} asks a database, and {name} is none. Leave it out.");
    }
}
