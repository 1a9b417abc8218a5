using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Products of matrices.</content>
public sealed partial class Tape
{
    /// <summary>The matrix product on the last two axes; leading axes broadcast.</summary>
    /// <param name="a">[..., M, K], or [..., K, M] if transposed.</param>
    /// <param name="b">[..., K, N], or [..., N, K] if transposed.</param>
    /// <param name="transposeA">Whether the last two axes of <paramref name="a"/> are swapped first.</param>
    /// <param name="transposeB">Whether the last two axes of <paramref name="b"/> are swapped first.</param>
    /// <returns>[..., M, N].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) =>
        MatMulRule.Apply(this, a, transposeA, b, transposeB);

    /// <summary>activation(x W^T + b).</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Linear(Tensor x, Tensor weight, Tensor bias = default, Activation activation = Activation.Identity) =>
        LinearRule.Apply(this, x, weight, bias, activation);
}
