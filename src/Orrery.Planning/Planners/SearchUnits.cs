using Orrery.Models;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Planners;

/// <summary>What deviations are measured in and where searches begin, physical units.</summary>
/// <param name="Deviation">[A], what a deviation of 1 is.</param>
/// <param name="Origin">[A], where a search begins and what follows the end of a plan; empty for the action executed last, and held.</param>
internal sealed record SearchUnits(double[] Deviation, float[] Origin)
{
    public static SearchUnits Of(SearchSpace space, ILatentDynamics dynamics, ActionLimits limits)
    {
        if (space == SearchSpace.Limits)
            return new SearchUnits([.. Enumerable.Range(0, limits.ActionSize).Select(column => HalfRange(limits, column))], []);
        if (dynamics is IActionStatistics { ActionDeviation.Count: > 0 } known)
            return new SearchUnits([.. known.ActionDeviation], [.. known.ActionMean.Select(mean => (float)mean)]);
        return new SearchUnits(
            [.. Enumerable.Range(0, limits.ActionSize).Select(column => EvenDeviation(limits, column))],
            [.. Enumerable.Range(0, limits.ActionSize).Select(column => (float)(((double)limits.Low[column] + limits.High[column]) / 2))]);
    }

    /// <summary>Half of an action's range, with a norm limit no more than it.</summary>
    private static double HalfRange(ActionLimits limits, int column)
    {
        var half = ((double)limits.High[column] - limits.Low[column]) / 2;
        return limits.NormLimit is { } norm ? Math.Min(half, norm) : half;
    }

    /// <summary>Of actions drawn evenly from an interval, range / sqrt(12); from a ball of A dimensions, radius / sqrt(A + 2).</summary>
    private static double EvenDeviation(ActionLimits limits, int column)
    {
        var inBox = ((double)limits.High[column] - limits.Low[column]) / Math.Sqrt(12);
        return limits.NormLimit is { } norm ? Math.Min(inBox, norm / Math.Sqrt(limits.ActionSize + 2)) : inBox;
    }
}
