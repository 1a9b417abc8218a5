using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Models.Identification;

/// <summary>
/// A linear model in latent space, found from data: x[t] = window[t] E, x[t+1] = x[t] A + u[t+1] B, y[t] = x[t] C, with row vectors.
/// The window holds the last n observations, oldest first, then the last n actions, oldest first.
/// </summary>
/// <param name="Encoder">E, [n (O + A), r].</param>
/// <param name="Transition">A, [r, r]; spectral radius below 1.</param>
/// <param name="Input">B, [A, r].</param>
/// <param name="Output">C, [r, O].</param>
public sealed record LinearStateSpace(Matrix<double> Encoder, Matrix<double> Transition, Matrix<double> Input, Matrix<double> Output)
{
    /// <summary>r: how many latent dimensions the data supported.</summary>
    public int Rank => Transition.RowCount;
}
