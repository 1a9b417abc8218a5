using Orrery.Data;

namespace Orrery.Planning.Guardrails.Hard;

/// <summary>
/// Finds pairs of hard limits that some measurement or some past could set against each other. Better no plant than one whose
/// limits are only found to contradict each other when it matters.
/// </summary>
internal static class HardLimitConflicts
{
    public static void Check(HardLimitSet set)
    {
        foreach (HardLimit first in set.Limits)
        {
            foreach (HardLimit second in set.Limits)
            {
                if (!ReferenceEquals(first, second) && Conflict(set, first, second) is { } reason)
                    throw new OrreryDataException($"Guardrails: '{first}' and '{second}' contradict each other: {reason}.");
            }
        }

        foreach (BudgetLimit budget in set.Budgets)
        {
            double least = budget.Window * budget.Size(set.Rest(budget.Column));
            if (least > budget.Usable)
                throw new OrreryDataException(
                    $"Guardrails: '{budget}' cannot be kept: the least that '{set.ActionNames[budget.Column]}' can add in {budget.Window} steps is {least:R}; allow more, or a smaller value.");
        }
    }

    private static string? Conflict(HardLimitSet set, HardLimit first, HardLimit second) => (first, second) switch
    {
        (BoxLimit a, BoxLimit b) when a.Range.Column == b.Range.Column && !a.Range.Meets(b.Range) => "no value is within both",
        (InterlockLimit interlock, BoxLimit box) when interlock.Target.Column == box.Range.Column && !interlock.Target.Meets(box.Range) =>
            "the interlock demands a value that the limit forbids",
        (InterlockLimit a, InterlockLimit b) when a.Target.Column == b.Target.Column && !a.Target.Meets(b.Target) && CanBothBeActive(a, b) =>
            "both can be active at once and demand different values",
        (InterlockLimit interlock, RateLimit rate) => AgainstRate(set, interlock, rate),
        (InterlockLimit interlock, DwellLimit dwell) when dwell.Column == interlock.Target.Column && !dwell.YieldsToInterlocks
            && dwell.Steps > 1 && FarthestWay(set, interlock) > 0 =>
            "the interlock may have to change the value before its time is over; end the dwell time with 'except interlocks'",
        (InterlockLimit interlock, BudgetLimit budget) => AgainstBudget(set, interlock, budget),
        (InterlockLimit interlock, RegionLimit region) => AgainstRegion(set, interlock, region),
        (RegionLimit region, BoxLimit box) => AgainstBox(set, region, box),
        _ => null,
    };

    // Not if one quantity would have to be in two ranges that do not meet.
    private static bool CanBothBeActive(InterlockLimit a, InterlockLimit b) =>
        !a.Conditions.Any(condition => b.Conditions.Any(other => other.Column == condition.Column && !other.Meets(condition)));

    private static double FarthestWay(HardLimitSet set, InterlockLimit interlock)
    {
        ColumnRange box = set.Box(interlock.Target.Column);
        double up = double.IsFinite(interlock.Target.Low) ? interlock.Target.Low - box.Low : 0;
        double down = double.IsFinite(interlock.Target.High) ? box.High - interlock.Target.High : 0;
        return Math.Max(0, Math.Max(up, down));
    }

    private static string? AgainstRate(HardLimitSet set, InterlockLimit interlock, RateLimit rate)
    {
        if (rate.Column != interlock.Target.Column || rate.YieldsToInterlocks || FarthestWay(set, interlock) <= rate.Most)
            return null;
        double way = FarthestWay(set, interlock);
        string size = double.IsFinite(way) ? $"a change of {way:R}" : "any change";
        return $"the interlock may demand {size} in one step; end the rate with 'except interlocks' or demand less";
    }

    private static string? AgainstBudget(HardLimitSet set, InterlockLimit interlock, BudgetLimit budget)
    {
        if (budget.Column != interlock.Target.Column || budget.YieldsToInterlocks)
            return null;
        double rest = set.Rest(budget.Column), forced = Math.Clamp(rest, interlock.Target.Low, interlock.Target.High);
        return budget.Size(forced) <= budget.Size(rest)
            ? null
            : "the interlock may hold the value above what the budget lasts for; end the sum with 'except interlocks'";
    }

    // Harmless if another column can leave the region at once.
    private static string? AgainstRegion(HardLimitSet set, InterlockLimit interlock, RegionLimit region)
    {
        foreach (ColumnRange side in region.Sides)
        {
            bool isForcedIn = side.Column == interlock.Target.Column && interlock.Target.Low < side.High && side.Low < interlock.Target.High;
            bool isPointIn = side.Column == interlock.Target.Column && interlock.Target.Low == interlock.Target.High && side.ContainsInside(interlock.Target.Low);
            if ((isForcedIn || isPointIn) && !region.Sides.Any(other => other.Column != side.Column && CanLeaveAtOnce(set, other)))
                return "the interlock may demand a value inside the region, and no other column can leave it at once";
        }

        return null;
    }

    private static bool CanLeaveAtOnce(HardLimitSet set, ColumnRange side)
    {
        ColumnRange box = set.Box(side.Column);
        return set.Rate(side.Column) is null && set.Dwell(side.Column) is null && double.IsNaN(set.Rest(side.Column))
            && !set.Interlocks.Any(interlock => interlock.Target.Column == side.Column) && (box.Contains(side.Low) || box.Contains(side.High));
    }

    private static string? AgainstBox(HardLimitSet set, RegionLimit region, BoxLimit box) =>
        region.Sides.Any(side => side.Column == box.Range.Column)
            && region.Sides.All(side => set.Box(side.Column).Low > side.Low && set.Box(side.Column).High < side.High)
            ? "the region covers all that the limits leave"
            : null;
}
