using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A layer of matrix memories, one per head (<see cref="Tape.MLstm"/>).</summary>
public sealed class MLstm
{
    private readonly int _heads;
    private readonly int _width;
    private readonly ForgetGate _gate;

    /// <summary>
    /// Registers <c>NAME.weight</c> [(4 d + 2) H, I], even in +-1 / sqrt(I), and <c>NAME.bias</c>: zeros, but for the forget gates,
    /// which start between 3 and 6 so that the heads remember for different times. The rows are q, k, v, o, i, f.
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">I, the length of the input.</param>
    /// <param name="heads">H, how many memories.</param>
    /// <param name="width">d, the width of each.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="gate">The kind of forget gate.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public MLstm(
        ParameterBlock block, string name, int inputs, int heads, int width, RandomStream random, ForgetGate gate = ForgetGate.Sigmoid)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (_heads, _width, _gate) = (heads, width, gate);
        var rows = ((4 * width) + 2) * heads;
        Weight = block.Add($"{name}.weight", new Shape(rows, inputs));
        Initialization.KaimingUniform(Weight, inputs, random.Child(Weight.Name));
        Bias = block.Add($"{name}.bias", new Shape(rows), decays: false);
        Initialization.SpreadForgetGates(Bias.Value.Span[^heads..]);
    }

    /// <summary>[(4 d + 2) H, I].</summary>
    public Parameter Weight { get; }

    /// <summary>[(4 d + 2) H].</summary>
    public Parameter Bias { get; }

    /// <summary>All steps.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, I].</param>
    /// <param name="initial">The state before the first step; the empty one if left out.</param>
    /// <returns>The outputs [B, T, H d], and the state after the last step.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Outputs, MLstmState State) Forward(Tape tape, Tensor x, MLstmState? initial = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (x.Shape.Rank != 3) throw new ArgumentException($"MLstm: x has shape {x.Shape} but 3 axes [B, T, I] are needed.", nameof(x));
        return tape.MLstm(x, tape.Use(Weight), tape.Use(Bias), initial ?? MLstmState.Empty(tape, x.Shape[0], _heads, _width), _gate);
    }
}
