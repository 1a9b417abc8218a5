using System.Runtime.InteropServices;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Models.Losses;
using Orrery.Models.Monitoring;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Training;

/// <summary>
/// The joint-embedding predictive problem: encode T pictures or vectors of each window, K rows apart, roll the predictor out from the first
/// with the actions between them, and compare with what was encoded.
/// </summary>
internal sealed class LatentProblem : TrainingProblem
{
    // A decoder that only looks on must not use up the gradient's norm; AdamW makes up for the scale.
    private const double OnlookerWeight = 0.01;

    private readonly LatentNetwork _network;
    private readonly Dataset _dataset;
    private readonly Normalizer? _observation;
    private readonly Normalizer _action;
    private readonly ObjectiveRecipe _objective;
    private readonly JointEmbeddingLoss _loss;
    private readonly WindowSampler _training;
    private readonly WindowSampler _validation;
    private readonly int _batch;
    private readonly int _steps;
    private readonly int _block;
    private readonly long[] _starts;
    private readonly byte[] _seen;
    private readonly float[] _actions;
    private readonly Tensor[] _predicted;
    private readonly AveragedTargets? _averaged;
    private Tensor _stacks;
    private Tensor _latents;
    private Tensor _driven;
    private Tensor _targets;

    /// <summary>Seals the network's block, with the loss's own parameters in it.</summary>
    public LatentProblem(LatentNetwork network, LatentRecipe recipe, Dataset dataset, Split split, Normalizer? observation, Normalizer action)
    {
        _network = network;
        _dataset = dataset;
        _observation = observation;
        _action = action;
        _batch = recipe.Training.Batch;
        _steps = recipe.Training.Window;
        _block = recipe.ActionBlock;
        _objective = recipe.Objective;
        ulong seed = recipe.Training.Seed;
        int rows = RowsPerWindow(recipe);
        _training = new WindowSampler(new WindowIndex(split.Training, rows), seed);
        WindowIndex held = new(split.Validation, rows);
        _validation = held.Count > 0 ? new WindowSampler(held, seed) : _training;
        _loss = new JointEmbeddingLoss(network.Block, recipe.Objective, network.LatentSize, _block, network.StepSize / _block, new RandomStream(seed, "loss"));
        network.Block.Seal();
        _averaged = _objective.Target == ObjectiveRecipe.AveragedTarget ? new AveragedTargets(network) : null;
        _starts = new long[_batch];
        _seen = new byte[(_steps + 1) * _batch * network.StackBytes];
        _actions = new float[_steps * _batch * network.StepSize];
        _predicted = new Tensor[_steps];
    }

    public override ParameterBlock Parameters => _network.Block;

    /// <summary>Rows that a window takes.</summary>
    public static int RowsPerWindow(LatentRecipe recipe) => (recipe.Training.Window * recipe.ActionBlock) + recipe.Frames;

    public override void FillBatch(long update)
    {
        _training.FillAt(update * _batch, _starts);
        ReadBatch();
    }

    public override Tensor Forward(Tape tape) => Forward(tape, training: true);

    public override Tensor Loss(Tape tape, Tensor predictions, long update, LossTerms terms)
    {
        Tensor loss = _loss.Forward(tape, _latents, predictions, _driven, update, terms, _targets);
        return _network.HasDecoder ? tape.Add(loss, DecoderLoss(tape, predictions, terms)) : loss;
    }

    public override ValidationResult Validate()
    {
        // Always the same windows, and none of the batch's state is needed any more when a step is over.
        _validation.FillAt(0, _starts);
        ReadBatch();
        using Tape tape = new(_network.Block.Backend) { Recording = false };
        Tensor predictions = Forward(tape, training: false);
        Tensor later = tape.Slice(_latents, 0, 1, _steps);
        double error = tape.Mean(tape.Square(tape.Subtract(predictions, later))).Item();
        return new ValidationResult(error, new CollapseMonitor(_network.LatentSize).Measure(_latents.Span));
    }

