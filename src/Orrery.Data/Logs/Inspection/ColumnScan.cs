using System.Globalization;
using Orrery.Data.Logs.Import;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Looks at every cell of one column, whatever it holds.</summary>
/// <param name="name">The column's name.</param>
/// <param name="declared">What a person said about it.</param>
/// <param name="missing">Cells that mean "no value here".</param>
/// <param name="words">Words that stand for numbers.</param>
/// <param name="format">How its times are written, where a person said so.</param>
internal sealed class ColumnScan(string name, ColumnDeclaration declared, IReadOnlySet<string> missing, WordNumbers words, string? format = null)
{
    /// <summary>A column without a date in so many cells holds none.</summary>
    private const int CellsToTryDates = 100;

    /// <summary>A name of batches stays for so many rows at least, on average.</summary>
    private const int RowsPerBatch = 10;

    private readonly HashSet<double> _distinct = [];
    private double _last = double.NaN;
    private string _word = "";
    private double _squares;

    public string Name { get; } = name;

    public ColumnDeclaration Declared { get; } = declared;

    public long Numbers { get; private set; }

    public long Dates { get; private set; }

    /// <summary>How its times seem to be written, where the import would have to be told; null where it would not.</summary>
    public string? DateFormat { get; private set; }

    /// <summary>Cells that would be numbers if a comma were the decimal sign.</summary>
    public RowList DecimalCommas { get; } = new();

    public TokenTally Unreadable { get; } = new();

    /// <summary>Rows whose words are not those of the row above.</summary>
    public long WordChanges { get; private set; }

    /// <summary>Whether it holds words that stay over many rows, as names of batches do.</summary>
    public bool ChangesSeldom => WordChanges > 1 && WordChanges * RowsPerBatch <= Unreadable.Count;

    /// <summary>Cells of which the source itself says that there is no value.</summary>
    public RowList Nulls { get; } = new();

    public ClockScan Clock { get; } = new();

    public RunScan Runs { get; } = new();

    public SpikeScan Spikes { get; } = new();

    public Thinning Sample { get; } = new();

    public RowList OutsideRange { get; } = new();

    public OutlineScan Outline { get; } = new();

    public double Mean { get; private set; }

    public double Minimum { get; private set; } = double.PositiveInfinity;

    public double Maximum { get; private set; } = double.NegativeInfinity;

    public long Changes { get; private set; }

    public long Unchanged { get; private set; }

    /// <summary>Sum of the sizes of all changes.</summary>
    public double Moved { get; private set; }

    public double SmallestMove { get; private set; } = double.PositiveInfinity;

    /// <summary>The sizes of all changes.</summary>
    public LogHistogram Moves { get; } = new();

    public int Distinct => _distinct.Count;

    public double StandardDeviation => Numbers > 0 ? Math.Sqrt(_squares / Numbers) : double.NaN;

    /// <summary>What it held in the row that was read last; NaN for no number.</summary>
    public double Last => _last;

    /// <summary>Takes a cell of a row that has it.</summary>
    public void Add(RowSource row, int column)
    {
        if (row.IsNull(column))
        {
            Break(row.Row);
            Nulls.Add(row.Row);
        }
        else if (missing.Count > 0 && missing.Contains(row.Cell(column).ToString()))
        {
            Break(row.Row);
            Unreadable.Add(row.Row, row.Cell(column));
        }
        else if (words.TryRead(row, column, out var value) && double.IsFinite(value))
            Number(row.Row, value);
        else
            Words(row.Row, row.Cell(column));
    }

    /// <summary>Cells that short rows lack; the finding about these rows says which.</summary>
    public long Absent { get; private set; }

    /// <summary>Takes the place of a cell that a short row lacks.</summary>
    public void AddNothing(long row)
    {
        Break(row);
        Absent++;
    }

    private void Words(long row, ReadOnlySpan<char> cell)
    {
        Break(row);
        if (!cell.SequenceEqual(_word))
        {
            WordChanges++;
            _word = cell.ToString();
        }

        if (IsDecimalComma(cell)) // Before dates: 5,12 would be one.
        {
            Unreadable.Add(row, cell);
            DecimalCommas.Add(row);
        }
        else if ((Dates > 0 || Unreadable.Count < CellsToTryDates) && !cell.IsEmpty && TryDate(cell, out var time))
        {
            Dates++;
            Clock.Add(row, time);
        }
        else
        {
            Unreadable.Add(row, cell);
        }
    }

    /// <summary>There is no number here: stretches of equal values end.</summary>
    public void Break(long row)
    {
        _last = double.NaN;
        Runs.End();
        Outline.Add(row, double.NaN);
    }

    public void End()
    {
        Runs.End();
        Spikes.End();
    }

    /// <summary>What the column is taken for: by what most of its cells hold.</summary>
    public ColumnContent Content(bool isClock)
    {
        if (isClock || (Dates > Numbers && Dates >= Unreadable.Count))
            return ColumnContent.Time;
        if (Numbers > 0 && Numbers >= Filled())
            return Minimum == Maximum ? ColumnContent.Constant : ColumnContent.Number;
        return Filled() == 0 && Numbers == 0 ? ColumnContent.Empty : ColumnContent.Text;
    }

    private long Filled() => Unreadable.Count - Unreadable.Tokens.Where(token => token.Token.Length == 0 || MissingCells.SeemsMissing(token.Token)).Sum(token => token.Rows.Count);

    private void Number(long row, double value)
    {
        Numbers++;
        var away = value - Mean;
        Mean += away / Numbers;
        _squares += away * (value - Mean);
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
        if (_distinct.Count < InspectedColumn.DistinctLimit)
            _distinct.Add(value);
        var move = Math.Abs(value - _last);
        if (move == 0)
        {
            Unchanged++;
        }
        else if (move > 0)
        {
            Changes++;
            Moved += move;
            Moves.Add(move);
            SmallestMove = Math.Min(SmallestMove, move);
        }

        _last = value;
        if (value < Declared.Low || value > Declared.High)
            OutsideRange.Add(row, value);
        Runs.Add(row, value);
        Spikes.Add(row, value);
        Sample.Add(value);
        Outline.Add(row, value);
        Clock.Add(row, value);
    }

    private bool TryDate(ReadOnlySpan<char> cell, out double seconds)
    {
        if (format is null && DateFormat is null && StampText.TryParse(cell, out var ticks))
        {
            seconds = (double)(ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
            return true;
        }

        seconds = 0;
        if ((format ?? (DateFormat ??= Dates == 0 ? StampFormat.Guess(cell) : null)) is not { } written || !StampFormat.TryParse(cell, written, out var moment))
            return false;
        seconds = (moment - DateTime.UnixEpoch).TotalSeconds;
        return true;
    }

    private static bool IsDecimalComma(ReadOnlySpan<char> cell)
    {
        var comma = cell.IndexOf(',');
        return comma > 0 && comma < cell.Length - 1 && !cell[(comma + 1)..].ContainsAnyExceptInRange('0', '9')
            && !cell[..comma].TrimStart('-').ContainsAnyExceptInRange('0', '9');
    }
}
