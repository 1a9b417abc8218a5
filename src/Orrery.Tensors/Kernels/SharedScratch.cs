namespace Orrery.Tensors.Kernels;

/// <summary>
/// Memory that one operation keeps its tables and partial sums in across hand-overs to the workers. Only who has the turn may
/// take it: several threads may call one backend.
/// </summary>
internal sealed unsafe class SharedScratch(Lock turn, NativeScratch memory) : IDisposable
{
    /// <summary>The memory, whose contents last until the turn ends.</summary>
    /// <exception cref="InvalidOperationException">The caller has not taken a turn.</exception>
    public float* Take(long floats) => turn.IsHeldByCurrentThread
        ? memory.Take(floats)
        : throw new InvalidOperationException("SharedScratch: the operation must hold WorkerPool.TakeTurn from here to its end.");

    public void Dispose() => memory.Dispose();
}
