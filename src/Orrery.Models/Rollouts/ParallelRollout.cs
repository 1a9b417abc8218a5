using Orrery.Data.Normalization;
using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Rollouts;

/// <summary>
/// Rolls candidates out in chunks of a fixed number of rows. Each thread takes a chunk through the whole horizon with a
/// single-threaded backend of its own: the matrices are too small to share one product among threads. The last chunk is filled
/// up with rows that nobody reads, so that a candidate's numbers never depend on how many there are or on where it stands.
/// </summary>
internal sealed class ParallelRollout : IDisposable
{
    private const int ChunkRows = 32;

    private readonly WorldModelNetwork _network;
    private readonly Normalizer _action;
    private readonly Worker[] _workers;
    private readonly ForkJoin _forkJoin;
    private readonly float[] _latent;
    private float[] _actions = [];
    private float[] _latents = [];
    private int _candidates;
    private int _horizon;
    private int _nextChunk;

    public ParallelRollout(WorldModelNetwork network, Normalizer action, int threads)
    {
        _network = network;
        _action = action;
        _latent = new float[network.LatentSize];
        _workers = new Worker[threads];
        for (int index = 0; index < threads; index++)
            _workers[index] = new Worker(network);
        _forkJoin = new ForkJoin(threads, Work);
    }

    /// <summary>See <see cref="ILatentDynamics.Rollout"/>.</summary>
    public void Run(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        if (_actions.Length < actions.Length)
            _actions = new float[actions.Length];
        if (_latents.Length < latents.Length)
            _latents = new float[latents.Length];
        latent.CopyTo(_latent);
        _action.Apply(actions, _actions.AsSpan(0, actions.Length));
        _candidates = candidates;
        _horizon = horizon;
        _nextChunk = 0;
        _forkJoin.Run();
        _latents.AsSpan(0, latents.Length).CopyTo(latents);
    }

    public void Dispose()
    {
        _forkJoin.Dispose();
        foreach (Worker worker in _workers)
            worker.Dispose();
    }

    private void Work(int number)
    {
        int chunks = (_candidates + ChunkRows - 1) / ChunkRows;
        while (Interlocked.Increment(ref _nextChunk) - 1 is var chunk && chunk < chunks)
            RollChunk(_workers[number], chunk * ChunkRows);
    }

    private void RollChunk(Worker worker, int first)
    {
        int rows = Math.Min(ChunkRows, _candidates - first);
        int latentSize = _network.LatentSize;
        int stepSize = _network.StepSize;
        Span<float> state = worker.State.Span;
        for (int row = 0; row < ChunkRows; row++)
            _latent.CopyTo(state[(row * latentSize)..]);
        for (int step = 0; step < _horizon; step++)
        {
            worker.Tape.Reset();
            Tensor action = worker.Tape.Input(new Shape(ChunkRows, stepSize));
            Span<float> driven = action.Span;
            driven[(rows * stepSize)..].Clear();
            for (int row = 0; row < rows; row++)
                _actions.AsSpan((((first + row) * _horizon) + step) * stepSize, stepSize).CopyTo(driven[(row * stepSize)..]);
            Tensor next = _network.Predict(worker.Tape, worker.State, action);
            next.Span.CopyTo(state);
            for (int row = 0; row < rows; row++)
                state.Slice(row * latentSize, latentSize).CopyTo(_latents.AsSpan((((first + row) * _horizon) + step) * latentSize));
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly CpuBackend _backend = new(threads: 1);
        private readonly TensorArena _arena;

        public Worker(WorldModelNetwork network)
        {
            _arena = new TensorArena(_backend, name: "roll-out");
            State = _arena.AllocateZeroed(new Shape(ChunkRows, network.LatentSize));
            Tape = new Tape(_backend) { Recording = false };
        }

        public Tape Tape { get; }

        public Tensor State { get; }

        public void Dispose()
        {
            Tape.Dispose();
            _arena.Dispose();
            _backend.Dispose();
        }
    }
}
