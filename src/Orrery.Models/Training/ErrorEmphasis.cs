using Orrery.Models.Identification;

namespace Orrery.Models.Training;

/// <summary>
/// How much an error counts: by how many rows ahead it is made, and by whose it is. What lies near is easy to predict, and its errors would drown in those of
/// what lies far; over what the observation changes meanwhile, both matter.
/// What is measured with less noise says more.
/// </summary>
internal static class ErrorEmphasis
{
    private const int MostPairs = 5_000;

    // Of variances. An observation without noise shall not silence the others.
    private const double LargestNoiseRatio = 9;

    /// <summary>Weights, 1 on average over the steps for each observation.</summary>
    /// <param name="stretches">Normalised training rows.</param>
    /// <param name="steps">T.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="floor">Added to the mean square change; 0 for equal weights.</param>
    /// <returns>[T, O].</returns>
    public static float[] Weights(IReadOnlyList<NormalizedStretch> stretches, int steps, int observationSize, double floor)
    {
        float[] weights = new float[steps * observationSize];
        Array.Fill(weights, 1);
        if (floor == 0)
            return weights;
        for (int output = 0; output < observationSize; output++)
        {
            double total = 0;
            for (int step = 0; step < steps; step++)
            {
                double weight = 1 / (MeanSquareChange(stretches, step + 1, observationSize, output) + floor);
                weights[(step * observationSize) + output] = (float)weight;
                total += weight;
            }

            for (int step = 0; step < steps; step++)
                weights[(step * observationSize) + output] *= (float)(steps / total);
        }

        return weights;
    }

    /// <summary>
    /// Lets each observation count by one over its noise, as the likelihood of Gaussian noise does (Ljung, System Identification, 1999, chapter 7),
    /// 1 on average over the observations.
    /// </summary>
    /// <param name="weights">[T, O], multiplied in place.</param>
    /// <param name="noise">[O], variances in squared deviations; where all are 0, nothing is known and nothing changes.</param>
    public static void WeighByNoise(Span<float> weights, ReadOnlySpan<float> noise)
    {
        double least = 0;
        foreach (float variance in noise)
            least = Math.Max(least, variance / LargestNoiseRatio);
        if (!(least > 0))
            return;
        double total = 0;
        foreach (float variance in noise)
            total += 1 / Math.Max(variance, least);
        for (int place = 0; place < weights.Length; place++)
            weights[place] *= (float)(noise.Length / (total * Math.Max(noise[place % noise.Length], least)));
    }

    private static double MeanSquareChange(IReadOnlyList<NormalizedStretch> stretches, int rows, int observationSize, int output)
    {
        long pairs = stretches.Sum(stretch => (long)Math.Max(0, stretch.Rows(observationSize) - rows));
        int stride = (int)Math.Max(1, pairs / MostPairs);
        double sum = 0;
        long count = 0;
        foreach (NormalizedStretch stretch in stretches)
        {
            for (int row = rows; row < stretch.Rows(observationSize); row += stride, count++)
            {
                double change = (double)stretch.Observations[(row * observationSize) + output] - stretch.Observations[((row - rows) * observationSize) + output];
                sum += change * change;
            }
        }

        // Where nothing is that long, it has changed as much as two rows that have nothing in common: twice the variance.
        return count == 0 ? 2 : sum / count;
    }
}
