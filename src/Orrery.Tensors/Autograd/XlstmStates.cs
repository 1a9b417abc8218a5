namespace Orrery.Tensors.Autograd;

/// <summary>
/// The state of an mLSTM cell, stored divided by e^m so that nothing overflows: the memory is C e^m and its normaliser n e^m.
/// </summary>
/// <param name="Memory">C, [B, H, d, d], value by key.</param>
/// <param name="Normalizer">n, [B, H, d].</param>
/// <param name="Stabilizer">m, [B, H], the logarithm of the scale.</param>
public readonly record struct MLstmState(Tensor Memory, Tensor Normalizer, Tensor Stabilizer)
{
    // So small that nothing of it is left beside any input gate, and still finite.
    internal const float Nothing = -1e30f;

    /// <summary>The empty memory.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">B.</param>
    /// <param name="heads">H.</param>
    /// <param name="width">d, the width of a head.</param>
    /// <returns>Zeros, with a scale of next to nothing.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    public static MLstmState Empty(Tape tape, int batch, int heads, int width)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return new MLstmState(
            tape.Constant(0, new Shape(batch, heads, width, width)), tape.Constant(0, new Shape(batch, heads, width)), tape.Constant(Nothing, new Shape(batch, heads)));
    }
}

/// <summary>The state of an sLSTM cell, stored divided by e^m: the memory is c e^m and its normaliser n e^m.</summary>
/// <param name="Output">h, [B, D], the last output.</param>
/// <param name="Memory">c, [B, D].</param>
/// <param name="Normalizer">n, [B, D].</param>
/// <param name="Stabilizer">m, [B, D], the logarithm of the scale.</param>
public readonly record struct SLstmState(Tensor Output, Tensor Memory, Tensor Normalizer, Tensor Stabilizer)
{
    /// <summary>The empty memory.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">B.</param>
    /// <param name="width">D.</param>
    /// <returns>Zeros, with a scale of next to nothing.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    public static SLstmState Empty(Tape tape, int batch, int width)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var shape = new Shape(batch, width);
        return new SLstmState(tape.Constant(0, shape), tape.Constant(0, shape), tape.Constant(0, shape), tape.Constant(MLstmState.Nothing, shape));
    }
}
