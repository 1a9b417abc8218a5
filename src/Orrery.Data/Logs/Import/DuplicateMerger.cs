namespace Orrery.Data.Logs.Import;

/// <summary>Makes one row of successive complete rows that have the same time, by the rule that the user chose.</summary>
internal sealed class DuplicateMerger(string source, DuplicateRule rule, int columns, IRowStage next) : IRowStage
{
    private readonly LogRow _held = new(columns);
    private long _same;

    /// <summary>Rows that were merged into another.</summary>
    public long Merged { get; private set; }

    public void Accept(LogRow row)
    {
        if (!row.IsComplete)
        {
            Release();
            next.Accept(row);
            return;
        }

        if (_same == 0 || row.BeginsEpisode || row.Time != _held.Time)
        {
            Release();
            _held.CopyFrom(row);
            _same = 1;
            return;
        }

        if (rule == DuplicateRule.Error)
        {
            throw new OrreryDataException(
                $"Rows {_held.Number:N0} and {row.Number:N0} of {source} have the same time. Say with --duplicates first, last or mean which counts, or correct the log.");
        }

        Merge(row);
    }

    public void Complete()
    {
        Release();
        next.Complete();
    }

    private void Merge(LogRow row)
    {
        Merged++;
        _same++;
        if (rule == DuplicateRule.Last)
            row.Values.CopyTo(_held.Values, 0);
        for (int column = 0; column < columns && rule == DuplicateRule.Mean; column++)
            _held.Values[column] += row.Values[column];
    }

    private void Release()
    {
        if (_same == 0)
            return;
        for (int column = 0; column < columns && rule == DuplicateRule.Mean && _same > 1; column++)
            _held.Values[column] /= _same;
        _same = 0;
        next.Accept(_held);
    }
}
