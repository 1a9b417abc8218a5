using Orrery.Data.Spaces;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Encoders;

/// <summary>From a picture to a latent: strided convolutions, residual blocks, and a head of two layers.</summary>
public sealed class ResidualCnnEncoder : ObservationEncoder
{
    private readonly Convolution2d[] _strided;
    private readonly (Convolution2d First, Convolution2d Second)[] _residual;
    private readonly ProprioceptionFusion _fusion;
    private readonly Linear _hidden;
    private readonly BatchNorm? _batchNorm;
    private readonly LayerNorm? _layerNorm;
    private readonly Linear _output;

    /// <summary>Registers the parameters in <paramref name="block"/> under "encoder".</summary>
    /// <exception cref="RecipeException">There is no proprioception to read.</exception>
    public ResidualCnnEncoder(ParameterBlock block, ImageSpace space, ResidualCnnRecipe recipe, int latentSize, RandomStream random, int proprioception = 0)
    {
        int channels = space.Channels, height = space.Height, width = space.Width;
        _strided = new Convolution2d[recipe.Channels.Count];
        for (int layer = 0; layer < _strided.Length; layer++)
        {
            int kernel = layer == 0 ? 5 : 3;
            _strided[layer] = new Convolution2d(
                block, $"encoder.convolution{layer}", channels, recipe.Channels[layer], kernel, random, stride: 2, padding: kernel / 2);
            channels = recipe.Channels[layer];
            height = (height + 1) / 2;
            width = (width + 1) / 2;
        }

        int residualChannels = recipe.Channels[^2];
        _residual = new (Convolution2d, Convolution2d)[recipe.ResidualBlocks];
        for (int index = 0; index < _residual.Length; index++)
            _residual[index] = (
                new Convolution2d(block, $"encoder.residual{index}.first", residualChannels, residualChannels, 3, random, padding: 1),
                new Convolution2d(block, $"encoder.residual{index}.second", residualChannels, residualChannels, 3, random, padding: 1));

        _fusion = new ProprioceptionFusion(block, recipe.Proprioception, proprioception, random);
        _hidden = new Linear(block, "encoder.hidden", (channels * height * width) + _fusion.Width, recipe.HeadWidth, random);
        if (recipe.HeadNorm == "batch")
            _batchNorm = new BatchNorm(block, "encoder.norm", recipe.HeadWidth, (float)recipe.HeadNormMomentum);
        else if (recipe.HeadNorm == "layer")
            _layerNorm = new LayerNorm(block, "encoder.norm", recipe.HeadWidth);
        _output = new Linear(block, "encoder.output", recipe.HeadWidth, latentSize, random);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tape tape, Tensor seen, bool training, Tensor proprioception = default)
    {
        Tensor x = seen;
        for (int layer = 0; layer < _strided.Length; layer++)
        {
            // The map before the last convolution passes through the residual blocks before its activation.
            bool isResidual = layer == _strided.Length - 2 && _residual.Length > 0;
            x = _strided[layer].Forward(tape, x, isResidual ? Activation.Identity : Activation.Relu);
            if (isResidual)
                x = tape.Relu(Residual(tape, x));
        }

        x = tape.Reshape(x, new Shape(x.Shape[0], x.Shape.CountOf(1, 4)));
        x = _hidden.Forward(tape, _fusion.Join(tape, x, proprioception));
        if (_batchNorm is not null)
            x = _batchNorm.Forward(tape, x, training);
        else if (_layerNorm is not null)
            x = _layerNorm.Forward(tape, x);
        return _output.Forward(tape, tape.Relu(x));
    }

    private Tensor Residual(Tape tape, Tensor x)
    {
        foreach ((Convolution2d first, Convolution2d second) in _residual)
            x = tape.Add(x, second.Forward(tape, first.Forward(tape, tape.Relu(x), Activation.Relu)));
        return x;
    }
}
