namespace Orrery.Data.Logs.Import;

/// <summary>
/// Lets rows through in the order of time: it stops at one that is out of order, sorts within a window of rows, or takes it for the beginning
/// of another episode. Rows of two episodes are never mixed.
/// </summary>
internal sealed class RowSorter(string source, RowOrder order, int columns, IRowStage next) : IRowStage
{
    /// <summary>Rows that are held back while sorting, so the furthest that a row may be out of place.</summary>
    public const int Window = 1 << 16;

    private readonly PriorityQueue<LogRow, (double Time, long Number)> _held = new();
    private readonly Stack<LogRow> _free = new();
    private double _latest = double.NegativeInfinity;
    private double _released = double.NegativeInfinity;
    private long _latestNumber;
    private bool _begins;

    /// <summary>Rows that came after one of a later time.</summary>
    public long Sorted { get; private set; }

    public void Accept(LogRow row)
    {
        if (row.BeginsEpisode)
            Begin();
        bool isLate = row.Time < _latest;
        if (isLate && order == RowOrder.Error)
        {
            throw new OrreryDataException(
                $"The time in row {row.Number:N0} of {source} is before that in row {_latestNumber:N0}. Sort the log by time, or say --order sort; "
                + "say --order restart where the time begins anew, as in the next test or when a clock was set back.");
        }

        if (isLate && order == RowOrder.Restart)
        {
            row.BeginsEpisode = true;
            Begin();
            isLate = false;
        }

        if (isLate)
            Sorted++;
        else
            (_latest, _latestNumber) = (row.Time, row.Number);
        if (order != RowOrder.Sort)
        {
            next.Accept(row);
            return;
        }

        if (row.Time < _released)
        {
            throw new OrreryDataException(
                $"Row {row.Number:N0} of {source} is more than {Window:N0} rows out of place, further than --order sort can move it. Sort the file by time first.");
        }

        LogRow copy = _free.TryPop(out LogRow? free) ? free : new LogRow(columns);
        copy.CopyFrom(row);
        copy.BeginsEpisode = false; // Whichever comes first once they are sorted begins it.
        _begins |= row.BeginsEpisode;
        _held.Enqueue(copy, (copy.Time, copy.Number));
        if (_held.Count > Window)
            Release();
    }

    public void Complete()
    {
        while (_held.Count > 0)
            Release();
        next.Complete();
    }

    private void Begin()
    {
        while (_held.Count > 0)
            Release();
        _latest = _released = double.NegativeInfinity;
    }

    private void Release()
    {
        LogRow row = _held.Dequeue();
        row.BeginsEpisode = _begins;
        _begins = false;
        _released = row.Time;
        next.Accept(row);
        _free.Push(row);
    }
}
