using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
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
/// gives with what was observed (Beintema, Tóth and Schoukens, 2021). Where the recipe asks for it, the states that are reached are
/// compared with encoded ones, too.
/// </summary>
internal sealed class LogProblem : TrainingProblem
{
    // A window longer than a third of the training rows would make every batch nearly the same.
    private const int LargestWindowShare = 3;
    private const int ShortestWindow = 4;
    private const int IdentificationFuture = 20;

    private readonly LogNetwork _network;
    private readonly LogRows _rows;
    private readonly LogBatch _batch;
    private readonly LatentPredictionLoss? _latentLoss;
    private readonly FreeRunValidation? _validation;
    private readonly IReadOnlyList<EpisodeRange> _training;
    private readonly IReadOnlyList<EpisodeRange> _held;
    private readonly int _history;
    private readonly bool _refits;
    private readonly int _perMember;
    private readonly float[] _emphasis;
    private readonly Tensor[] _states;
    private readonly Tensor[] _predictions;
    private bool _knowsNoise;

    /// <summary>Starts the network from the linear model that the training rows support, and seals its block.</summary>
    /// <param name="network">What to train.</param>
    /// <param name="recipe">How.</param>
    /// <param name="dataset">The log.</param>
    /// <param name="training">Rows to learn from.</param>
    /// <param name="validation">Rows to judge on; may be empty.</param>
    /// <param name="description">Normalisers.</param>
    /// <param name="fit">The rows that the linear models' sizes are chosen with; the same in every phase.</param>
    public LogProblem(
        LogNetwork network, LogRecipe recipe, Dataset dataset, IReadOnlyList<EpisodeRange> training, IReadOnlyList<EpisodeRange> validation,
        WorldModelDescription description, Split fit)
    {
        _network = network;
        (_training, _held) = (training, validation);
        _history = recipe.History;
        _refits = recipe.Refit;
        _perMember = recipe.Training.Batch;
        _rows = new LogRows(dataset, description.Observation!, description.Action, recipe.DelaysOf(dataset.Spaces.Action));
        int steps = Steps(recipe, training);
        WindowIndex index = new(training, _rows.LongestDelay + _history + steps);
        _latentLoss = LatentPredictionLoss.Create(recipe, steps);
        _batch = new LogBatch(
            _rows, new WindowSampler(index, recipe.Training.Seed), _history, steps, recipe.Ensemble * _perMember, _latentLoss?.Steps ?? []);
        network.Block.Seal();
        NormalizedStretch[] stretches = [.. training.Select(_rows.Stretch)];
        LinearStateSpace? start = SubspaceIdentification.Identify(
            stretches, _rows.ObservationSize, _rows.ActionSize, _history, IdentificationFuture, recipe.LatentSize);
        if (start is not null)
            network.Deep.StartFrom(start);
        FitLinear(stretches, fit, recipe);
        _validation = FreeRunValidation.Create(network, _rows, validation, _history, recipe.ValidationRun);
        _emphasis = ErrorEmphasis.Weights(stretches, steps, _rows.ObservationSize, recipe.RelativeFloor);
        _states = new Tensor[steps];
        _predictions = new Tensor[recipe.Ensemble];
    }

    public override ParameterBlock Parameters => _network.Block;

    /// <summary>Fewest consecutive rows that can be trained on.</summary>
    public static int FewestRows(LogRecipe recipe, VectorSpace action) => LogNetwork.HistoryOf(recipe, action) + ShortestWindow;

    public override void FillBatch(long update) => _batch.Fill(update);

    public override Tensor Forward(Tape tape)
    {
        _latentLoss?.Begin();
        for (int member = 0; member < _predictions.Length; member++)
            _predictions[member] = Run(tape, _network.Deep.Members[member], member * _perMember);
        return _predictions.Length == 1 ? _predictions[0] : tape.Concat(1, _predictions);
    }

    public override Tensor Loss(Tape tape, Tensor predictions, long update, LossTerms terms)
    {
        terms.Clear();
        WeighByNoise();
        // A sum over the members, each of which learns as if it were alone.
        int members = _predictions.Length;
        Tensor error = tape.Square(tape.Subtract(predictions, tape.Constant(_batch.Observations, predictions.Shape)));
        Tensor emphasis = tape.Constant(_emphasis, new Shape(_batch.Steps, 1, _rows.ObservationSize));
        Tensor loss = tape.Scale(terms.Add(tape, "free-run", 1, tape.Mean(tape.Multiply(error, emphasis))), members);
        return _latentLoss is null ? loss : tape.Add(loss, _latentLoss.Forward(tape, update, terms));
    }

