using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Evaluation.Probes;

/// <summary>
/// Reads the state out of the latents by ridge regression in closed form: what a linear readout can see (Alain and Bengio,
/// "Understanding intermediate layers using linear classifier probes", 2016).
/// </summary>
public static class LinearProbe
{
    /// <summary>Ridge per row, on latents of unit deviation.</summary>
    private const double Ridge = 1e-4;

    /// <summary>Fits on one part and judges on the other.</summary>
    /// <param name="fitted">Rows to fit on.</param>
    /// <param name="heldOut">Rows to judge on.</param>
    /// <param name="columns">Names of the state's columns, with units.</param>
    /// <returns>The result, and the predictions of the held-out rows, [rows, state size].</returns>
    public static (ProbeResult Result, float[] Predictions) Run(ProbeRows fitted, ProbeRows heldOut, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(heldOut);
        LatentScale scale = LatentScale.Of(fitted);
        int size = fitted.LatentSize;
        StateScale center = StateScale.Of(fitted);
        Matrix<double> latents = Matrix<double>.Build.Dense(fitted.Rows, size, (row, column) => scale.Apply(fitted, row, column));
        Matrix<double> states = Matrix<double>.Build.Dense(fitted.Rows, fitted.StateSize,
            (row, column) => fitted.States[(row * fitted.StateSize) + column] - center.Mean(column));
        Matrix<double> gram = latents.TransposeThisAndMultiply(latents)
            + (Matrix<double>.Build.DenseIdentity(size) * (Ridge * fitted.Rows));
        Matrix<double> weights = gram.Cholesky().Solve(latents.TransposeThisAndMultiply(states));

        var predictions = new float[heldOut.Rows * heldOut.StateSize];
        for (int row = 0; row < heldOut.Rows; row++)
            for (int column = 0; column < heldOut.StateSize; column++)
            {
                double sum = center.Mean(column);
                for (int latent = 0; latent < size; latent++)
                    sum += scale.Apply(heldOut, row, latent) * weights[latent, column];
                predictions[(row * heldOut.StateSize) + column] = (float)sum;
            }

        return (heldOut.Judge("linear", columns, predictions, fitted.Rows), predictions);
    }
}
