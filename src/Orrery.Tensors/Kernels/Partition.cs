namespace Orrery.Tensors.Kernels;

/// <summary>
/// Cuts work into chunks whose borders depend on the work only, never on the number of threads: whatever is computed per chunk
/// and combined in the order of chunks then has the same bits at any number of threads.
/// </summary>
internal static class Partition
{
    /// <summary>How many chunks of a size cover a count.</summary>
    public static int Chunks(int count, int size) => (int)(((long)count + size - 1) / size);

    /// <summary>The start and length of a chunk.</summary>
    public static (int Start, int Length) Range(int chunk, int size, int count)
    {
        int start = chunk * size;
        return (start, Math.Min(size, count - start));
    }

    /// <summary>The size of chunks over rows such that a chunk is worth handing to a thread.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="costPerRow">What one costs, in simple operations.</param>
    /// <param name="worthwhile">How many simple operations are worth a hand-over.</param>
    public static int RowsPerChunk(int rows, long costPerRow, long worthwhile = 32768) =>
        (int)Math.Clamp(worthwhile / Math.Max(1, costPerRow), 1, Math.Max(1, rows));
}