    /// <summary>Sets the filter up, and blends deep and linear models as the validation rows ask for.</summary>
    public override float[] Settle()
    {
        float[] trust = [];
        if (_network.Filter is { } filter)
        {
            if (!FilterFit.Measure(_network, filter, _rows, _training, _history))
                filter.Trust(0, 0);
            else if (_held.Count > 0)
                FilterFit.Choose(_network, filter, _rows, _held, _states.Length);
            trust = [filter.Start, filter.Drift, .. filter.MeanNoise()];
        }

        if (Mixture is not { } mixture)
            return trust;
        MixtureFit.Apply(_network, mixture, _rows, _held, _refits);
        return [.. trust, .. mixture.Weights()];
    }

    /// <summary>Trust and blend of a fit hold for the refit, which has no rows to find them with; and its observations count by the noise that the fit found.</summary>
    public override void TakeOver(ReadOnlySpan<float> settled)
    {
        if (settled.IsEmpty)
            return;
        if (_network.Filter is { } filter)
        {
            filter.Trust(settled[0], settled[1]);
            for (int member = 0; member < _predictions.Length; member++)
                settled.Slice(2, _rows.ObservationSize).CopyTo(filter.Noise(member));
            settled = settled[(2 + _rows.ObservationSize)..];
        }

        Mixture?.Set(settled);
    }

    public override IReadOnlyList<BlendedColumn> Blend => _network.Shares();

    public override StateFilter? Filter => _network.Filter is { } filter ? new(filter.SeenRows - _history, filter.Start, filter.Drift) : null;

    public override ValidationResult Validate() => new(_validation?.Error() ?? double.NaN, null);

    private HorizonMixture? Mixture => _network.Blend as HorizonMixture;

    /// <summary>Once, with what a fit found or a checkpoint holds; at the first update, since only then is it in place.</summary>
    private void WeighByNoise()
    {
        if (!_knowsNoise && _network.Filter is { } filter)
            ErrorEmphasis.WeighByNoise(_emphasis, filter.MeanNoise());
        _knowsNoise = true;
    }

    private Tensor Run(Tape tape, DeepSubspace member, int first)
    {
        Tensor state = member.Encode(tape, tape.Constant(_batch.Encoded(first, _perMember), new Shape(_perMember, _batch.WindowSize)));
        for (int step = 0; step < _states.Length; step++)
        {
            Tensor action = tape.Constant(_batch.Actions(step, first, _perMember), new Shape(_perMember, _rows.ActionSize));
            _states[step] = state = member.Predict(tape, state, action);
        }

        _latentLoss?.Add(tape, member, _states, _batch, first, _perMember);
        Tensor read = member.Read(tape, tape.Concat(0, _states));
        return tape.Reshape(read, new Shape(_states.Length, _perMember, _rows.ObservationSize));
    }

    private int Steps(LogRecipe recipe, IReadOnlyList<EpisodeRange> training)
    {
        int longest = training.Count == 0 ? 0 : training.Max(episode => episode.Length);
        long share = training.Sum(episode => (long)episode.Length) / LargestWindowShare;
        int wanted = (int)Math.Clamp(share, ShortestWindow, recipe.Training.Window);
        return Math.Max(ShortestWindow, Math.Min(wanted, longest - _history - _rows.LongestDelay));
    }

    /// <summary>The linear models' sizes are chosen with the rows of the fit, in every phase; then they are fitted to all that the phase may see.</summary>
    private void FitLinear(NormalizedStretch[] stretches, Split fit, LogRecipe recipe)
    {
        if (_network.Linear is not { } equation || _network.States is not { } states)
            return;
        NormalizedStretch[] training = [.. fit.Training.Select(_rows.Stretch)], validation = [.. fit.Validation.Select(_rows.Stretch)];
        int order = ArxIdentification.ChooseOrder(training, validation, _rows.ObservationSize, _rows.ActionSize, recipe.LinearOrder);
        equation.Set((order == 0 ? null : ArxIdentification.Fit(stretches, _rows.ObservationSize, _rows.ActionSize, order))
            ?? ArxEquation.Persistence(_rows.ObservationSize, _rows.ActionSize));
        LinearStateSpace? identified = SubspaceIdentification.IdentifyBestSize(
            training, validation, stretches, _rows.ObservationSize, _rows.ActionSize, _history, IdentificationFuture, recipe.LinearStates);
        if (identified is not null)
            states.Set(identified);
    }

    protected override void Dispose(bool disposing)
    {
        _validation?.Dispose();
        _network.Dispose();
        base.Dispose(disposing);
    }
}
