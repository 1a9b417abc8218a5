using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
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
/// The joint-embedding predictive problem: encode T pictures of each window, K rows apart, roll the predictor out from the first
/// with the actions between them, and compare with what was encoded.
/// </summary>
internal sealed class PixelProblem : TrainingProblem
{
    private readonly PixelNetwork _network;
    private readonly Dataset _dataset;
    private readonly Normalizer _action;
    private readonly JointEmbeddingLoss _loss;
    private readonly WindowSampler _training;
    private readonly WindowSampler _validation;
    private readonly int _batch;
    private readonly int _steps;
    private readonly int _block;
    private readonly long[] _starts;
    private readonly byte[] _pixels;
    private readonly float[] _actions;
    private readonly Tensor[] _predicted;
    private Tensor _latents;
    private Tensor _driven;

    /// <summary>Seals the network's block, with the loss's own parameters in it.</summary>
    public PixelProblem(PixelNetwork network, PixelRecipe recipe, Dataset dataset, Split split, Normalizer action)
    {
        _network = network;
        _dataset = dataset;
        _action = action;
        _batch = recipe.Training.Batch;
        _steps = recipe.Training.Window;
        _block = recipe.ActionBlock;
        ulong seed = recipe.Training.Seed;
        int rows = RowsPerWindow(recipe);
        _training = new WindowSampler(new WindowIndex(split.Training, rows), seed);
        WindowIndex held = new(split.Validation, rows);
        _validation = held.Count > 0 ? new WindowSampler(held, seed) : _training;
        _loss = new JointEmbeddingLoss(network.Block, recipe.Objective, network.LatentSize, network.StepSize, new RandomStream(seed, "loss"));
        network.Block.Seal();
        _starts = new long[_batch];
        _pixels = new byte[(_steps + 1) * _batch * network.Space.Size];
        _actions = new float[_steps * _batch * network.StepSize];
        _predicted = new Tensor[_steps];
    }

    public override ParameterBlock Parameters => _network.Block;

    /// <summary>Rows that a window takes.</summary>
    public static int RowsPerWindow(PixelRecipe recipe) => (recipe.Training.Window * recipe.ActionBlock) + 1;

    public override void FillBatch(long update)
    {
        _training.FillAt(update * _batch, _starts);
        ReadBatch();
    }

    public override Tensor Forward(Tape tape) => Forward(tape, training: true);

    public override Tensor Loss(Tape tape, Tensor predictions, long update, LossTerms terms) =>
        _loss.Forward(tape, _latents, predictions, _driven, update, terms);

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
        _network.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Forward(Tape tape, bool training)
    {
        Tensor encoded = _network.Encode(tape, _network.Upload(tape, _pixels), training);
        _latents = tape.Reshape(encoded, new Shape(_steps + 1, _batch, _network.LatentSize));
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

    /// <summary>Copies the pictures [T, B, C, H, W] and normalised actions [T - 1, B, K A] of the windows that begin at the starts.</summary>
    private void ReadBatch()
    {
        int picture = _network.Space.Size;
        int actions = _network.StepSize;
        for (int step = 0; step <= _steps; step++)
        {
            for (int window = 0; window < _batch; window++)
            {
                long row = _starts[window] + (step * _block);
                int place = (step * _batch) + window;
                _dataset.Pixels(row).CopyTo(_pixels.AsSpan(place * picture));
                if (step < _steps)
                    _action.Apply(_dataset.Action(row, _block), _actions.AsSpan(place * actions, actions));
            }
        }
    }
}
