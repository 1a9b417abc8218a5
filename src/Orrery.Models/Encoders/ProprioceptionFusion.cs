using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>Puts features of proprioception beside a picture's, so that the head makes one latent of both; without proprioception it changes nothing.</summary>
internal sealed class ProprioceptionFusion
{
    private readonly Mlp? _layers;

    /// <summary>Registers the parameters in <paramref name="block"/> under "encoder.proprioception".</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="recipe">How wide; null for no proprioception.</param>
    /// <param name="numbers">F P: numbers that are measured beside the pictures that are seen at once.</param>
    /// <param name="random">Initial weights.</param>
    /// <exception cref="RecipeException">The recipe reads proprioception and there is none.</exception>
    public ProprioceptionFusion(ParameterBlock block, ProprioceptionRecipe? recipe, int numbers, RandomStream random)
    {
        if (recipe is null)
            return;
        if (numbers == 0)
        {
            throw new RecipeException(
                "The recipe's encoder reads proprioception (encoder.proprioception), but nothing is measured beside the picture. "
                + "Leave it out, or use data and an environment that have it, such as push-t-proprioception.");
        }

        _layers = new Mlp(block, "encoder.proprioception", [numbers, recipe.Hidden, recipe.Size], Activation.Relu, random);
        Width = recipe.Size;
    }

    /// <summary>Features that are added.</summary>
    public int Width { get; }

    /// <summary>[B, features] and [B, F P] to [B, features + width].</summary>
    public Tensor Join(Tape tape, Tensor features, Tensor proprioception) =>
        _layers is null ? features : tape.Concat(1, features, _layers.Forward(tape, proprioception));
}
