using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Linear layers with an activation between them, none after the last.</summary>
public sealed class Mlp
{
    private readonly Linear[] _layers;
    private readonly Activation _activation;

    /// <summary>Registers the layers <c>NAME.fc1</c>, <c>NAME.fc2</c> and so on.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layers.</param>
    /// <param name="widths">The length of the input, of every hidden layer and of the output: at least two numbers.</param>
    /// <param name="activation">What is applied between layers.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <exception cref="ArgumentException">There are fewer than two widths.</exception>
    public Mlp(ParameterBlock block, string name, ReadOnlySpan<int> widths, Activation activation, RandomStream random)
    {
        if (widths.Length < 2) throw new ArgumentException($"Mlp '{name}': {widths.Length} widths were given; at least input and output are needed.", nameof(widths));
        _activation = activation;
        _layers = new Linear[widths.Length - 1];
        for (var layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = new Linear(block, $"{name}.fc{layer + 1}", widths[layer], widths[layer + 1], random);
    }

    /// <summary>The layers, in their order.</summary>
    public IReadOnlyList<Linear> Layers => _layers;

    /// <summary>Applies the layers.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        for (var layer = 0; layer < _layers.Length - 1; layer++) x = _layers[layer].Forward(tape, x, _activation);
        return _layers[^1].Forward(tape, x);
    }
}
