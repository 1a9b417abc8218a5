namespace Orrery.Data.Logs.Import;

/// <summary>Takes rows that follow each other without a gap, stretch by stretch.</summary>
internal interface IStretchSink
{
    /// <summary>A row; the first one, and the first after <see cref="Break"/>, begins a stretch.</summary>
    void Row(LogRow row);

    /// <summary>Values are missing after the row before.</summary>
    void Break();

    /// <summary>The log ends.</summary>
    void Complete();
}

/// <summary>Leaves out rows with missing values, and breaks where they were, where another episode begins and where the time between two rows is too long.</summary>
internal sealed class GapFinder(double gap, bool hasTimes, IStretchSink sink) : IRowStage
{
    private double _last = double.NaN;

    /// <summary>Rows left out because a value was missing.</summary>
    public long Missing { get; private set; }

    /// <summary>Rows left out because the user said so.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Rows that another episode began with.</summary>
    public long Begun { get; private set; }

    /// <summary>Times that were too long.</summary>
    public long Gaps { get; private set; }

    public void Accept(LogRow row)
    {
        if (row.BeginsEpisode)
        {
            Begun++;
            _last = double.NaN;
            sink.Break();
        }

        if (!row.IsComplete)
        {
            Missing += row.IsLeftOut ? 0 : 1;
            LeftOut += row.IsLeftOut ? 1 : 0;
            _last = double.NaN;
            sink.Break();
            return;
        }

        if (hasTimes && row.Time - _last > gap)
        {
            Gaps++;
            sink.Break();
        }

        _last = row.Time;
        sink.Row(row);
    }

    public void Complete() => sink.Complete();
}
