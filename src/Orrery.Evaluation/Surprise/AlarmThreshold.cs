namespace Orrery.Evaluation.Surprise;

/// <summary>Counts the alarms of a score, and finds the threshold that gives a wanted number of them on rows that are known to be normal.</summary>
public static class AlarmThreshold
{
    /// <summary>Alarms: rows at or above the threshold, those less than <paramref name="hold"/> rows after one belonging to the same.</summary>
    public static int Count(IReadOnlyList<double> scores, double threshold, int hold)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int alarms = 0, quiet = hold;
        foreach (double score in scores)
        {
            if (!(score >= threshold))
            {
                quiet++;
                continue;
            }

            alarms += quiet >= hold ? 1 : 0;
            quiet = 0;
        }

        return alarms;
    }

    /// <summary>The lowest threshold with at most so many alarms; the rows that it is looked for on are those that it is judged on, which favours the score.</summary>
    public static double For(IReadOnlyList<double> scores, int alarms, int hold)
    {
        double[] heights = [.. scores.Where(double.IsFinite).Order()];
        int low = 0, high = heights.Length - 1;
        // From above: the number of alarms grows as the threshold falls, until they run into each other.
        int reach = Math.Min(heights.Length, Math.Max(1, 200 * (alarms + 1)));
        low = heights.Length - reach;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Count(scores, heights[middle], hold) <= alarms)
                high = middle;
            else
                low = middle + 1;
        }

        return Math.BitIncrement(heights[high]) is var above && Count(scores, heights[high], hold) <= alarms ? heights[high] : above;
    }
}
