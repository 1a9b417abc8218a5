using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// x' = W [x, u] + b + U [h, h u1, h u2, ...] with h = tanh(V z + v): a map that bends with the state and is straight in the action, as balances
/// of mass and energy are in the flows and powers that enter them. Beyond the actions of the log it goes on as a straight line
/// does, where a network of both would bend as it happens to.
/// The state z at which it bends is x, that of the row before, or the one halfway to W [x, u] + b: what is straight in a flow at every instant is
/// not after a whole row, since the state has moved meanwhile and the flow met another one (midpoint rule: Hairer, Nørsett and Wanner, Solving Ordinary
/// Differential Equations I, 1993, II.1).
/// </summary>
internal sealed class BypassedControlAffine : IBypassed
{
    private readonly Parameter _linear;
    private readonly Parameter _bias;
    private readonly Parameter? _inner;
    private readonly Parameter? _innerBias;
    private readonly Parameter? _outer;
    private readonly int _states;
    private readonly int _actions;
    private readonly bool _midpoint;

    /// <summary>Registers the parameters; the linear map starts as zeros.</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="name">Dotted path.</param>
    /// <param name="states">Numbers in x.</param>
    /// <param name="actions">Numbers in u.</param>
    /// <param name="hidden">Numbers in h; 0 leaves the linear map alone.</param>
    /// <param name="midpoint">Whether it bends at the state halfway through the row.</param>
    /// <param name="innerBias">Standard deviation of v's starting values; spreads the bends of the tanh.</param>
    /// <param name="outer">U's starting standard deviation times the root of its width; small, so that the linear map leads at first.</param>
    /// <param name="random">Starting values, by name.</param>
    public BypassedControlAffine(
        ParameterBlock block, string name, int states, int actions, int hidden, bool midpoint, float innerBias, float outer, RandomStream random)
    {
        (_states, _actions, _midpoint) = (states, actions, midpoint);
        _linear = block.Add($"{name}.linear.weight", new Shape(states, states + actions), decays: false);
        _bias = block.Add($"{name}.linear.bias", new Shape(states), decays: false);
        if (hidden == 0)
            return;
        int width = hidden * (1 + actions);
        _inner = block.Add($"{name}.inner.weight", new Shape(hidden, states));
        _innerBias = block.Add($"{name}.inner.bias", new Shape(hidden), decays: false);
        _outer = block.Add($"{name}.outer.weight", new Shape(states, width));
        Initialization.Normal(_inner, 1 / MathF.Sqrt(states), random.Child(_inner.Name));
        Initialization.Normal(_innerBias, innerBias, random.Child(_innerBias.Name));
        Initialization.Normal(_outer, outer / MathF.Sqrt(width), random.Child(_outer.Name));
    }

    /// <inheritdoc/>
    public Span<float> Linear => _linear.Value.Span;

    /// <summary>[B, x and u] to [B, x].</summary>
    public Tensor Forward(Tape tape, Tensor x)
    {
        Tensor straight = tape.Linear(x, tape.Use(_linear), tape.Use(_bias));
        if (_inner is null || _innerBias is null || _outer is null)
            return straight;
        int batch = x.Shape[0];
        Tensor state = tape.Slice(x, 1, 0, _states);
        Tensor met = _midpoint ? tape.Scale(tape.Add(state, straight), 0.5f) : state;
        Tensor bends = tape.Linear(met, tape.Use(_inner), tape.Use(_innerBias), Activation.Tanh);
        int hidden = bends.Shape[1];
        Tensor action = tape.Reshape(tape.Slice(x, 1, _states, _actions), new Shape(batch, _actions, 1));
        Tensor driven = tape.Reshape(tape.Multiply(tape.Reshape(bends, new Shape(batch, 1, hidden)), action), new Shape(batch, _actions * hidden));
        return tape.Add(straight, tape.Linear(tape.Concat(1, bends, driven), tape.Use(_outer)));
    }
}
