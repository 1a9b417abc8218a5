namespace Orrery.Data.Logs.Inspection;

/// <summary>Rows that hold one value exactly.</summary>
/// <param name="Value">The value.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="LongestRun">Most of them in a row.</param>
/// <param name="Runs">The first stretches of them.</param>
internal sealed record Level(double Value, long Rows, long LongestRun, List<RowRange> Runs);

/// <summary>
/// The outermost values at one end of a column's range and how many rows hold each. The counts are exact: a value that was
/// once displaced from the outermost never comes back.
/// </summary>
/// <param name="greatest">Whether the greatest are kept, not the least.</param>
internal sealed class ExtremeLevels(bool greatest)
{
    private const int Kept = 8;

    private readonly List<Level> _levels = new(Kept + 1); // Outermost first.

    public IReadOnlyList<Level> Levels => _levels;

    /// <summary>Whether there are enough levels to tell what is usual near the end of the range.</summary>
    public bool IsFull => _levels.Count == Kept;

    /// <summary>Takes a run of equal values.</summary>
    public void Add(RowRange run, long length)
    {
        var at = 0;
        while (at < _levels.Count && (greatest ? _levels[at].Value > run.Value : _levels[at].Value < run.Value))
            at++;
        if (at < _levels.Count && _levels[at].Value == run.Value)
        {
            var level = _levels[at];
            if (level.Runs.Count < Thresholds.RowsToList)
                level.Runs.Add(run);
            _levels[at] = level with { Rows = level.Rows + length, LongestRun = Math.Max(level.LongestRun, length) };
        }
        else if (at < Kept)
        {
            _levels.Insert(at, new Level(run.Value, length, length, [run]));
            if (_levels.Count > Kept)
                _levels.RemoveAt(Kept);
        }
    }
}
