using Orrery.Models.Predictors;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Rollouts;

/// <summary>
/// Rolls candidates out in chunks. Each thread takes a chunk through the whole horizon with a single-threaded backend of its own:
/// the matrices are too small to share one product among threads, and a chunk's numbers stay in the thread's caches. Weights are
/// packed once; rows of packed products have the same bits whatever their number, so a candidate's numbers never depend on how many
/// there are, on where it stands or on the number of threads. Everything is in normalised units. The weights must not change
/// between runs. Not thread-safe; parallel inside.
/// </summary>
public sealed class ParallelRollout : IDisposable
{
    // Tokens in a chunk: enough rows to use well what is read of weights that no cache holds, few enough for the activations to stay near. 64 cost
    // LeWM's predictor a tenth.
    private const int ChunkTokens = 192;

    private readonly int _latentSize;
    private readonly int _stepSize;
    private readonly int _chunkRows;
    private readonly PackedWeights _weights;
    private readonly Tape _tape;
    private readonly RolloutHistory _history;
    private readonly Lane[] _lanes;
    private readonly ForkJoin _forkJoin;
    private float[] _start = [];
    private float[] _actions = [];
    private float[] _latents = [];
    private int _rows;
    private int _candidates;
    private int _horizon;
    private int _nextChunk;

    /// <summary>Makes the threads; weights are packed by the first run.</summary>
    /// <param name="predictor">Predicts; its parameters must not change as long as this is used.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="stepSize">K A.</param>
    /// <param name="backend">Says how many threads to use; it must outlive this.</param>
    /// <param name="savesWork">
    /// Whether work that changes no result is left out: what candidates share, what a window has in common with the one before, and
    /// what nobody reads. False does as training does, for tests and measurements.
    /// </param>
    public ParallelRollout(LatentPredictor predictor, int latentSize, int stepSize, Backend backend, bool savesWork = true)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(backend);
        _latentSize = latentSize;
        _stepSize = stepSize;
        _chunkRows = Math.Max(8, ChunkTokens / predictor.Window);
        _weights = new PackedWeights(backend);
        _tape = new Tape(backend) { Recording = false, Packed = _weights };
        _history = predictor.CreateHistory(backend, savesWork);
        _lanes = new Lane[backend.Threads];
        for (int index = 0; index < _lanes.Length; index++)
            _lanes[index] = new Lane(_history, _weights);
        _forkJoin = new ForkJoin(_lanes.Length, Work);
    }

    /// <summary>Rolls every candidate out.</summary>
    /// <param name="seen">[n, D]: latents up to the present one, oldest first; n at least 1. Older ones than the predictor looks at are ignored.</param>
    /// <param name="driven">[n - 1, K A]: the actions between them.</param>
    /// <param name="actions">[S, H, K A].</param>
    /// <param name="candidates">S.</param>
    /// <param name="horizon">H.</param>
    /// <param name="latents">Receives [S, H, D].</param>
    /// <exception cref="ArgumentException">A span does not have the length that S, H, n, K A and D ask for.</exception>
    public void Run(
        ReadOnlySpan<float> seen, ReadOnlySpan<float> driven, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        int known = seen.Length / _latentSize;
        Check("seen", seen.Length, Math.Max(1, known) * _latentSize);
        Check("driven", driven.Length, (known - 1) * _stepSize);
        Check("actions", actions.Length, candidates * horizon * _stepSize);
        Check("latents", latents.Length, candidates * horizon * _latentSize);
        if (latents.Length == 0)
            return;
        _start = Fill(_start, seen[((known - 1) * _latentSize)..]);
        _actions = Fill(_actions, actions);
        if (_latents.Length < latents.Length)
            _latents = new float[latents.Length];
        _tape.Reset();
        _history.Begin(
            _tape, _tape.Constant(seen, new Shape(known, _latentSize)), known > 1 ? _tape.Constant(driven, new Shape(known - 1, _stepSize)) : default);
        _candidates = candidates;
        _horizon = horizon;
        // As many for every thread; where a chunk begins changes no bit.
        int perRound = _chunkRows * _lanes.Length;
        int chunks = (candidates + perRound - 1) / perRound * _lanes.Length;
        _rows = (candidates + chunks - 1) / chunks;
        _nextChunk = 0;
        _forkJoin.Run();
        _latents.AsSpan(0, latents.Length).CopyTo(latents);
    }

    /// <summary>Ends the threads and gives the memory back.</summary>
    public void Dispose()
    {
        _forkJoin.Dispose();
        foreach (Lane lane in _lanes)
            lane.Dispose();
        _history.Dispose();
        _tape.Dispose();
        _weights.Dispose();
    }

    private static float[] Fill(float[] numbers, ReadOnlySpan<float> values)
    {
        if (numbers.Length < values.Length)
            numbers = new float[values.Length];
        values.CopyTo(numbers);
        return numbers;
    }

    private static void Check(string name, int length, int needed)
    {
        if (length != needed)
            throw new ArgumentException($"ParallelRollout: {name} holds {length} numbers; {needed} are needed.", name);
    }

    private void Work(int number)
    {
        while ((Interlocked.Increment(ref _nextChunk) - 1) * _rows is var first && first < _candidates)
            RollChunk(_lanes[number], first, Math.Min(_rows, _candidates - first));
    }

    private void RollChunk(Lane lane, int first, int rows)
    {
        lane.Arrange(rows, _horizon, _stepSize, _latentSize);
        _actions.AsSpan(first * _horizon * _stepSize, rows * _horizon * _stepSize).CopyTo(lane.Actions.Span);
        Span<float> state = lane.State.Span;
        for (int row = 0; row < rows; row++)
            _start.AsSpan(0, _latentSize).CopyTo(state[(row * _latentSize)..]);
        lane.Tape.Reset();
        lane.Rollout.Begin(lane.Tape, lane.Actions);
        for (int step = 0; step < _horizon; step++)
        {
            lane.Tape.Reset();
            lane.Rollout.Step(lane.Tape, step, lane.State).Span.CopyTo(state);
            for (int row = 0; row < rows; row++)
                state.Slice(row * _latentSize, _latentSize).CopyTo(_latents.AsSpan((((first + row) * _horizon) + step) * _latentSize));
        }
    }

    private sealed class Lane : IDisposable
    {
        private readonly CpuBackend _backend = new(threads: 1);
        private readonly TensorArena _arena;

        public Lane(RolloutHistory history, PackedWeights weights)
        {
            _arena = new TensorArena(_backend, name: "roll-out");
            Tape = new Tape(_backend) { Recording = false, Packed = weights };
            Rollout = history.CreateLane(_backend);
        }

        public Tape Tape { get; }

        public RolloutLane Rollout { get; }

        /// <summary>[B, D].</summary>
        public Tensor State { get; private set; }

        /// <summary>[B, H, K A].</summary>
        public Tensor Actions { get; private set; }

        public void Arrange(int rows, int horizon, int stepSize, int latentSize)
        {
            _arena.Reset();
            State = _arena.Allocate(new Shape(rows, latentSize));
            Actions = _arena.Allocate(new Shape(rows, horizon, stepSize));
        }

        public void Dispose()
        {
            Rollout.Dispose();
            Tape.Dispose();
            _arena.Dispose();
            _backend.Dispose();
        }
    }
}
