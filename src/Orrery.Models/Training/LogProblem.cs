using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Trajectories;
using Orrery.Models.Identification;
using Orrery.Models.Losses;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Training;

/// <summary>
/// The deep subspace problem: encode n rows, run freely over the next T with the recorded actions, and compare what the readout
/// gives with what was observed (Beintema, Tóth and Schoukens, 2021).
/// </summary>
internal sealed class LogProblem : TrainingProblem
{
    // A window longer than a third of the training rows would make every batch nearly the same.
    private const int LargestWindowShare = 3;
    private const int ShortestWindow = 4;
    private const int IdentificationFuture = 20;

    private readonly LogNetwork _network;
    private readonly LogRows _rows;
    private readonly FreeRunValidation? _validation;
    private readonly WindowSampler _training;
    private readonly int _history;
    private readonly int _steps;
    private readonly int _batch;
    private readonly long[] _starts;
    private readonly float[] _windows;
    private readonly float[] _actions;
    private readonly float[] _observations;
    private readonly Tensor[] _latents;

    /// <summary>Starts the network from the linear model that the training rows support, and seals its block.</summary>
    /// <param name="network">What to train.</param>
    /// <param name="recipe">How.</param>
    /// <param name="dataset">The log.</param>
    /// <param name="training">Rows to learn from.</param>
    /// <param name="validation">Rows to judge on; may be empty.</param>
    /// <param name="description">Normalisers.</param>
    public LogProblem(
        LogNetwork network, LogRecipe recipe, Dataset dataset, IReadOnlyList<EpisodeRange> training, IReadOnlyList<EpisodeRange> validation,
        WorldModelDescription description)
    {
        _network = network;
        _history = recipe.History;
        _batch = recipe.Training.Batch;
        _rows = new LogRows(dataset, description.Observation!, description.Action);
        int longest = training.Count == 0 ? 0 : training.Max(episode => episode.Length);
        long all = training.Sum(episode => (long)episode.Length);
        _steps = (int)Math.Clamp(all / LargestWindowShare, ShortestWindow, recipe.Training.Window);
        _steps = Math.Max(ShortestWindow, Math.Min(_steps, longest - _history));
        _training = new WindowSampler(new WindowIndex(training, _history + _steps), recipe.Training.Seed);
        network.Block.Seal();
        LinearStateSpace? start = SubspaceIdentification.Identify(
            [.. training.Select(_rows.Stretch)], _rows.ObservationSize, _rows.ActionSize, _history, IdentificationFuture, recipe.LatentSize);
        if (start is not null)
            network.StartFrom(start);
        _validation = FreeRunValidation.Create(network, _rows, dataset.Episodes, validation, _history);
        _starts = new long[_batch];
        _windows = new float[_batch * network.WindowSize];
        _actions = new float[_steps * _batch * _rows.ActionSize];
        _observations = new float[_steps * _batch * _rows.ObservationSize];
        _latents = new Tensor[_steps];
    }

    public override ParameterBlock Parameters => _network.Block;

    /// <summary>Fewest consecutive rows that can be trained on.</summary>
    public static int FewestRows(LogRecipe recipe) => recipe.History + ShortestWindow;

    public override void FillBatch(long update)
    {
        _training.FillAt(update * _batch, _starts);
        int actions = _rows.ActionSize;
        int observations = _rows.ObservationSize;
        for (int window = 0; window < _batch; window++)
        {
            long first = _starts[window];
            _rows.ReadWindow(first, _history, _windows.AsSpan(window * _network.WindowSize, _network.WindowSize));
            for (int step = 0; step < _steps; step++)
            {
                long row = first + _history + step;
                int place = (step * _batch) + window;
                _rows.ReadAction(row, _actions.AsSpan(place * actions, actions));
                _rows.ReadObservation(row, _observations.AsSpan(place * observations, observations));
            }
        }
    }

    public override Tensor Forward(Tape tape)
    {
        Tensor latent = _network.Encode(tape, tape.Constant(_windows, new Shape(_batch, _network.WindowSize)));
        int driven = _batch * _rows.ActionSize;
        for (int step = 0; step < _steps; step++)
        {
            Tensor action = tape.Constant(_actions.AsSpan(step * driven, driven), new Shape(_batch, _rows.ActionSize));
            _latents[step] = latent = _network.Predict(tape, latent, action);
        }

        Tensor all = tape.Concat(0, _latents);
        return tape.Reshape(_network.Read(tape, all), new Shape(_steps, _batch, _rows.ObservationSize));
    }

    public override Tensor Loss(Tape tape, Tensor predictions, long update, LossTerms terms)
    {
        terms.Clear();
        Tensor observed = tape.Constant(_observations, predictions.Shape);
        return terms.Add(tape, "free-run", 1, tape.MeanSquaredError(predictions, observed));
    }

    public override ValidationResult Validate() => new(_validation?.Error() ?? double.NaN, null);

    protected override void Dispose(bool disposing)
    {
        _validation?.Dispose();
        _network.Dispose();
        base.Dispose(disposing);
    }
}
