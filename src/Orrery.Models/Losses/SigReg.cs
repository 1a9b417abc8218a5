using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Losses;

/// <summary>
/// Sketched isotropic Gaussian regularisation (Balestriero and LeCun, LeJEPA, 2025): the latents are projected on random unit
/// directions, and each projection is compared with a standard normal by the Epps-Pulley statistic. 1.05 is what true normals
/// give at any batch size; a fully collapsed batch of 128 gives 51.5.
/// </summary>
public static class SigReg
{
    /// <summary>Mean statistic over time steps and directions.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[T, B, D].</param>
    /// <param name="directions">[D, M], unit columns.</param>
    public static Tensor Forward(Tape tape, Tensor latents, Tensor directions) =>
        tape.Mean(tape.NormalityStatistic(tape.MatMul(latents, directions)));

    /// <summary>Draws unit directions.</summary>
    /// <param name="random">The stream, set to where this step's numbers begin.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="directions">Receives [D, M], unit columns.</param>
    public static void FillDirections(RandomStream random, int latentSize, Span<float> directions)
    {
        random.FillNormal(directions);
        int count = directions.Length / latentSize;
        for (int column = 0; column < count; column++)
        {
            double sum = 0;
            for (int row = 0; row < latentSize; row++)
                sum += (double)directions[(row * count) + column] * directions[(row * count) + column];
            float scale = (float)(1 / Math.Sqrt(Math.Max(sum, 1e-30)));
            for (int row = 0; row < latentSize; row++)
                directions[(row * count) + column] *= scale;
        }
    }
}
