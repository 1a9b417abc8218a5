namespace Orrery.Data.Logs.Import;

/// <summary>A row of a log on its way into a dataset.</summary>
internal sealed class LogRow(int columns)
{
    /// <summary>Row of the file, from 1.</summary>
    public long Number { get; set; }

    /// <summary>Its time, in the unit of the sampling time, from whatever origin.</summary>
    public double Time { get; set; }

    /// <summary>Whether no chosen value is missing.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Whether the user said to leave it out; it is not complete then.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>Whether another episode begins with it, whatever its time.</summary>
    public bool BeginsEpisode { get; set; }

    /// <summary>The chosen columns: observations, actions, disturbances.</summary>
    public double[] Values { get; } = new double[columns];

    public void CopyFrom(LogRow other)
    {
        Number = other.Number;
        Time = other.Time;
        IsComplete = other.IsComplete;
        IsLeftOut = other.IsLeftOut;
        BeginsEpisode = other.BeginsEpisode;
        other.Values.CopyTo(Values, 0);
    }
}

/// <summary>Takes the rows that come out of a stage of the import. A row may be used again by its sender after the call.</summary>
internal interface IRowStage
{
    void Accept(LogRow row);

    /// <summary>No more rows come.</summary>
    void Complete();
}
