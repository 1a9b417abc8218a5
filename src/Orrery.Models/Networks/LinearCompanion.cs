using Orrery.Models.Identification;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// A difference equation as a state space that is not trained but fitted: z holds the last n observations and actions, newest first,
/// and the next observation is a linear function of z and the next action. Short horizons are its strength: it begins at what was
/// measured.
/// </summary>
internal sealed class LinearCompanion
{
    private readonly int _order;
    private readonly int _observationSize;
    private readonly int _actionSize;
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Parameter _window;

    /// <summary>Registers the equation, which predicts zero until it is set.</summary>
    public LinearCompanion(ParameterBlock block, int order, int history, int observationSize, int actionSize)
    {
        (_order, _observationSize, _actionSize) = (order, observationSize, actionSize);
        StateSize = order * (observationSize + actionSize);
        _weight = block.AddBuffer("linear.equation.weight", new Shape(observationSize, StateSize + actionSize));
        _bias = block.AddBuffer("linear.equation.bias", new Shape(observationSize));
        _window = block.AddBuffer("linear.window", new Shape(StateSize, history * (observationSize + actionSize)));
        Span<float> window = _window.Value.Span;
        int columns = history * (observationSize + actionSize);
        for (int lag = 0; lag < order; lag++)
        {
            for (int output = 0; output < observationSize; output++)
                window[(((lag * observationSize) + output) * columns) + ((history - 1 - lag) * observationSize) + output] = 1;
            for (int input = 0; input < actionSize; input++)
                window[(((order * observationSize) + (lag * actionSize) + input) * columns)
                    + (history * observationSize) + ((history - 1 - lag) * actionSize) + input] = 1;
        }
    }

    /// <summary>Numbers in z: n (O + A).</summary>
    public int StateSize { get; }

    /// <summary>Sets the equation; one of a lower order leaves the older rows out.</summary>
    public void Set(ArxEquation equation)
    {
        Span<float> weight = _weight.Value.Span, bias = _bias.Value.Span;
        weight.Clear();
        int columns = StateSize + _actionSize, pastActions = _order * _observationSize;
        for (int output = 0; output < _observationSize; output++)
        {
            Span<float> row = weight.Slice(output * columns, columns);
            for (int lag = 1; lag <= equation.Order; lag++)
            {
                for (int from = 0; from < _observationSize; from++)
                    row[((lag - 1) * _observationSize) + from] = (float)equation.OfObservation(output, lag, from);
                for (int from = 0; from < _actionSize; from++)
                    row[pastActions + ((lag - 1) * _actionSize) + from] = (float)equation.OfAction(output, lag, from);
            }

            for (int from = 0; from < _actionSize; from++)
                row[StateSize + from] = (float)equation.OfAction(output, 0, from);
            bias[output] = (float)equation.Constant(output);
        }
    }

    /// <summary>[B, n (O + A)], normalised, to [B, z].</summary>
    public Tensor Encode(Tape tape, Tensor window) => tape.Linear(window, tape.Use(_window));

    /// <summary>[B, z] and [B, A] to [B, z].</summary>
    public Tensor Predict(Tape tape, Tensor state, Tensor action)
    {
        Tensor next = tape.Linear(tape.Concat(1, state, action), tape.Use(_weight), tape.Use(_bias));
        if (_order == 1)
            return tape.Concat(1, next, action);
        int kept = (_order - 1) * _observationSize;
        return tape.Concat(
            1, next, tape.Slice(state, 1, 0, kept), action, tape.Slice(state, 1, _order * _observationSize, (_order - 1) * _actionSize));
    }

    /// <summary>[B, z] to [B, O], normalised.</summary>
    public Tensor Read(Tape tape, Tensor states) => tape.Slice(states, 1, 0, _observationSize);
}
