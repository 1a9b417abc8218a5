namespace Orrery.Evaluation.Intervals;

/// <summary>Two groups of held-out rows, in blocks that take turns. A window belongs to a group with all of its rows or to none.</summary>
/// <param name="rows">Held-out rows.</param>
/// <param name="blocks">How many blocks they are cut into; 2 for a first and a second half.</param>
/// <param name="gap">Rows at the beginning of each block but the first that are left out, so that neighbours share nothing.</param>
internal sealed class RowDivision(int rows, int blocks, int gap)
{
    private const int MostBlocks = 20;

    /// <summary>The first and the second half.</summary>
    public static RowDivision InTime(int rows) => new(rows, 2, 0);

    /// <summary>As many blocks as hold two windows of the horizon each.</summary>
    public static RowDivision Interleaved(int rows, int horizon, int history)
    {
        int blocks = 2 * Math.Clamp(rows / (4 * horizon), 1, MostBlocks / 2);
        return new RowDivision(rows, blocks, Math.Min(history, rows / blocks / 4));
    }

    /// <summary>0 or 1; null for a window that no block holds.</summary>
    public int? GroupOf(int first, int steps)
    {
        int block = (int)((long)first * blocks / rows), last = (int)((long)(first + steps - 1) * blocks / rows);
        int begin = (int)(((long)block * rows / blocks) + (block == 0 ? 0 : gap));
        return block == last && first >= begin ? block % 2 : null;
    }
}
