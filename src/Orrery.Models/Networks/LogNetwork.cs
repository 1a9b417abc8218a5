using Orrery.Data.Spaces;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// The model of a log. Its latent is what the trained part knows, x; beside it, where the recipe asks for them, the states of a linear
/// equation and of a linear state space, with what blends all of them over the horizon, and the actions that are still on their way to
/// the outputs.
/// </summary>
internal sealed class LogNetwork : WorldModelNetwork
{
    private const int FarAhead = 1_000;

    private readonly VectorSpace _observation;
    private readonly int _history;
    private readonly int _actionSize;
    private readonly InputDelays? _delays;

    public LogNetwork(Backend backend, LogRecipe recipe, VectorSpace observation, VectorSpace action, RandomStream random)
        : base(backend, LatentSizeOf(recipe, observation, action), action.Size)
    {
        _observation = observation;
        (_history, _actionSize) = (recipe.History, action.Size);
        WindowSize = HistoryOf(recipe, action) * (observation.Size + action.Size);
        Deep = new DeepEnsemble(Block, recipe, observation.Size, action.Size, random);
        if (recipe.FilterRows > 0)
            Filter = new LatentFilter(Block, Deep, recipe.History, recipe.FilterRows, observation.Size, action.Size);
        if (recipe.LinearOrder > 0)
        {
            Linear = new LinearCompanion(Block, recipe.LinearOrder, recipe.History, observation.Size, action.Size);
            if (recipe.LinearStates > 0)
                States = new StateSpaceCompanion(Block, recipe.LinearStates, recipe.History, observation.Size, action.Size);
            Blend = recipe.LinearStates > 0 ? new HorizonMixture(Block, observation.Size) : new HorizonBlend(Block, observation.Size);
        }

        int[] delays = recipe.DelaysOf(action);
        if (delays.Any(delay => delay > 0))
            _delays = new InputDelays(Block, delays, SeenRows, observation.Size);
        Predictor = new Step(this);
    }

    public override bool HasReadout => true;

    // Linear state, clocks and pending actions follow from the same rows, and change with the time since they were encoded.
    public override int StateSize => Deep.StateSize;

    public override LatentPredictor Predictor { get; }

    /// <summary>The part that is trained; it sees actions when they act.</summary>
    public DeepEnsemble Deep { get; }

    /// <summary>What judges the deep state from more rows than its encoder sees; null where the recipe asks for none.</summary>
    public LatentFilter? Filter { get; }

    /// <summary>The linear equation; null where the recipe asks for none.</summary>
    public LinearCompanion? Linear { get; }

    /// <summary>The linear state space; null where the recipe asks for none.</summary>
    public StateSpaceCompanion? States { get; }

    /// <summary>What joins them and the deep part; null where there is nothing to join.</summary>
    public IHorizonBlend? Blend { get; }

    /// <summary>The rows that <see cref="Encode"/> needs, times O + A: observations, oldest first, then actions, oldest first.</summary>
    public int WindowSize { get; }

    /// <summary>Rows that are encoded, once actions stand where they act.</summary>
    public int SeenRows => Filter?.SeenRows ?? _history;

    /// <summary>Rows that the model must see: the encoder's, the filter's, and those of actions that are still on their way.</summary>
    public static int HistoryOf(LogRecipe recipe, VectorSpace action) => recipe.History + recipe.FilterRows + recipe.DelaysOf(action).Max();

    public static int LatentSizeOf(LogRecipe recipe, VectorSpace observation, VectorSpace action) =>
        (recipe.Ensemble * recipe.LatentSize) + recipe.DelaysOf(action).Sum()
        + (recipe.LinearOrder == 0 ? 0 : (recipe.LinearOrder * (observation.Size + action.Size)) + observation.Size + recipe.LinearStates)
        + (recipe.LinearOrder == 0 ? 0 : recipe.LinearStates > 0 ? 1 : HorizonBlend.Decays.Length);

    /// <summary>How far the linear models are trusted; empty where there are none.</summary>
    public IReadOnlyList<BlendedColumn> Shares() => Blend is not { } blend
        ? []
        : [.. _observation.Dimensions.Select((dimension, output) => new BlendedColumn(
            dimension.Name, blend.LinearShare(output, 1), blend.LinearShare(output, int.MaxValue), LeadingRows(blend, output),
            double.IsNaN(blend.LinearRatio(output)) ? null : blend.LinearRatio(output)))];

