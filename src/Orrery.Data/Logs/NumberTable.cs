namespace Orrery.Data.Logs;

/// <summary>
/// A small table of numbers whose columns have names, such as future inputs or a reference trajectory: every row counts, so none may be
/// missing. Columns that nobody asks for may hold anything.
/// </summary>
public sealed class NumberTable
{
    private readonly LogHeader _header;
    private readonly List<double>[] _columns;
    private readonly (long Row, string Cell)?[] _unreadable;

    private NumberTable(LogSource source)
    {
        Source = source.Name;
        _header = source.Header;
        _columns = [.. source.Header.Names.Select(_ => new List<double>())];
        _unreadable = new (long, string)?[_columns.Length];
        while (source.Next())
        {
            _header.CheckRow(source.Rows);
            for (var column = 0; column < _columns.Length; column++)
            {
                if (!source.Rows.TryNumber(column, out var value) || !double.IsFinite(value))
                    _unreadable[column] ??= (source.Rows.Row, source.Rows.Cell(column).ToString());
                _columns[column].Add(value);
            }
        }

        if (Rows == 0)
            throw new OrreryDataException($"{Source} has a header but no rows. Give at least one row of numbers.");
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Source { get; }

    /// <summary>Names of the columns, in the order of the file.</summary>
    public IReadOnlyList<string> Names => _header.Names;

    /// <summary>Number of rows.</summary>
    public int Rows => _columns.Length == 0 ? 0 : _columns[0].Count;

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file: what <c>orrery import</c> reads too.</param>
    /// <exception cref="OrreryDataException">There is none, it cannot be read, or it holds no row.</exception>
    public static NumberTable Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var source = LogSource.Open(path, new LogOptions([], []));
        return new NumberTable(source);
    }

    /// <summary>A column's numbers, [rows], finite.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OrreryDataException">There is no such column, or a cell of it is empty or no finite number.</exception>
    public IReadOnlyList<double> Column(string name)
    {
        var place = _header.Find(name);
        if (_unreadable[place] is not { } bad)
            return _columns[place];
        throw new OrreryDataException(
            $"Column '{name}' of {Source}: {(bad.Cell.Length == 0 ? "the cell" : $"'{bad.Cell}'")} in row {bad.Row:N0} is {(bad.Cell.Length == 0 ? "empty" : "not a finite number")}. "
            + "Every row needs a value here, for nothing is filled in.");
    }
}
