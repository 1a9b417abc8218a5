using Orrery.Data.Spaces;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Decoders;

/// <summary>From a latent to the picture it stands for: to let people see what a model imagines, or to teach a generative model.</summary>
internal sealed class PictureDecoder
{
    private readonly Linear _hidden;
    private readonly Linear _map;
    private readonly ConvolutionTranspose2d[] _doublings;
    private readonly Shape _small;
    private readonly ImageSpace _space;

    /// <summary>Registers the parameters in <paramref name="block"/> under "decoder".</summary>
    public PictureDecoder(ParameterBlock block, ImageSpace space, DecoderRecipe recipe, int latentSize, RandomStream random)
    {
        _space = space;
        int doublings = recipe.Channels.Count, factor = 1 << doublings;
        int height = (space.Height + factor - 1) / factor, width = (space.Width + factor - 1) / factor;
        _small = new Shape(recipe.Channels[0], height, width);
        _hidden = new Linear(block, "decoder.hidden", latentSize, recipe.Hidden, random);
        _map = new Linear(block, "decoder.map", recipe.Hidden, _small.Count, random);
        _doublings = new ConvolutionTranspose2d[doublings];
        for (int layer = 0; layer < doublings; layer++)
            _doublings[layer] = new ConvolutionTranspose2d(
                block, $"decoder.doubling{layer}", recipe.Channels[layer], layer + 1 < doublings ? recipe.Channels[layer + 1] : space.Channels,
                kernel: 4, random, stride: 2, padding: 1);
    }

    /// <summary>Decodes.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[B, D].</param>
    /// <returns>[B, C, H, W]: log-odds of a pixel's brightness.</returns>
    public Tensor Forward(Tape tape, Tensor latents)
    {
        Tensor x = _map.Forward(tape, _hidden.Forward(tape, latents, Activation.Relu), Activation.Relu);
        x = tape.Reshape(x, new Shape(latents.Shape[0], _small[0], _small[1], _small[2]));
        for (int layer = 0; layer < _doublings.Length; layer++)
        {
            x = _doublings[layer].Forward(tape, x);
            if (layer + 1 < _doublings.Length)
                x = tape.Relu(x);
        }

        // The map may have grown beyond the picture by less than its factor.
        if (x.Shape[2] > _space.Height)
            x = tape.Slice(x, 2, 0, _space.Height);
        return x.Shape[3] > _space.Width ? tape.Slice(x, 3, 0, _space.Width) : x;
    }
}
