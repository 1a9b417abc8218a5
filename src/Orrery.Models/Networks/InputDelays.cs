using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// Known dead times: an action acts some rows after it was commanded. The actions that are on their way are part of the latent, oldest
/// first for each input, so that a plan knows of what cannot be changed any more. All maps are selections, exact in any order of sums.
/// </summary>
internal sealed class InputDelays
{
    private readonly Parameter _align;
    private readonly Parameter _encode;
    private readonly Parameter _step;
    private readonly int _actionSize;

    /// <summary>Registers the selections.</summary>
    /// <param name="block">Where they live.</param>
    /// <param name="delays">[A]: rows until each action acts.</param>
    /// <param name="history">Rows that the rest of the network wants to see, with actions when they act.</param>
    /// <param name="observationSize">O.</param>
    public InputDelays(ParameterBlock block, int[] delays, int history, int observationSize)
    {
        _actionSize = delays.Length;
        StateSize = delays.Sum();
        int longest = delays.Max(), rows = history + longest, window = rows * (observationSize + _actionSize), seen = history * (observationSize + _actionSize);
        _align = block.AddBuffer("delays.align", new Shape(seen, window));
        _encode = block.AddBuffer("delays.pending", new Shape(StateSize, window));
        _step = block.AddBuffer("delays.step", new Shape(_actionSize + StateSize, StateSize + _actionSize));
        Span<float> align = _align.Value.Span, encode = _encode.Value.Span, step = _step.Value.Span;
        for (int row = 0; row < history; row++)
        {
            for (int output = 0; output < observationSize; output++)
                align[(((row * observationSize) + output) * window) + ((longest + row) * observationSize) + output] = 1;
            for (int input = 0; input < _actionSize; input++)
                align[(((history * observationSize) + (row * _actionSize) + input) * window) + Commanded(longest + row - delays[input], input)] = 1;
        }

        int columns = StateSize + _actionSize, place = 0;
        for (int input = 0; input < _actionSize; input++)
        {
            // What acts next is the oldest that is pending, or the action itself; everything else moves up.
            step[(input * columns) + (delays[input] > 0 ? place : StateSize + input)] = 1;
            for (int pending = 0; pending < delays[input]; pending++, place++)
            {
                encode[(place * window) + Commanded(rows - delays[input] + pending, input)] = 1;
                step[((_actionSize + place) * columns) + (pending + 1 < delays[input] ? place + 1 : StateSize + input)] = 1;
            }
        }

        int Commanded(int row, int input) => (rows * observationSize) + (row * _actionSize) + input;
    }

    /// <summary>Numbers in the latent: the sum of all delays.</summary>
    public int StateSize { get; }

    /// <summary>[B, window] with actions when they were commanded to [B, smaller window] with actions when they act.</summary>
    public Tensor Align(Tape tape, Tensor window) => tape.Linear(window, tape.Use(_align));

    /// <summary>[B, window] to the actions that are on their way, [B, pending].</summary>
    public Tensor Encode(Tape tape, Tensor window) => tape.Linear(window, tape.Use(_encode));

    /// <summary>[B, pending] and the action that is commanded now, [B, A], to the action that acts now and what is pending then.</summary>
    public (Tensor Acting, Tensor Pending) Predict(Tape tape, Tensor pending, Tensor action)
    {
        Tensor moved = tape.Linear(tape.Concat(1, pending, action), tape.Use(_step));
        return (tape.Slice(moved, 1, 0, _actionSize), tape.Slice(moved, 1, _actionSize, StateSize));
    }
}
