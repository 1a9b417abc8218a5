using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Nn;

/// <summary>Group normalisation with a gain and a bias per channel.</summary>
public sealed class GroupNorm
{
    private readonly int _groups;
    private readonly float _epsilon;

    /// <summary>Registers <c>NAME.weight</c>, ones, and <c>NAME.bias</c>, zeros, both [C].</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="groups">How many groups; divides the channels.</param>
    /// <param name="channels">C.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(ParameterBlock block, string name, int groups, int channels, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (groups < 1 || channels % groups != 0)
            throw new ArgumentException($"GroupNorm '{name}': {channels} channels do not divide into {groups} groups.", nameof(groups));
        _groups = groups;
        _epsilon = epsilon;
        Gain = block.Add($"{name}.weight", new Shape(channels), decays: false);
        Initialization.Constant(Gain, 1);
        Bias = block.Add($"{name}.bias", new Shape(channels), decays: false);
    }

    /// <summary>[C].</summary>
    public Parameter Gain { get; }

    /// <summary>[C].</summary>
    public Parameter Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, C, ...].</param>
    /// <returns>The normalised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.GroupNorm(x, _groups, tape.Use(Gain), tape.Use(Bias), _epsilon);
    }
}
