using System.Runtime.ExceptionServices;
using Orrery.Data;

namespace Orrery.Environments;

/// <summary>
/// N copies of an environment that are stepped at the same time on all cores. Copy i does what it would do alone, whatever the number of
/// workers. An episode that ends is not begun anew by itself: <see cref="Reset(int, ulong)"/> says where the next one starts. Not thread-safe.
/// </summary>
public sealed class VectorEnvironment : IDisposable
{
    private readonly IEnvironment[] _copies;
    private readonly ParallelOptions _options;

    /// <summary>Makes the copies, each reset with its number as the seed.</summary>
    /// <param name="create">Makes one environment; called N times.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="workers">How many are stepped at the same time; all cores when 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public VectorEnvironment(Func<IEnvironment> create, int count, int workers = 0)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        Workers = Math.Min(count, workers == 0 ? Environment.ProcessorCount : workers);
        _options = new ParallelOptions { MaxDegreeOfParallelism = Workers };
        _copies = new IEnvironment[count];
        try
        {
            for (var copy = 0; copy < count; copy++)
            {
                _copies[copy] = create();
                _copies[copy].Reset((ulong)copy);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>N.</summary>
    public int Count => _copies.Length;

    /// <summary>Copies that are stepped at the same time.</summary>
    public int Workers { get; }

    /// <summary>Spaces, clock and limits of each.</summary>
    public EnvironmentSpecification Specification => _copies[0].Specification;

    /// <summary>Begins a new episode in one copy.</summary>
    /// <param name="copy">0 .. N - 1.</param>
    /// <param name="seed">Decides its start.</param>
    public void Reset(int copy, ulong seed) => _copies[copy].Reset(seed);

    /// <summary>Takes one step in every copy.</summary>
    /// <param name="actions">[N, A] in physical units.</param>
    /// <param name="results">Receives [N]: rewards and whether episodes ended.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an action cannot be executed; then the other copies may have moved.</exception>
    public void Step(ReadOnlyMemory<float> actions, Memory<StepResult> results)
    {
        var size = Specification.Action.Size;
        Check("Step: actions", actions.Length, size);
        Check("Step: results", results.Length, 1);
        Each(copy => results.Span[copy] = _copies[copy].Step(actions.Span.Slice(copy * size, size)));
    }

    /// <summary>Writes every copy's picture.</summary>
    /// <param name="pixels">[N, Channels, Height, Width] bytes.</param>
    /// <exception cref="InvalidOperationException">The observation space is not a picture.</exception>
    public void Observe(Memory<byte> pixels)
    {
        var size = Specification.Observation.Size;
        Check("Observe: pixels", pixels.Length, size);
        Each(copy => _copies[copy].Observe(pixels.Span.Slice(copy * size, size)));
    }

    /// <summary>Writes every copy's observation vector or, where pictures are seen, proprioception.</summary>
    /// <param name="vectors">[N, O], or [N, P] of proprioception, in physical units.</param>
    /// <exception cref="InvalidOperationException">Pictures are seen, and nothing beside them.</exception>
    public void Observe(Memory<float> vectors)
    {
        var size = (Specification.Proprioception ?? Specification.Observation).Size;
        Check("Observe: vectors", vectors.Length, size);
        Each(copy => _copies[copy].Observe(vectors.Span.Slice(copy * size, size)));
    }

    /// <summary>Reads every copy's privileged state, [N, state size] in physical units. For evaluation only.</summary>
    public void ReadState(Memory<float> states)
    {
        var size = Specification.State.Size;
        Check("ReadState: states", states.Length, size);
        Each(copy => _copies[copy].ReadState(states.Span.Slice(copy * size, size)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var copy in _copies)
            copy?.Dispose();
    }

    /// <summary>Each worker takes a stretch of copies, so that small steps do not drown in handing them out.</summary>
    private void Each(Action<int> act)
    {
        if (Workers == 1)
        {
            for (var copy = 0; copy < Count; copy++)
                act(copy);
            return;
        }

        try
        {
            Parallel.For(0, Workers, _options, worker =>
            {
                var end = (int)((long)Count * (worker + 1) / Workers);
                for (var copy = (int)((long)Count * worker / Workers); copy < end; copy++)
                    act(copy);
            });
        }
        catch (AggregateException problems) when (problems.InnerException is { } first)
        {
            // What the environment said, not that it said so on another thread.
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private void Check(string what, int length, int each)
    {
        if (length != Count * each)
            throw new ArgumentException($"VectorEnvironment.{what} of length {length} came; {Count} x {each} = {Count * each} were needed.");
    }
}
