namespace Orrery.Models.Identification;

/// <summary>Judges linear models by free runs from many rows, near and far alike.</summary>
internal static class NearAndFar
{
    /// <summary>Rows of the longest run.</summary>
    public const int LongestHorizon = 64;

    private const int MostStarts = 300;
    private static readonly int[] Horizons = [1, 2, 4, 8, 16, 32, LongestHorizon];

    /// <summary>Runs a model from before a row of a stretch over as many rows as there is room for.</summary>
    /// <param name="stretch">Normalised rows.</param>
    /// <param name="start">The first row to predict.</param>
    /// <param name="predictions">Receives [steps, O].</param>
    public delegate void Simulation(NormalizedStretch stretch, int start, Span<float> predictions);

    /// <summary>Mean over the observations and a few horizons of the logarithm of the mean square error; infinite where nothing can be said.</summary>
    /// <param name="stretches">Normalised rows.</param>
    /// <param name="outputs">O.</param>
    /// <param name="first">Rows of a stretch before the first that is predicted.</param>
    /// <param name="simulate">The model.</param>
    public static double Error(IReadOnlyList<NormalizedStretch> stretches, int outputs, int first, Simulation simulate)
    {
        double[] sums = new double[Horizons.Length * outputs];
        float[] predictions = new float[LongestHorizon * outputs];
        long starts = 0;
        foreach (NormalizedStretch stretch in stretches)
        {
            int rows = stretch.Rows(outputs), longest = Math.Min(LongestHorizon, (rows - first) / 2);
            int stride = Math.Max(1, (rows - first - longest) / MostStarts);
            for (int start = first; start + longest <= rows && longest > 0; start += stride, starts++)
            {
                simulate(stretch, start, predictions.AsSpan(0, longest * outputs));
                for (int place = 0; place < Horizons.Length && Horizons[place] <= longest; place++)
                    for (int output = 0; output < outputs; output++)
                    {
                        double miss = predictions[((Horizons[place] - 1) * outputs) + output]
                            - stretch.Observations[((start + Horizons[place] - 1) * outputs) + output];
                        sums[(place * outputs) + output] += miss * miss;
                    }
            }
        }

        double error = sums.Where(sum => sum > 0).Select(sum => Math.Log(sum)).DefaultIfEmpty(0).Average();
        return starts == 0 || !double.IsFinite(error) ? double.PositiveInfinity : error;
    }
}
