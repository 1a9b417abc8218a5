using Orrery.Models.Predictors;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Rollouts;

/// <summary>
/// Rolls candidates out on tapes that record, and carries slopes back from the latents to the actions. Candidates go in chunks of one size, each on a tape
/// of its own, so that no number depends on how many threads there are. Everything is in normalised units. The weights must not change while it is used, and get no gradients.
/// </summary>
internal sealed class DifferentiableRollout : IDisposable
{
    private const int ChunkRows = 8;

    private readonly LatentPredictor _predictor;
    private readonly int _latentSize;
    private readonly int _stepSize;
    private readonly List<Chunk> _chunks = [];
    private readonly ForkJoin _forkJoin;
    private float[] _start = [];
    private float[] _actions = [];
    private float[] _latents = [];
    private int _candidates;
    private int _horizon;
    private int _nextChunk;
    private bool _isBackward;

    /// <param name="predictor">Predicts.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="stepSize">K A.</param>
    /// <param name="backend">Says how many threads to use.</param>
    public DifferentiableRollout(LatentPredictor predictor, int latentSize, int stepSize, Backend backend)
    {
        _predictor = predictor;
        _latentSize = latentSize;
        _stepSize = stepSize;
        _forkJoin = new ForkJoin(backend.Threads, Work);
    }

    private int Chunks => (_candidates + ChunkRows - 1) / ChunkRows;

    /// <summary>Rolls every candidate out.</summary>
    /// <param name="latent">[D].</param>
    /// <param name="actions">[S, H, K A].</param>
    /// <param name="candidates">S.</param>
    /// <param name="horizon">H.</param>
    /// <param name="latents">Receives [S, H, D].</param>
    public void Record(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        (_candidates, _horizon) = (candidates, horizon);
        latent.CopyTo(Ask(ref _start, latent.Length));
        actions.CopyTo(Ask(ref _actions, actions.Length));
        Ask(ref _latents, latents.Length);
        while (_chunks.Count < Chunks)
            _chunks.Add(new Chunk(_predictor));
        Run(isBackward: false);
        _latents.AsSpan(0, latents.Length).CopyTo(latents);
    }

    /// <summary>Carries slopes back.</summary>
    /// <param name="latentGradients">[S, H, D].</param>
    /// <param name="actionGradients">Receives [S, H, K A].</param>
    /// <exception cref="InvalidOperationException">Nothing was recorded.</exception>
    public void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients)
    {
        if (_candidates == 0)
            throw new InvalidOperationException("PullBack: nothing was recorded; call Record first.");
        Check("latent gradients", latentGradients.Length, _candidates * _horizon * _latentSize);
        Check("action gradients", actionGradients.Length, _candidates * _horizon * _stepSize);
        latentGradients.CopyTo(_latents);
        Run(isBackward: true);
        _actions.AsSpan(0, actionGradients.Length).CopyTo(actionGradients);
    }

    public void Dispose()
    {
        _forkJoin.Dispose();
        foreach (Chunk chunk in _chunks)
            chunk.Dispose();
    }

    private static Span<float> Ask(ref float[] numbers, int length)
    {
        if (numbers.Length < length)
            numbers = new float[length];
        return numbers.AsSpan(0, length);
    }

    private static void Check(string name, int length, int needed)
    {
        if (length != needed)
            throw new ArgumentException($"PullBack: the {name} hold {length} numbers; {needed} are needed, as were recorded.");
    }

    private void Run(bool isBackward)
    {
        _isBackward = isBackward;
        _nextChunk = 0;
        _forkJoin.Run();
    }

    private void Work(int number)
    {
        while (Interlocked.Increment(ref _nextChunk) - 1 is var chunk && chunk < Chunks)
        {
            int first = chunk * ChunkRows, rows = Math.Min(ChunkRows, _candidates - first);
            Span<float> actions = _actions.AsSpan(first * _horizon * _stepSize, rows * _horizon * _stepSize);
            Span<float> latents = _latents.AsSpan(first * _horizon * _latentSize, rows * _horizon * _latentSize);
            if (_isBackward)
                _chunks[chunk].PullBack(latents, actions);
            else
                _chunks[chunk].Record(_start.AsSpan(0, _latentSize), actions, rows, _horizon, latents);
        }
    }

    private sealed class Chunk : IDisposable
    {
        private readonly LatentPredictor _predictor;
        private readonly CpuBackend _backend = new(threads: 1);
        private readonly Tape _tape;
        private Tensor[] _latents = [];
        private (Tensor Output, Tensor Upstream)[] _outputs = [];
        private Tensor _actions;

        public Chunk(LatentPredictor predictor)
        {
            _predictor = predictor;
            _tape = new Tape(_backend) { DifferentiatesParameters = false };
        }

        public void Record(ReadOnlySpan<float> start, ReadOnlySpan<float> actions, int rows, int horizon, Span<float> latents)
        {
            if (_latents.Length != horizon + 1)
                (_latents, _outputs) = (new Tensor[horizon + 1], new (Tensor, Tensor)[horizon]);
            _tape.Reset();
            _actions = _tape.Variable(actions, new Shape(rows, horizon, actions.Length / (rows * horizon)));
            Tensor present = _tape.Input(new Shape(rows, 1, start.Length));
            for (int row = 0; row < rows; row++)
                start.CopyTo(present.Span[(row * start.Length)..]);
            _latents[0] = present;
            for (int step = 0; step < horizon; step++)
            {
                _latents[step + 1] = Next(step);
                ReadOnlySpan<float> next = _latents[step + 1].Span;
                for (int row = 0; row < rows; row++)
                    next.Slice(row * start.Length, start.Length).CopyTo(latents[(((row * horizon) + step) * start.Length)..]);
            }
        }

        public void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients)
        {
            int rows = _actions.Shape[0], horizon = _actions.Shape[1];
            for (int step = 0; step < horizon; step++)
            {
                Tensor output = _latents[step + 1], upstream = _tape.Input(output.Shape);
                int size = output.Shape[2];
                for (int row = 0; row < rows; row++)
                    latentGradients.Slice(((row * horizon) + step) * size, size).CopyTo(upstream.Span[(row * size)..]);
                _outputs[step] = (output, upstream);
            }

            _tape.Backward(_outputs);
            _tape.Gradient(_actions).Span.CopyTo(actionGradients);
        }

        public void Dispose()
        {
            _tape.Dispose();
            _backend.Dispose();
        }

        /// <summary>[B, 1, D], from as many latents as the predictor looks at.</summary>
        private Tensor Next(int step)
        {
            Tensor present = _latents[step];
            if (_predictor.Window == 1)
            {
                Tensor rows = _tape.Reshape(present, new Shape(present.Shape[0], present.Shape[2]));
                return _tape.Reshape(_predictor.Forward(_tape, rows, _tape.Select(_actions, 1, step)), present.Shape);
            }

            int first = Math.Max(0, step + 1 - _predictor.Window), count = step + 1 - first;
            Tensor window = _tape.Concat(1, _latents.AsSpan(first, count));
            Tensor following = _predictor.ForwardWindow(_tape, window, _tape.Slice(_actions, 1, first, count), training: false);
            return _tape.Slice(following, 1, count - 1, 1);
        }
    }
}
