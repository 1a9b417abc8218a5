using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Predictors;

/// <summary>
/// A window of latents, each conditioned on the action that leaves it, through causal transformer blocks to the latents that follow
/// (LeWM's predictor: adaLN-zero conditioning, learned positions, a projection head).
/// </summary>
public sealed class CausalTransformerPredictor : LatentPredictor
{
    private const int SmoothedActions = 10;
    private const int ActionExpansion = 4;

    private readonly Linear _actionSmoothing;
    private readonly Linear _actionHidden;
    private readonly Linear _actionOutput;
    private readonly Parameter _position;
    private readonly ConditionedBlock[] _layers;
    private readonly LayerNorm _norm;
    private readonly ProjectionHead _head;

    /// <summary>Registers the parameters under "action", "predictor" and "head".</summary>
    public CausalTransformerPredictor(ParameterBlock block, PredictorRecipe recipe, int latentSize, int actionSize, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(random);
        Window = recipe.Window;
        LatentSize = latentSize;
        _actionSmoothing = new Linear(block, "action.conv", actionSize, SmoothedActions, random);
        _actionHidden = new Linear(block, "action.fc1", SmoothedActions, ActionExpansion * latentSize, random);
        _actionOutput = new Linear(block, "action.fc2", ActionExpansion * latentSize, latentSize, random);
        _position = block.Add("predictor.position", new Shape(1, Window, latentSize), decays: false);
        Initialization.Normal(_position, 1, random.Child(_position.Name));
        _layers = new ConditionedBlock[recipe.Layers];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = new ConditionedBlock(
                block, $"predictor.layers.{layer}", latentSize, recipe.Heads, recipe.HeadWidth, recipe.Hidden, random);
        _norm = new LayerNorm(block, "predictor.norm", latentSize);
        _head = new ProjectionHead(block, "head", latentSize, recipe.HeadHidden, latentSize, random);
    }

    /// <inheritdoc/>
    public override int Window { get; }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    internal IReadOnlyList<ConditionedBlock> Layers => _layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor latent, Tensor action)
    {
        Tensor next = ForwardWindow(
            tape, tape.Reshape(latent, new Shape(latent.Shape[0], 1, latent.Shape[1])),
            tape.Reshape(action, new Shape(action.Shape[0], 1, action.Shape[1])), training: false);
        return tape.Reshape(next, latent.Shape);
    }

    /// <inheritdoc/>
    public override Tensor ForwardWindow(Tape tape, Tensor latents, Tensor actions, bool training) =>
        ForwardConditioned(tape, latents, Condition(tape, actions), training);

    /// <summary>An action as what it does to the blocks: [..., K A] to [..., D].</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="actions">[..., K A], normalised.</param>
    public Tensor Condition(Tape tape, Tensor actions) =>
        _actionOutput.Forward(tape, _actionHidden.Forward(tape, _actionSmoothing.Forward(tape, actions), Activation.Silu));

    /// <summary>Predicts from actions that <see cref="Condition"/> has seen.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[B, T, D], T at most the window.</param>
    /// <param name="conditions">[B, T, D].</param>
    /// <param name="training">Whether batch statistics are used and learned.</param>
    /// <returns>[B, T, D].</returns>
    public Tensor ForwardConditioned(Tape tape, Tensor latents, Tensor conditions, bool training)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (latents.Shape.Rank != 3 || latents.Shape[1] > Window || conditions.Shape != latents.Shape)
            throw new ArgumentException(
                $"CausalTransformerPredictor: latents {latents.Shape} and conditions {conditions.Shape} came; both must be [B, T, {LatentSize}] with T at most {Window}.",
                nameof(latents));
        Tensor x = Place(tape, latents, 0);
        foreach (ConditionedBlock layer in _layers)
            x = layer.Forward(tape, x, layer.Modulation(tape, conditions));
        return Project(tape, x, training);
    }

    /// <summary>Latents with the positions from one on.</summary>
    internal Tensor Place(Tape tape, Tensor latents, int first) =>
        tape.Add(latents, tape.Slice(tape.Use(_position), 1, first, latents.Shape[1]));

    /// <summary>What the blocks computed, as latents.</summary>
    internal Tensor Project(Tape tape, Tensor x, bool training)
    {
        Shape shape = x.Shape;
        Tensor rows = tape.Reshape(_norm.Forward(tape, x), new Shape(shape[0] * shape[1], shape[2]));
        return tape.Reshape(_head.Forward(tape, rows, training), shape);
    }

    internal override RolloutHistory CreateHistory(Backend backend, bool savesWork) =>
        savesWork ? new TransformerHistory(this, backend) : new WindowHistory(this, backend);
}
