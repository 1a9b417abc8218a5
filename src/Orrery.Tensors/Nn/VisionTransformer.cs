using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>
/// A picture as a sequence of patches, with a token of its own in front that the result is read from.
/// Source: Dosovitskiy et al., "An image is worth 16x16 words", 2021.
/// </summary>
public sealed class VisionTransformer
{
    private const float StartingDeviation = 0.02f;

    private readonly int _patch;
    private readonly int _width;
    private readonly Parameter _patchWeight;
    private readonly Parameter _patchBias;
    private readonly Parameter _first;
    private readonly Parameter _position;
    private readonly TransformerBlock[] _layers;
    private readonly LayerNorm _norm;

    /// <summary>
    /// Registers <c>NAME.patch</c>, <c>NAME.cls</c>, <c>NAME.position</c>, <c>NAME.layers.I</c> and <c>NAME.norm</c>.
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the network.</param>
    /// <param name="channels">C.</param>
    /// <param name="height">Height of a picture, a multiple of the patch.</param>
    /// <param name="width">Width of a picture, a multiple of the patch.</param>
    /// <param name="patch">Side of a patch.</param>
    /// <param name="tokenWidth">D, the length of a token; a multiple of the heads.</param>
    /// <param name="layers">How many blocks.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="hidden">The width of the blocks' hidden layers.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <param name="epsilon">Added to the variance in the norms.</param>
    /// <exception cref="ArgumentException">The patch does not divide the picture, or the heads the token.</exception>
    public VisionTransformer(
        ParameterBlock block, string name, int channels, int height, int width, int patch, int tokenWidth, int layers, int heads, int hidden,
        RandomStream random, float epsilon = 1e-12f)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        if (height % patch != 0 || width % patch != 0)
            throw new ArgumentException($"VisionTransformer: a picture of {height} x {width} cannot be cut into patches of {patch} x {patch}; both sides must be multiples.", nameof(patch));
        if (tokenWidth % heads != 0)
            throw new ArgumentException($"VisionTransformer: tokens of {tokenWidth} numbers cannot be shared among {heads} heads.", nameof(heads));
        (_patch, _width) = (patch, tokenWidth);
        _patchWeight = block.Add($"{name}.patch.weight", new Shape(tokenWidth, channels, patch, patch));
        Initialization.KaimingUniform(_patchWeight, channels * patch * patch, random.Child(_patchWeight.Name));
        _patchBias = block.Add($"{name}.patch.bias", new Shape(tokenWidth), decays: false);
        Initialization.KaimingUniform(_patchBias, channels * patch * patch, random.Child(_patchBias.Name));
        _first = AddToken($"{name}.cls", 1);
        _position = AddToken($"{name}.position", (height / patch * (width / patch)) + 1);
        _layers = new TransformerBlock[layers];
        for (var layer = 0; layer < layers; layer++)
            _layers[layer] = new TransformerBlock(block, $"{name}.layers.{layer}", tokenWidth, heads, tokenWidth / heads, hidden, random, epsilon);
        _norm = new LayerNorm(block, $"{name}.norm", tokenWidth, epsilon: epsilon);

        Parameter AddToken(string tokenName, int count)
        {
            var parameter = block.Add(tokenName, new Shape(1, count, tokenWidth), decays: false);
            Initialization.TruncatedNormal(parameter, StartingDeviation, random.Child(tokenName));
            return parameter;
        }
    }

    /// <summary>Applies the network.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="pixels">[B, C, H, W].</param>
    /// <returns>[B, D]: what the token in front has gathered, normalised.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor pixels)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var x = Embed(tape, pixels);
        for (var layer = 0; layer < _layers.Length - 1; layer++) x = _layers[layer].Forward(tape, x);

        // Of the last block only the token in front is read.
        if (_layers.Length > 0) x = _layers[^1].ForwardFirst(tape, x, 1);
        return _norm.Forward(tape, tape.Select(x, 1, 0));
    }

    // Patches are rows of one matrix product: cheaper than a convolution whose windows do not overlap.
    private Tensor Embed(Tape tape, Tensor pixels)
    {
        var (batch, channels, high, wide) = (pixels.Shape[0], pixels.Shape[1], pixels.Shape[2] / _patch, pixels.Shape[3] / _patch);
        var piece = tape.BeginPiece();
        var patches = tape.Permute(tape.Reshape(pixels, new Shape(batch, channels, high, _patch, wide, _patch)), 0, 2, 4, 1, 3, 5);
        var length = channels * _patch * _patch;
        var tokens = tape.Linear(
            tape.Reshape(patches, new Shape(batch, high * wide, length)), tape.Reshape(tape.Use(_patchWeight), new Shape(_width, length)), tape.Use(_patchBias));
        var x = tape.Concat(1, tape.Expand(tape.Use(_first), new Shape(batch, 1, _width)), tokens);
        return tape.EndPiece(piece, tape.Add(x, tape.Use(_position)));
    }
}
