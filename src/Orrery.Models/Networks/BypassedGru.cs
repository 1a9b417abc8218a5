using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>A linear map of a whole window, and what a gated recurrent unit makes of the window's rows one after the other.</summary>
internal sealed class BypassedGru : IBypassed
{
    private readonly BypassedMlp _straight;
    private readonly GruCell _cell;
    private readonly Parameter _outer;
    private readonly int _history;
    private readonly int _observationSize;
    private readonly int _actionSize;

    /// <summary>Registers the parameters; the linear map starts as zeros.</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="name">Dotted path.</param>
    /// <param name="history">n: rows in the window.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="hidden">Width of the recurrent unit.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="outer">Starting standard deviation of what the unit adds, times sqrt(hidden).</param>
    /// <param name="random">Starting values, by name.</param>
    public BypassedGru(
        ParameterBlock block, string name, int history, int observationSize, int actionSize, int hidden, int outputs, float outer, RandomStream random)
    {
        (_history, _observationSize, _actionSize) = (history, observationSize, actionSize);
        _straight = new BypassedMlp(block, name, history * (observationSize + actionSize), 0, outputs, 0, 0, random);
        _cell = new GruCell(block, $"{name}.gru", observationSize + actionSize, hidden, random);
        _outer = block.Add($"{name}.outer.weight", new Shape(outputs, hidden));
        Initialization.Normal(_outer, outer / MathF.Sqrt(hidden), random.Child(_outer.Name));
    }

    /// <summary>W, [outputs, n (O + A)], to start it from something known.</summary>
    public Span<float> Linear => _straight.Linear;

    /// <summary>[B, n (O + A)], observations first, oldest first, to [B, outputs].</summary>
    public Tensor Forward(Tape tape, Tensor x)
    {
        Tensor state = tape.Constant(0, new Shape(x.Shape[0], _cell.Width));
        for (int row = 0; row < _history; row++)
        {
            Tensor observation = tape.Slice(x, 1, row * _observationSize, _observationSize);
            Tensor action = tape.Slice(x, 1, (_history * _observationSize) + (row * _actionSize), _actionSize);
            state = _cell.Forward(tape, tape.Concat(1, observation, action), state);
        }

        return tape.Add(_straight.Forward(tape, x), tape.Linear(state, tape.Use(_outer)));
    }
}
