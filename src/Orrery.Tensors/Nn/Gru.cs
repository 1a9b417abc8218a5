using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Layers of gated recurrent units over a sequence.</summary>
public sealed class Gru
{
    private readonly GruCell[] _cells;
    private Tensor[] _steps = [];

    /// <summary>Registers the cells <c>NAME.0</c>, <c>NAME.1</c> and so on.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layers.</param>
    /// <param name="inputs">I, the length of the input.</param>
    /// <param name="width">D, the length of each layer's state.</param>
    /// <param name="layers">How many layers; at least 1.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of layers is not positive.</exception>
    public Gru(ParameterBlock block, string name, int inputs, int width, int layers, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        _cells = new GruCell[layers];
        for (var layer = 0; layer < layers; layer++)
            _cells[layer] = new GruCell(block, $"{name}.{layer}", layer == 0 ? inputs : width, width, random);
    }

    /// <summary>The layers, in their order.</summary>
    public IReadOnlyList<GruCell> Cells => _cells;

    /// <summary>One step of all layers, for roll-outs.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, I].</param>
    /// <param name="states">Each layer's state [B, D]; replaced by the next.</param>
    /// <returns>[B, D], the last layer's next state.</returns>
    /// <exception cref="ArgumentException">There are not as many states as layers, or the shapes do not fit.</exception>
    public Tensor Step(Tape tape, Tensor x, Span<Tensor> states)
    {
        if (states.Length != _cells.Length)
            throw new ArgumentException($"Gru: {states.Length} states were given for {_cells.Length} layers.", nameof(states));
        for (var layer = 0; layer < _cells.Length; layer++) x = states[layer] = _cells[layer].Forward(tape, x, states[layer]);
        return x;
    }

    /// <summary>All steps of all layers.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, I].</param>
    /// <param name="initial">[layers, B, D], the states before the first step, or a null tensor for zeros.</param>
    /// <returns>The last layer's states [B, T, D], and the final states [layers, B, D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Outputs, Tensor Final) Forward(Tape tape, Tensor x, Tensor initial = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (x.Shape.Rank != 3) throw new ArgumentException($"Gru: x has shape {x.Shape} but 3 axes [B, T, I] are needed.", nameof(x));
        var (batch, length, width) = (x.Shape[0], x.Shape[1], _cells[0].Width);
        if (_steps.Length < length + _cells.Length) _steps = new Tensor[length + _cells.Length];
        var finals = _steps.AsSpan(length, _cells.Length);
        for (var layer = 0; layer < _cells.Length; layer++)
        {
            var cell = _cells[layer];
            var state = initial.IsNull ? tape.Constant(0, new Shape(batch, width)) : tape.Select(initial, 0, layer);
            // One product for all steps; only the state's share depends on the step before.
            var gates = tape.Linear(x, tape.Use(cell.InputWeight), tape.Use(cell.InputBias));
            var weight = tape.Use(cell.StateWeight);
            var bias = tape.Use(cell.StateBias);
            for (var step = 0; step < length; step++)
            {
                state = tape.GruGates(tape.Select(gates, 1, step), tape.Linear(state, weight, bias), state);
                _steps[step] = tape.Reshape(state, new Shape(batch, 1, width));
            }

            x = tape.Concat(1, _steps.AsSpan(0, length));
            finals[layer] = tape.Reshape(state, new Shape(1, batch, width));
        }

        return (x, tape.Concat(0, finals));
    }
}