    /// <summary>[B, window], normalised, to [B, D].</summary>
    public Tensor Encode(Tape tape, Tensor window)
    {
        Tensor seen = _delays?.Align(tape, window) ?? window;
        Tensor newest = Newest(tape, seen);
        Tensor latent = EncodeDeep(tape, seen, newest);
        if (Linear is not null && Blend is not null)
        {
            Tensor measured = tape.Slice(newest, 1, (_history - 1) * _observation.Size, _observation.Size);
            Tensor blend = Blend.Encode(tape, measured, Deep.Read(tape, latent));
            latent = States is null
                ? tape.Concat(1, latent, Linear.Encode(tape, newest), blend)
                : tape.Concat(1, latent, Linear.Encode(tape, newest), States.Encode(tape, newest), blend);
        }

        return _delays is null ? latent : tape.Concat(1, latent, _delays.Encode(tape, window));
    }

    /// <summary>The last n rows, which encoders see, of all that are seen: [B, n (O + A)].</summary>
    public Tensor Newest(Tape tape, Tensor seen)
    {
        int older = SeenRows - _history;
        return older == 0
            ? seen
            : tape.Concat(
                1, tape.Slice(seen, 1, older * _observation.Size, _history * _observation.Size),
                tape.Slice(seen, 1, (SeenRows * _observation.Size) + (older * _actionSize), _history * _actionSize));
    }

    /// <summary>The state of the deep part after all rows that are seen: [B, x].</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="seen">[B, rows (O + A)], with actions when they act.</param>
    /// <param name="newest">What <see cref="Newest"/> makes of it.</param>
    public Tensor EncodeDeep(Tape tape, Tensor seen, Tensor newest) => Filter is { IsSet: true } filter
        ? tape.Constant(filter.Estimate(seen.Span, seen.Shape[0]), new Shape(seen.Shape[0], Deep.StateSize))
        : Deep.Encode(tape, newest);

    public override void Dispose()
    {
        Filter?.Dispose();
        base.Dispose();
    }

    public override Tensor Read(Tape tape, Tensor latents)
    {
        Tensor deep = Deep.Read(tape, Part(tape, latents, 0, Deep.StateSize));
        if (Linear is null || Blend is null)
            return deep;
        Tensor linear = Linear.Read(tape, Part(tape, latents, Deep.StateSize, Linear.StateSize));
        Tensor states = States is null ? default : States.Read(tape, Part(tape, latents, Deep.StateSize + Linear.StateSize, States.StateSize));
        return Blend.Read(tape, Part(tape, latents, BlendAt, Blend.StateSize), deep, linear, states);
    }

    /// <summary>[B, latent] to [B, O], normalised: what one member of the ensemble reads, without the linear models.</summary>
    public Tensor ReadMember(Tape tape, Tensor latents, int member) => Deep.ReadMember(tape, Part(tape, latents, 0, Deep.StateSize), member);

    private Tensor Next(Tape tape, Tensor latent, Tensor action)
    {
        Tensor drive = action;
        Tensor pending = default;
        if (_delays is not null)
            (drive, pending) = _delays.Predict(tape, Part(tape, latent, LatentSize - _delays.StateSize, _delays.StateSize), action);
        Tensor next = Deep.Predict(tape, Part(tape, latent, 0, Deep.StateSize), drive);
        if (Linear is not null && Blend is not null)
        {
            Tensor linear = Linear.Predict(tape, Part(tape, latent, Deep.StateSize, Linear.StateSize), drive);
            Tensor blend = Blend.Predict(tape, Part(tape, latent, BlendAt, Blend.StateSize));
            next = States is null
                ? tape.Concat(1, next, linear, blend)
                : tape.Concat(1, next, linear, States.Predict(tape, Part(tape, latent, Deep.StateSize + Linear.StateSize, States.StateSize), drive), blend);
        }

        return _delays is null ? next : tape.Concat(1, next, pending);
    }

    private int BlendAt => Deep.StateSize + Linear!.StateSize + (States?.StateSize ?? 0);

    /// <summary>Rows ahead up to which the linear models' share is above a half; null where it is at all horizons that are looked at.</summary>
    private static int? LeadingRows(IHorizonBlend blend, int output)
    {
        int rows = 0;
        while (rows < FarAhead && blend.LinearShare(output, rows + 1) > 0.5)
            rows++;
        return rows == FarAhead ? null : rows;
    }

    private Tensor Part(Tape tape, Tensor latent, int start, int length) =>
        length == LatentSize ? latent : tape.Slice(latent, 1, start, length);

    private sealed class Step(LogNetwork network) : LatentPredictor
    {
        public override Tensor Forward(Tape tape, Tensor latent, Tensor action) => network.Next(tape, latent, action);
    }
}
