using MathNet.Numerics.LinearAlgebra;
using Orrery.Models.Identification;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// A linear state space that is not trained but identified: s is read from the last n rows, advances with the action and gives the
/// observation. Far horizons of linear plants are its strength: it was found from many rows of the future at once.
/// </summary>
internal sealed class StateSpaceCompanion
{
    private readonly Parameter _encoder;
    private readonly Parameter _step;
    private readonly Parameter _output;

    /// <summary>Registers the maps, which predict zero until they are set.</summary>
    public StateSpaceCompanion(ParameterBlock block, int states, int history, int observationSize, int actionSize)
    {
        StateSize = states;
        _encoder = block.AddBuffer("states.encoder.weight", new Shape(states, history * (observationSize + actionSize)));
        _step = block.AddBuffer("states.step.weight", new Shape(states, states + actionSize));
        _output = block.AddBuffer("states.output.weight", new Shape(observationSize, states));
    }

    /// <summary>Numbers in s.</summary>
    public int StateSize { get; }

    /// <summary>Sets the maps; a smaller model leaves the last numbers of s at zero.</summary>
    public void Set(LinearStateSpace model)
    {
        Put(_encoder, model.Encoder, 0);
        Put(_step, model.Transition, 0);
        Put(_step, model.Input, StateSize);
        Put(_output, model.Output, 0);
    }

    /// <summary>[B, n (O + A)], normalised, to [B, s].</summary>
    public Tensor Encode(Tape tape, Tensor window) => tape.Linear(window, tape.Use(_encoder));

    /// <summary>[B, s] and [B, A] to [B, s].</summary>
    public Tensor Predict(Tape tape, Tensor state, Tensor action) => tape.Linear(tape.Concat(1, state, action), tape.Use(_step));

    /// <summary>[B, s] to [B, O], normalised.</summary>
    public Tensor Read(Tape tape, Tensor states) => tape.Linear(states, tape.Use(_output));

    /// <summary>Writes a row-vector map [in, out] into weights [out, in] from a column on.</summary>
    private static void Put(Parameter weights, Matrix<double> map, int column)
    {
        Span<float> values = weights.Value.Span;
        int columns = weights.Shape[1];
        for (int output = 0; output < map.ColumnCount; output++)
            for (int input = 0; input < map.RowCount; input++)
                values[(output * columns) + column + input] = (float)map[input, output];
    }
}