    protected override void Dispose(bool disposing)
    {
        _averaged?.Dispose();
        _network.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Forward(Tape tape, bool training)
    {
        _stacks = _network.Upload(tape, _seen, out Tensor proprioception);
        _latents = tape.Reshape(_network.Encode(tape, _stacks, proprioception, training), new Shape(_steps + 1, _batch, _network.LatentSize));
        _targets = _objective.Target switch
        {
            ObjectiveRecipe.AveragedTarget when training => tape.Slice(_averaged!.Encode(tape, _seen, Averaged, _latents.Shape), 0, 1, _steps),
            ObjectiveRecipe.StoppedTarget => tape.Detach(tape.Slice(_latents, 0, 1, _steps)),
            _ => default,
        };
        _driven = tape.Constant(_actions, new Shape(_steps, _batch, _network.StepSize));
        if (_network.Predictor.Window > 1)
        {
            // Every latent of the window is predicted from the encoded ones before it, in one pass.
            Tensor sequences = tape.Transpose(tape.Slice(_latents, 0, 0, _steps), 0, 1);
            return tape.Transpose(_network.Predictor.ForwardWindow(tape, sequences, tape.Transpose(_driven, 0, 1), training), 0, 1);
        }

        Tensor latent = tape.Select(_latents, 0, 0);
        for (int step = 0; step < _steps; step++)
            _predicted[step] = latent = _network.Predict(tape, latent, tape.Select(_driven, 0, step));
        return tape.Stack(0, _predicted);
    }

    /// <summary>
    /// Cross-entropy of decoded pictures. A generative model decodes its whole roll-out and learns from that; else the decoder only looks on,
    /// at the last latents of the windows, and no gradient leaves it.
    /// </summary>
    private Tensor DecoderLoss(Tape tape, Tensor predictions, LossTerms terms)
    {
        bool teaches = _objective.Reconstruction > 0;
        int channels = ((ImageSpace)_network.Space).Channels, first = teaches ? 0 : _steps * _batch;
        Tensor seen = tape.Slice(tape.Slice(_stacks, 0, first, _stacks.Shape[0] - first), 1, (_network.Frames - 1) * channels, channels);
        Tensor latents = teaches
            ? tape.Concat(0, tape.Slice(_latents, 0, 0, 1), predictions)
            : tape.Detach(tape.Slice(_latents, 0, _steps, 1));
        Tensor logits = _network.Decode(tape, tape.Reshape(latents, new Shape(seen.Shape[0], _network.LatentSize)));
        Tensor summed = tape.Scale(tape.BceWithLogits(logits, seen), (float)(_network.Space.Size / ObjectiveRecipe.ReconstructionScale));
        return teaches ? terms.Add(tape, "reconstruction", _objective.Reconstruction, summed) : terms.Add(tape, "decoder", OnlookerWeight, summed);
    }

    /// <summary>Copies what is seen [T, B, F, bytes] and normalised actions [T - 1, B, K A] of the windows that begin at the starts.</summary>
    private void ReadBatch()
    {
        int size = _network.ObservationBytes;
        int actions = _network.StepSize;
        for (int step = 0; step <= _steps; step++)
        {
            for (int window = 0; window < _batch; window++)
            {
                long row = _starts[window] + _network.Frames - 1 + (step * _block);
                int place = (step * _batch) + window;
                for (int frame = 0; frame < _network.Frames; frame++)
                    Read(row - _network.Frames + 1 + frame, _seen.AsSpan(((place * _network.Frames) + frame) * size, size));
                if (step < _steps)
                    _action.Apply(_dataset.Action(row, _block), _actions.AsSpan(place * actions, actions));
            }
        }
    }

    private void Read(long row, Span<byte> seen)
    {
        if (_observation is null)
            _network.Look(_dataset, row, seen);
        else
            _observation.Apply(_dataset.Observation(row), MemoryMarshal.Cast<byte, float>(seen));
    }
}
