using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Orrery.Models.Monitoring;

/// <summary>
/// Watches for collapse: an encoder that maps everything to one point, or to a line, predicts perfectly and knows nothing. The
/// anti-collapse losses ask for a standard deviation of 1 in every dimension, so that is what is judged against.
/// </summary>
public sealed class CollapseMonitor
{
    private readonly int _latentSize;

    /// <summary>A monitor of latents of D numbers.</summary>
    /// <param name="latentSize">D.</param>
    public CollapseMonitor(int latentSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentSize, 1);
        _latentSize = latentSize;
    }

    /// <summary>A mean standard deviation below this counts as collapsed to a point.</summary>
    public double SmallestDeviation { get; init; } = 0.1;

    /// <summary>An effective rank below this counts as collapsed to a line (for D of 2 or more).</summary>
    public double SmallestRank { get; init; } = 1.5;

    /// <summary>Measures a batch.</summary>
    /// <param name="latents">[n, D], two or more.</param>
    /// <exception cref="ArgumentException">The length is no whole number of latents, or there are fewer than two.</exception>
    public LatentHealth Measure(ReadOnlySpan<float> latents)
    {
        int count = latents.Length / _latentSize;
        if (count < 2 || latents.Length % _latentSize != 0)
            throw new ArgumentException(
                $"CollapseMonitor: {latents.Length} numbers came; two or more latents of {_latentSize} numbers are needed.", nameof(latents));
        foreach (float number in latents)
            if (!float.IsFinite(number))
                return new LatentHealth(count, new double[_latentSize], new double[_latentSize], 0,
                    "The latents are not finite numbers: training has diverged. Lower training.learningRate or training.clipNorm.");

        double[,] covariance = Covariance(latents, count);
        double[] deviations = new double[_latentSize];
        for (int dimension = 0; dimension < _latentSize; dimension++)
            deviations[dimension] = Math.Sqrt(covariance[dimension, dimension]);
        double[] spectrum = Eigenvalues(covariance);
        double rank = Rank(spectrum);
        return new LatentHealth(count, deviations, spectrum, rank, Judge(deviations.Average(), rank));
    }

    /// <summary>
    /// Effective rank from the eigenvalues of a covariance: exp of the entropy of the normalised singular values, which are the
    /// eigenvalues' square roots.
    /// </summary>
    /// <param name="spectrum">Eigenvalues; negative ones (rounding) count as 0.</param>
    public static double Rank(IReadOnlyList<double> spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        double sum = spectrum.Sum(value => Math.Sqrt(Math.Max(0, value)));
        if (!(sum > 0))
            return 0;
        double entropy = 0;
        foreach (double value in spectrum)
        {
            double share = Math.Sqrt(Math.Max(0, value)) / sum;
            if (share > 0)
                entropy -= share * Math.Log(share);
        }

        return Math.Exp(entropy);
    }

    private string? Judge(double deviation, double rank)
    {
        if (deviation < SmallestDeviation)
            return $"The latents have collapsed to a point: their mean standard deviation is {deviation:0.0000}, where 1 is healthy, so "
                + "the model cannot tell observations apart. Raise the objective's sigReg, or variance and inverseDynamics, or train longer.";
        if (_latentSize > 1 && rank < SmallestRank)
            return $"The latents have collapsed to a line: their effective rank is {rank:0.00} of {_latentSize}. "
                + "Raise the objective's sigReg, or covariance and inverseDynamics, or train longer.";
        return null;
    }

    private double[,] Covariance(ReadOnlySpan<float> latents, int count)
    {
        double[] mean = new double[_latentSize];
        for (int index = 0; index < latents.Length; index++)
            mean[index % _latentSize] += latents[index];
        for (int dimension = 0; dimension < _latentSize; dimension++)
            mean[dimension] /= count;

        double[,] covariance = new double[_latentSize, _latentSize];
        double[] centred = new double[_latentSize];
        for (int row = 0; row < count; row++)
        {
            for (int dimension = 0; dimension < _latentSize; dimension++)
                centred[dimension] = latents[(row * _latentSize) + dimension] - mean[dimension];
            for (int i = 0; i < _latentSize; i++)
                for (int j = 0; j <= i; j++)
                    covariance[i, j] += centred[i] * centred[j];
        }

        for (int i = 0; i < _latentSize; i++)
            for (int j = 0; j <= i; j++)
                covariance[i, j] = covariance[j, i] = covariance[i, j] / count;
        return covariance;
    }

    private static double[] Eigenvalues(double[,] covariance)
    {
        double[] values = [.. DenseMatrix.OfArray(covariance).Evd(Symmetricity.Symmetric).EigenValues.Select(value => Math.Max(0, value.Real))];
        Array.Sort(values, (left, right) => right.CompareTo(left));
        return values;
    }
}
