using Orrery.Data.Spaces;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>From a picture to a latent: a vision transformer whose first token goes through a projection head (LeWM's encoder).</summary>
public sealed class VitEncoder : ObservationEncoder
{
    private readonly VisionTransformer _transformer;
    private readonly ProprioceptionFusion _fusion;
    private readonly ProjectionHead _projector;

    /// <summary>Registers the parameters in <paramref name="block"/> under "encoder" and "projector".</summary>
    /// <exception cref="RecipeException">The patch does not divide the pictures, or there is no proprioception to read.</exception>
    public VitEncoder(ParameterBlock block, ImageSpace space, VitRecipe recipe, int latentSize, RandomStream random, int proprioception = 0)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe.Require(
            space.Height % recipe.Patch == 0 && space.Width % recipe.Patch == 0, "encoder.patch", recipe.Patch,
            $"a divisor of the pictures' height {space.Height} and width {space.Width}");
        _transformer = new VisionTransformer(
            block, "encoder", space.Channels, space.Height, space.Width, recipe.Patch, recipe.Width, recipe.Layers, recipe.Heads, recipe.Hidden, random);
        _fusion = new ProprioceptionFusion(block, recipe.Proprioception, proprioception, random);
        _projector = new ProjectionHead(block, "projector", recipe.Width + _fusion.Width, recipe.ProjectorHidden, latentSize, random);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor seen, bool training, Tensor proprioception = default) =>
        _projector.Forward(tape, _fusion.Join(tape, _transformer.Forward(tape, seen), proprioception), training);
}
