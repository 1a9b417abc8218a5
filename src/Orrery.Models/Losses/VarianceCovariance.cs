using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Losses;

/// <summary>The variance and covariance terms of VICReg (Bardes, Ponce and LeCun, 2022) as PLDM uses them.</summary>
public static class VarianceCovariance
{
    private const float Epsilon = 1e-4f;

    /// <summary>Mean over dimensions of max(0, 1 - sqrt(var + 1e-4)), variance over the batch with divisor B - 1.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[T, B, D]; averaged over T.</param>
    public static Tensor Variance(Tape tape, Tensor latents)
    {
        Tensor deviation = tape.Sqrt(tape.AddScalar(tape.Variance(latents, [1]), Epsilon));
        return tape.Mean(tape.Relu(tape.AddScalar(tape.Negate(deviation), 1)));
    }

    /// <summary>Sum of squared covariances between different dimensions, divided by D (D - 1).</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[T, B, D]; averaged over T.</param>
    public static Tensor Covariance(Tape tape, Tensor latents)
    {
        int batch = latents.Shape[1], size = latents.Shape[2];
        Tensor centered = tape.Center(latents, [1]);
        Tensor covariance = tape.Scale(tape.MatMul(centered, centered, transposeA: true), 1f / (batch - 1));
        Tensor all = tape.Sum(tape.Square(covariance), [1, 2]);
        Tensor diagonal = tape.Sum(tape.Square(tape.Scale(tape.Sum(tape.Square(centered), [1]), 1f / (batch - 1))), [1]);
        return tape.Scale(tape.Mean(tape.Subtract(all, diagonal)), 1f / (size * (size - 1)));
    }
}
