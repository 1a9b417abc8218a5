namespace Orrery.Planning.Planners;

/// <summary>The Gaussian of the elites.</summary>
internal static class EliteStatistics
{
    /// <summary>Mean and deviation of each number of the elites' moves.</summary>
    /// <param name="candidates">At least one elite.</param>
    /// <param name="mean">Receives [M, A].</param>
    /// <param name="deviation">Receives [M, A].</param>
    /// <param name="unbiased">Whether the variance divides by the elites less one.</param>
    public static void Measure(CandidateSearch candidates, Span<float> mean, Span<float> deviation, bool unbiased = false)
    {
        var degrees = unbiased ? Math.Max(1, candidates.Kept - 1) : candidates.Kept;
        for (var i = 0; i < mean.Length; i++)
        {
            double sum = 0;
            double squares = 0;
            for (var elite = 0; elite < candidates.Kept; elite++)
                sum += candidates.Proposal(candidates.EliteRow(elite))[i];
            var center = sum / candidates.Kept;
            for (var elite = 0; elite < candidates.Kept; elite++)
            {
                var difference = candidates.Proposal(candidates.EliteRow(elite))[i] - center;
                squares += difference * difference;
            }

            mean[i] = (float)center;
            deviation[i] = (float)Math.Sqrt(squares / degrees);
        }
    }
}
