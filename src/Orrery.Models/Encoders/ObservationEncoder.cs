using Orrery.Data.Spaces;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>From a picture or a vector to a latent.</summary>
public abstract class ObservationEncoder
{
    /// <summary>The encoder that a recipe asks for; registers its parameters under "encoder".</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="space">What is seen at once.</param>
    /// <param name="recipe">Which kind, how large.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="random">Initial weights.</param>
    /// <param name="proprioception">Numbers that are measured beside all pictures that are seen at once; 0 for none.</param>
    /// <exception cref="RecipeException">The recipe does not fit what is seen.</exception>
    public static ObservationEncoder Create(
        ParameterBlock block, Space space, EncoderRecipe recipe, int latentSize, RandomStream random, int proprioception = 0) => (recipe, space) switch
        {
            (VitRecipe vit, ImageSpace pictures) => new VitEncoder(block, pictures, vit, latentSize, random, proprioception),
            (ResidualCnnRecipe cnn, ImageSpace pictures) => new ResidualCnnEncoder(block, pictures, cnn, latentSize, random, proprioception),
            (MlpRecipe mlp, VectorSpace vectors) => new VectorEncoder(block, vectors.Size, mlp, latentSize, random),
            (MlpRecipe, _) => throw new RecipeException($"The recipe's encoder is of the kind 'mlp', which reads vectors, but '{space?.Name}' is a picture. Use 'residual-cnn' or 'vit'."),
            _ => throw new RecipeException($"The recipe's encoder reads pictures, but '{space?.Name}' is a vector. Set encoder.kind to 'mlp'."),
        };

    /// <summary>Encodes.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="seen">[B, C, H, W], 0..1, or [B, O], normalised.</param>
    /// <param name="training">Whether batch statistics are used and learned.</param>
    /// <param name="proprioception">[B, P], normalised, where the recipe reads it.</param>
    /// <returns>[B, D].</returns>
    public abstract Tensor Forward(Tape tape, Tensor seen, bool training, Tensor proprioception = default);
}
