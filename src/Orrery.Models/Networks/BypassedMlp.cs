using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// y = W x + b + U tanh(V x + v): a linear map, and a small network for what is not linear. Weight decay pulls on U and V only, so
/// that the model falls back to the linear one.
/// </summary>
internal sealed class BypassedMlp : IBypassed
{
    private readonly Parameter _linear;
    private readonly Parameter _bias;
    private readonly Parameter? _inner;
    private readonly Parameter? _innerBias;
    private readonly Parameter? _outer;

    /// <summary>Registers the parameters; the linear map starts as zeros.</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="name">Dotted path.</param>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="hidden">Width of the network; 0 leaves the linear map alone.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="innerBias">Standard deviation of v's starting values; spreads the bends of the tanh.</param>
    /// <param name="outer">U's starting standard deviation times sqrt(hidden); small, so that the linear map leads at first.</param>
    /// <param name="random">Starting values, by name.</param>
    public BypassedMlp(
        ParameterBlock block, string name, int inputs, int hidden, int outputs, float innerBias, float outer, RandomStream random)
    {
        _linear = block.Add($"{name}.linear.weight", new Shape(outputs, inputs), decays: false);
        _bias = block.Add($"{name}.linear.bias", new Shape(outputs), decays: false);
        if (hidden == 0)
            return;
        _inner = block.Add($"{name}.inner.weight", new Shape(hidden, inputs));
        _innerBias = block.Add($"{name}.inner.bias", new Shape(hidden), decays: false);
        _outer = block.Add($"{name}.outer.weight", new Shape(outputs, hidden));
        Initialization.Normal(_inner, 1 / MathF.Sqrt(inputs), random.Child(_inner.Name));
        if (innerBias > 0)
            Initialization.Normal(_innerBias, innerBias, random.Child(_innerBias.Name));
        Initialization.Normal(_outer, outer / MathF.Sqrt(hidden), random.Child(_outer.Name));
    }

    /// <summary>W, [outputs, inputs], to start it from something known.</summary>
    public Span<float> Linear => _linear.Value.Span;

    /// <summary>[B, inputs] to [B, outputs].</summary>
    public Tensor Forward(Tape tape, Tensor x)
    {
        Tensor straight = tape.Linear(x, tape.Use(_linear), tape.Use(_bias));
        if (_inner is null || _innerBias is null || _outer is null)
            return straight;
        return tape.Add(straight, tape.Linear(tape.Linear(x, tape.Use(_inner), tape.Use(_innerBias), Activation.Tanh), tape.Use(_outer)));
    }
}
