using Orrery.Evaluation.Attack;

namespace Orrery.Evaluation.Tests.Attack;

public class SafetyCostStudyTests
{
    [Fact]
    public void Limits_in_force_are_never_broken_and_those_left_out_are()
    {
        IReadOnlyList<SafetyCostResult> rows = new SafetyCostStudy(1, seed: 3).Run(["room-heating"]);
        Assert.Equal(["none", "range, rate", "range, rate, interlock", "range, rate, interlock, predicted"], rows.Select(row => row.InForce));
        Assert.True(rows[0].BrokenHard > 0, $"{rows[0]}");
        Assert.Equal(0, rows[2].BrokenHard + rows[3].BrokenHard);
        Assert.True(rows[3].BrokenPredicted <= rows[0].BrokenPredicted);
        Assert.All(rows, row => Assert.True(row.AbsoluteError > 0));
    }

    [Fact]
    public void Two_rooms_are_crossed_within_rates_and_around_forbidden_regions()
    {
        IReadOnlyList<SafetyCostResult> rows = new SafetyCostStudy(2, seed: 3).Run(["two-rooms"]);
        Assert.Equal(["none", "rate", "rate, forbidden regions"], rows.Select(row => row.InForce));
        Assert.True(rows[0].BrokenHard > 0);
        Assert.Equal(0, rows[2].BrokenHard);
        Assert.All(rows, row => Assert.InRange(row.Successes!.Value, 0, 2));
    }
}
