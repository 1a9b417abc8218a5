using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Predictors;

/// <summary>From a latent and the actions of one block to the next latent.</summary>
public abstract class LatentPredictor
{
    /// <summary>The predictor that a recipe asks for; registers its parameters under "predictor".</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="recipe">Which form, how wide.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="actionSize">K A.</param>
    /// <param name="random">Initial weights.</param>
    public static LatentPredictor Create(
        ParameterBlock block, PredictorRecipe recipe, int latentSize, int actionSize, RandomStream random) => recipe.Form switch
        {
            PredictorRecipe.CausalTransformer => new CausalTransformerPredictor(block, recipe, latentSize, actionSize, random),
            "gru" => new GruPredictor(block, recipe.Hidden, latentSize, actionSize, random),
            _ => new ResidualMlpPredictor(block, recipe.Hidden, latentSize, actionSize, random),
        };

    /// <summary>Predicts.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latent">[B, D].</param>
    /// <param name="action">[B, K A], normalised.</param>
    /// <returns>[B, D].</returns>
    public abstract Tensor Forward(Tape tape, Tensor latent, Tensor action);

    /// <summary>How many latents, the present one included, a prediction may look at.</summary>
    public virtual int Window => 1;

    /// <summary>Predicts the latents that follow each of a sequence, from it and those before it.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[B, T, D], T at most the window.</param>
    /// <param name="actions">[B, T, K A], normalised: those that leave these latents.</param>
    /// <param name="training">Whether batch statistics are used and learned.</param>
    /// <returns>[B, T, D].</returns>
    public virtual Tensor ForwardWindow(Tape tape, Tensor latents, Tensor actions, bool training)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor next = Forward(
            tape, tape.Reshape(latents, new Shape(latents.Shape[0] * latents.Shape[1], latents.Shape[2])),
            tape.Reshape(actions, new Shape(actions.Shape[0] * actions.Shape[1], actions.Shape[2])));
        return tape.Reshape(next, latents.Shape);
    }

    /// <summary>What roll-outs with this predictor share.</summary>
    /// <param name="backend">Where its memory comes from.</param>
    /// <param name="savesWork">Whether what changes no result may be left out.</param>
    internal virtual RolloutHistory CreateHistory(Backend backend, bool savesWork) => new NoHistory(this);
}

/// <summary>z' = z + W3 (h + relu(W2 h)), h = relu(W1 [z, a]).</summary>
public sealed class ResidualMlpPredictor : LatentPredictor
{
    private readonly Linear _input;
    private readonly Linear _hidden;
    private readonly Linear _output;

    /// <summary>Registers the parameters under "predictor".</summary>
    public ResidualMlpPredictor(ParameterBlock block, int hidden, int latentSize, int actionSize, RandomStream random)
    {
        _input = new Linear(block, "predictor.input", latentSize + actionSize, hidden, random);
        _hidden = new Linear(block, "predictor.hidden", hidden, hidden, random);
        _output = new Linear(block, "predictor.output", hidden, latentSize, random);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor latent, Tensor action)
    {
        Tensor h = _input.Forward(tape, tape.Concat(1, latent, action), Activation.Relu);
        h = tape.Add(h, _hidden.Forward(tape, h, Activation.Relu));
        return tape.Add(latent, _output.Forward(tape, h));
    }
}

/// <summary>The latent is the state of a gated recurrent unit that the encoded action drives (as PLDM's and eb_jepa's predictors).</summary>
public sealed class GruPredictor : LatentPredictor
{
    private readonly Linear _action;
    private readonly GruCell _cell;
    private readonly Linear _output;

    /// <summary>Registers the parameters under "predictor".</summary>
    public GruPredictor(ParameterBlock block, int hidden, int latentSize, int actionSize, RandomStream random)
    {
        _action = new Linear(block, "predictor.action", latentSize + actionSize, hidden, random);
        _cell = new GruCell(block, "predictor.cell", hidden, latentSize, random);
        _output = new Linear(block, "predictor.output", latentSize, latentSize, random);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor latent, Tensor action)
    {
        Tensor drive = _action.Forward(tape, tape.Concat(1, latent, action), Activation.Relu);
        // The gates keep the state within -1..1; the residual path lets latents of any size pass.
        return tape.Add(latent, _output.Forward(tape, _cell.Forward(tape, drive, latent)));
    }
}
