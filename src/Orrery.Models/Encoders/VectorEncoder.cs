using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>From a vector to a latent: some layers, or none at all, where what is seen is the state.</summary>
public sealed class VectorEncoder : ObservationEncoder
{
    private readonly Mlp? _layers;

    /// <summary>Registers the parameters in <paramref name="block"/> under "encoder".</summary>
    /// <exception cref="RecipeException">There are no layers and the latent has another size.</exception>
    public VectorEncoder(ParameterBlock block, int inputs, MlpRecipe recipe, int latentSize, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (recipe.Hidden.Count > 0)
            _layers = new Mlp(block, "encoder", [inputs, .. recipe.Hidden, latentSize], Activation.Relu, random);
        else
            Recipe.Require(latentSize == inputs, "latentSize", latentSize, $"{inputs}, the numbers that are seen at once, where encoder.hidden is empty");
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor seen, bool training, Tensor proprioception = default) => _layers?.Forward(tape, seen) ?? seen;
}
