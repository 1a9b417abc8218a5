using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Import;

/// <summary>Reads the chosen columns and the times of a log, row by row.</summary>
internal sealed class RowReader : IDisposable
{
    private readonly LogSource _log;
    private readonly LogHeader _header;
    private readonly MissingCells _missing;
    private readonly WordNumbers _words;
    private readonly string[] _names;
    private readonly int[] _positions;
    private readonly ColumnDeclaration[] _declared;
    private readonly OutsideRange _outside;
    private readonly TimeReader? _time;
    private readonly double _samplingTime;
    private readonly RowSet? _leaveOut;
    private readonly int _episodes;
    private string? _episode;
    private double _lastTime = double.NegativeInfinity;

    public RowReader(string place, LogOptions options)
    {
        _log = LogSource.Open(place, options);
        try
        {
            _header = _log.Header;
            _missing = new MissingCells(options.MissingTokens);
            _words = new WordNumbers(options.Words);
            _names = [.. options.Observations, .. options.Inputs];
            _positions = [.. _names.Select(_header.Find)];
            foreach (ColumnDeclaration column in options.Columns ?? [])
                _header.Find(column.Name); // A misspelt one would leave its range unchecked.
            _declared = Array.ConvertAll(_positions, position => options.Declared(_header, position));
            _outside = options.Outside;
            _time = TimeReader.Find(options, _header, _log.Name);
            _samplingTime = options.SamplingTime ?? 1;
            _leaveOut = options.LeaveOut;
            _episodes = options.EpisodeColumn is { } episodes ? _header.Find(episodes) : -1;
        }
        catch
        {
            _log.Dispose();
            throw;
        }
    }

    public string Name => _log.Name;

    /// <summary>Columns that are read.</summary>
    public int Columns => _positions.Length;

    /// <summary>Name without unit, unit and range of each, from the header and as declared.</summary>
    public IReadOnlyList<ColumnDeclaration> Declared => _declared;

    /// <summary>Where the header was found.</summary>
    public LogOpening Opening => _log.Opening;

    /// <summary>Row of the file that was read last.</summary>
    public long LastRow { get; private set; }

    /// <summary>Rows read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Share of the log read so far, 0..1; NaN where that cannot be told.</summary>
    public double Share => _log.Rows.Share;

    /// <summary>Whether numbers are written 1,5.</summary>
    public bool HasDecimalComma => _log.Rows is TextRows { DecimalComma: true };

    /// <summary>Goes to the next row.</summary>
    /// <param name="row">Takes it.</param>
    /// <param name="timeOnly">Leaves out the chosen columns.</param>
    /// <exception cref="OrreryDataException">A cell is no number, or the row is ragged.</exception>
    public bool Next(LogRow row, bool timeOnly = false)
    {
        if (!_log.Next())
            return false;
        RowSource cells = _log.Rows;
        row.Number = LastRow = cells.Row;
        row.BeginsEpisode = false;
        row.IsLeftOut = _leaveOut?.Contains(cells.Row) == true;
        if (row.IsLeftOut)
        {
            row.IsComplete = false;
            row.Time = _lastTime;
            Count++;
            return true;
        }

        _header.CheckRow(cells);
        row.BeginsEpisode = IsNewEpisode(cells);
        row.IsComplete = true;
        for (int index = 0; index < _positions.Length && !timeOnly; index++)
            row.IsComplete &= TryRead(cells, index, row.Values);
        ReadTime(cells, row, timeOnly);
        Count++;
        return true;
    }

    public void Dispose() => _log.Dispose();

    /// <summary>Whether the column of episodes holds another value than in the row before.</summary>
    private bool IsNewEpisode(RowSource cells)
    {
        if (_episodes < 0)
            return false;
        ReadOnlySpan<char> value = cells.IsNull(_episodes) ? [] : cells.Cell(_episodes);
        if (_episode is not null && value.SequenceEqual(_episode))
            return false;
        bool isFirst = _episode is null;
        _episode = value.ToString();
        if (!isFirst)
            _lastTime = double.NegativeInfinity;
        return !isFirst;
    }

    private void ReadTime(RowSource cells, LogRow row, bool timeOnly)
    {
        if (_time is null)
        {
            row.Time = Count * _samplingTime;
            return;
        }

        bool isMissing = _time.IsMissing(cells, _missing);
        if (!isMissing && _time.TryRead(cells, out double time))
        {
            row.Time = _lastTime = time;
            return;
        }

        if (!isMissing && row.IsComplete && !timeOnly)
            throw _time.NoTime(cells);

        // A row without a value may lack its time too; it then stays where it is.
        row.IsComplete = false;
        row.Time = _lastTime;
    }

    private bool TryRead(RowSource cells, int index, double[] values)
    {
        int column = _positions[index];
        if (cells.IsNull(column))
            return false;
        if (_words.TryRead(cells, column, out double value))
        {
            if (_missing.Contains(value))
                return false;
            if (!float.IsFinite((float)value))
                throw Bad(index, $"'{cells.Cell(column)}' in row {cells.Row:N0} is not a finite number that fits in 32 bits");
            values[index] = value;
            return IsInside(value, index, cells.Row);
        }

        ReadOnlySpan<char> cell = cells.Cell(column);
        if (_missing.Contains(cell))
            return false;
        throw cell.IsEmpty
            ? new OrreryDataException($"Column '{_names[index]}' of {Name}: the cell in row {cells.Row:N0} is empty. Name the empty cell with --missing \"\", or drop the column.")
            : NoNumber(index, Shortened(cell), cells.Row);
    }

    private bool IsInside(double value, int index, long row)
    {
        ColumnDeclaration declared = _declared[index];
        if (declared.Contains(value))
            return true;
        return _outside == OutsideRange.Gap ? false : throw new OrreryDataException(
            $"Column '{_names[index]}' of {Name}: {value} in row {row:N0} is outside its declared range {declared.RangeText()}. "
            + "Correct it or the range, or leave such rows out with --outside gap.");
    }

    /// <summary>A word may stand for a number, such as that of a switch; what looks like a number written otherwise does not.</summary>
    private OrreryDataException NoNumber(int index, string cell, long row)
    {
        if (NumberText.IsGrouped(cell))
            return new OrreryDataException($"Column '{_names[index]}' of {Name}: '{cell}' in row {row:N0} is not a number. Say --thousands if its marks part thousands{(cell.Contains(',', StringComparison.Ordinal) ? ", and --decimal-comma if a comma is the decimal sign" : "")}, or drop the column.");
        if (!char.IsLetter(cell[0]) || MissingCells.SeemsMissing(cell))
            return Bad(index, $"'{cell}' in row {row:N0} is not a number");
        string word = cell.Contains(' ', StringComparison.Ordinal) ? $"\"{cell}=1\"" : $"{cell}=1";
        return new OrreryDataException(
            $"Column '{_names[index]}' of {Name}: '{cell}' in row {row:N0} is not a number. Say with --word {word} which number it stands for, or with --missing that it means no value, or drop the column.");
    }

    private OrreryDataException Bad(int index, string what) =>
        new($"Column '{_names[index]}' of {Name}: {what}. Name it with --missing, or drop the column.");

    private static string Shortened(ReadOnlySpan<char> cell) => cell.Length <= 40 ? cell.ToString() : string.Concat(cell[..40], "...");
}
