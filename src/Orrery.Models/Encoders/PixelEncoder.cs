using Orrery.Data.Spaces;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>From a picture to a latent.</summary>
public abstract class PixelEncoder
{
    /// <summary>The encoder that a recipe asks for; registers its parameters under "encoder".</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="space">What pictures look like.</param>
    /// <param name="recipe">Which kind, how large.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="random">Initial weights.</param>
    /// <exception cref="RecipeException">The recipe does not fit the pictures.</exception>
    public static PixelEncoder Create(ParameterBlock block, ImageSpace space, EncoderRecipe recipe, int latentSize, RandomStream random) => recipe switch
    {
        VitRecipe vit => new VitEncoder(block, space, vit, latentSize, random),
        ResidualCnnRecipe cnn => new ResidualCnnEncoder(block, space, cnn, latentSize, random),
        _ => throw new RecipeException($"There is no encoder for a recipe of the kind {recipe?.GetType().Name ?? "null"}."),
    };

    /// <summary>Encodes.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="pixels">[B, C, H, W], 0..1.</param>
    /// <param name="training">Whether batch statistics are used and learned.</param>
    /// <returns>[B, D].</returns>
    public abstract Tensor Forward(Tape tape, Tensor pixels, bool training);
}
