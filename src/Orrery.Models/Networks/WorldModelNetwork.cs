using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// The layers of a world model and the block that owns their parameters. It works in normalised units on a tape; physical units
/// are the business of <see cref="WorldModel"/>. A trainer may register more parameters before it seals the block.
/// </summary>
internal abstract class WorldModelNetwork(Backend backend, int latentSize, int stepSize) : IDisposable
{
    /// <summary>Owns the parameters; not sealed yet when the network is made.</summary>
    public ParameterBlock Block { get; } = new(backend);

    /// <summary>D.</summary>
    public int LatentSize { get; } = latentSize;

    /// <summary>Numbers at a latent's beginning that say in what state the world is; what follows is bookkeeping.</summary>
    public virtual int StateSize => LatentSize;

    /// <summary>K A: numbers that drive one predictor step.</summary>
    public int StepSize { get; } = stepSize;

    /// <summary>Whether <see cref="Read"/> works.</summary>
    public virtual bool HasReadout => false;

    /// <summary>The network that a recipe asks for, with starting weights.</summary>
    /// <param name="backend">Computes.</param>
    /// <param name="recipe">What to build.</param>
    /// <param name="spaces">What it reads.</param>
    /// <param name="proprioception">Normaliser of proprioception, where the recipe reads it.</param>
    public static WorldModelNetwork Create(Backend backend, Recipe recipe, DatasetSpaces spaces, Normalizer? proprioception = null)
    {
        RandomStream random = new(recipe.Training.Seed, "weights");
        return (recipe, spaces.Observation) switch
        {
            (LatentRecipe latent, _) => new LatentNetwork(backend, latent, spaces, proprioception, random),
            (LogRecipe log, VectorSpace space) => new LogNetwork(backend, log, space, spaces.Action, random),
            _ => throw new RecipeException($"The recipe '{recipe.Name}' does not fit observations of the kind '{spaces.Observation.Name}'."),
        };
    }

    /// <summary>From latent and action to the next latent.</summary>
    public abstract LatentPredictor Predictor { get; }

    /// <summary>One predictor step.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latent">[B, D].</param>
    /// <param name="action">[B, K A], normalised.</param>
    /// <returns>[B, D].</returns>
    public Tensor Predict(Tape tape, Tensor latent, Tensor action) => Predictor.Forward(tape, latent, action);

    /// <summary>Latents to observations.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[B, D].</param>
    /// <returns>[B, O], normalised.</returns>
    public virtual Tensor Read(Tape tape, Tensor latents) =>
        throw new InvalidOperationException("Read: this model has no readout; it predicts in latent space only.");

    public virtual void Dispose() => Block.Dispose();
}
