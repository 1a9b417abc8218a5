using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A layer of scalar memories that see one another's outputs within a head (<see cref="Tape.SLstm"/>).</summary>
public sealed class SLstm
{
    private readonly ForgetGate _gate;

    /// <summary>
    /// Registers <c>NAME.weight</c> [4 D, I], even in +-1 / sqrt(I), <c>NAME.recurrent</c> [H, 4 d, d], even in +-1 / sqrt(d), and
    /// <c>NAME.bias</c> [4 D]: zeros, but for the forget gates, which start between 3 and 6. The rows are z, i, f, o.
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">I, the length of the input.</param>
    /// <param name="heads">H, how many groups of memories.</param>
    /// <param name="width">d, how many memories a group has; D = H d.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="gate">The kind of forget gate.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public SLstm(
        ParameterBlock block, string name, int inputs, int heads, int width, RandomStream random, ForgetGate gate = ForgetGate.Sigmoid)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _gate = gate;
        var all = heads * width;
        Weight = block.Add($"{name}.weight", new Shape(4 * all, inputs));
        Initialization.KaimingUniform(Weight, inputs, random.Child(Weight.Name));
        Recurrent = block.Add($"{name}.recurrent", new Shape(heads, 4 * width, width));
        Initialization.KaimingUniform(Recurrent, width, random.Child(Recurrent.Name));
        Bias = block.Add($"{name}.bias", new Shape(4 * all), decays: false);
        Initialization.SpreadForgetGates(Bias.Value.Span.Slice(2 * all, all));
    }

    /// <summary>[4 D, I].</summary>
    public Parameter Weight { get; }

    /// <summary>[H, 4 d, d].</summary>
    public Parameter Recurrent { get; }

    /// <summary>[4 D].</summary>
    public Parameter Bias { get; }

    /// <summary>All steps.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, I].</param>
    /// <param name="initial">The state before the first step; the empty one if left out.</param>
    /// <returns>The outputs [B, T, D], and the state after the last step.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Outputs, SLstmState State) Forward(Tape tape, Tensor x, SLstmState? initial = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (x.Shape.Rank != 3) throw new ArgumentException($"SLstm: x has shape {x.Shape} but 3 axes [B, T, I] are needed.", nameof(x));
        var state = initial ?? SLstmState.Empty(tape, x.Shape[0], Weight.Shape[0] / 4);
        return tape.SLstm(x, tape.Use(Weight), tape.Use(Recurrent), tape.Use(Bias), state, _gate);
    }
}
