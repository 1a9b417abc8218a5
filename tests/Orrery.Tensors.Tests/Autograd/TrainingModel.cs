using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>A small network with most of what training uses: convolutions, norms, attention, a recurrence and several losses.</summary>
internal sealed class TrainingModel : IDisposable
{
    private const int Batch = 4;
    private const int Length = 5;
    private readonly Tape _tape;
    private readonly Convolution2d _first;
    private readonly Convolution2d _second;
    private readonly GroupNorm _groupNorm;
    private readonly Linear _project;
    private readonly LayerNorm _layerNorm;
    private readonly Attention _attention;
    private readonly Gru _gru;
    private readonly Mlp _head;
    private readonly BatchNorm _batchNorm;
    private readonly AdamW _optimiser;
    private readonly WarmupCosineSchedule _schedule = new(1e-3f, 5, 100);
    private readonly RandomStream _random = new(1, "data");
    private readonly RandomState _root;
    private ulong _step;

    public TrainingModel(Backend backend)
    {
        var random = new RandomStream(7, "model");
        Block = new ParameterBlock(backend);
        _tape = new Tape(backend);
        _first = new Convolution2d(Block, "first", 2, 8, 3, random, stride: 2, padding: 1);
        _groupNorm = new GroupNorm(Block, "group", 2, 8);
        _second = new Convolution2d(Block, "second", 8, 8, 3, random, padding: 1);
        _project = new Linear(Block, "project", 8 * 16, 24, random);
        _layerNorm = new LayerNorm(Block, "norm", 24);
        _attention = new Attention(Block, "attention", 24, 2, 12, random);
        _gru = new Gru(Block, "gru", 24, 20, 2, random);
        _head = new Mlp(Block, "head", [20, 48, 24], Activation.Gelu, random);
        _batchNorm = new BatchNorm(Block, "bn", 24);
        _optimiser = new AdamW(Block, weightDecay: 0.01f);
        _root = _random.State;
    }

    public ParameterBlock Block { get; }

    /// <summary>One step: batch, forward, loss, backward, update.</summary>
    public float Step()
    {
        _tape.Reset();
        _random.State = _root.At(_step);
        var pixels = _tape.Input(new Shape(Batch * Length, 2, 16, 16));
        _random.FillNormal(pixels.Span);
        var features = _tape.Relu(_groupNorm.Forward(_tape, _first.Forward(_tape, pixels)));
        features = _tape.Add(features, _second.Forward(_tape, features, Activation.Silu));
        features = _tape.MaxPool2d(features, 3, 2, 1);
        var latents = _project.Forward(_tape, _tape.Reshape(features, new Shape(Batch, Length, 8 * 16)));
        var mixed = _tape.Add(latents, _attention.Forward(_tape, _layerNorm.Forward(_tape, latents), AttentionMask.Causal));
        var (states, _) = _gru.Forward(_tape, mixed);
        var prediction = _head.Forward(_tape, _tape.Slice(states, 1, 0, Length - 1));
        prediction = _tape.Reshape(_batchNorm.Forward(_tape, _tape.Reshape(prediction, new Shape(Batch * (Length - 1), 24)), training: true), prediction.Shape);
        var target = _tape.Slice(latents, 1, 1, Length - 1);
        var spread = _tape.Mean(_tape.NormalityStatistic(_tape.Transpose(latents, 0, 1)));
        var deviation = _tape.StandardDeviation(_tape.Reshape(latents, new Shape(Batch * Length, 24)), [0]);
        var loss = _tape.Add(_tape.MeanSquaredError(prediction, target), _tape.Scale(spread, 0.09f));
        loss = _tape.Add(loss, _tape.Add(_tape.SmoothL1(prediction, _tape.Detach(target)), _tape.Mean(_tape.Relu(_tape.AddScalar(_tape.Negate(deviation), 1)))));
        Block.ZeroGradients();
        _tape.Backward(loss);
        GradientClipping.ClipGlobalNorm(Block, 1);
        _optimiser.Step(_schedule.At((long)_step++));
        return loss.Item();
    }

    public void Dispose()
    {
        _tape.Dispose();
        Block.Dispose();
    }
}
