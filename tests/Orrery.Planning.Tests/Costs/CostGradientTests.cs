using Orrery.Planning.Costs;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Costs;

/// <summary>Slopes of costs against central differences.</summary>
public class CostGradientTests
{
    private const int Candidates = 3;
    private const int Horizon = 4;
    private const int Block = 2;

    private static readonly float[] Previous = [0.2f, -0.4f];

    public static TheoryData<string> Costs => [.. All().Keys];

    [Theory]
    [MemberData(nameof(Costs))]
    public void A_slope_is_what_differences_say(string name)
    {
        var cost = All()[name];
        var random = new RandomStream(1, name);
        var latents = new float[Candidates * Horizon * 3];
        var actions = new float[Candidates * Horizon * Block * 2];
        random.FillNormal(latents);
        random.FillNormal(actions);
        var latentSlopes = new float[latents.Length];
        var actionSlopes = new float[actions.Length];
        cost.AddGradient(Batch(latents, actions), latentSlopes, actionSlopes);
        for (var i = 0; i < latents.Length; i++)
            Assert.Equal(Difference(cost, latents, actions, latents, i), latentSlopes[i], 2e-3);
        for (var i = 0; i < actions.Length; i++)
            Assert.Equal(Difference(cost, latents, actions, actions, i), actionSlopes[i], 2e-3);
        Assert.Contains(latentSlopes.Concat(actionSlopes), slope => Math.Abs(slope) > 0.05);

        // It is added to what is there.
        cost.AddGradient(Batch(latents, actions), latentSlopes, actionSlopes);
        Assert.Equal(2 * Difference(cost, latents, actions, actions, 5), actionSlopes[5], 4e-3);
        Assert.Equal(2 * Difference(cost, latents, actions, latents, ^1), latentSlopes[^1], 4e-3);
    }

    [Fact]
    public void At_the_goal_itself_there_is_no_slope()
    {
        float[] latents = [1, 2, 3];
        var slopes = new float[3];
        new LatentGoalCost([1, 2, 3], GoalForm.Sum).AddGradient(new RolloutBatch(1, 1, 1, [0, 0], latents, [0, 0, 0], []), slopes, new float[2]);
        Assert.Equal([0, 0, 0], slopes);
    }

    [Fact]
    public void Places_of_the_wrong_length_are_refused()
    {
        foreach (var cost in All().Values)
            Assert.Throws<ArgumentException>(() => cost.AddGradient(Batch(new float[Candidates * Horizon * 3], new float[Candidates * Horizon * Block * 2]), new float[1], new float[2]));
    }

    private static Dictionary<string, IDifferentiableCost> All()
    {
        float[] goal = [0.3f, -0.2f, 1];
        return new Dictionary<string, IDifferentiableCost>(StringComparer.Ordinal)
        {
            ["nearest"] = new LatentGoalCost(goal, GoalForm.Nearest, 0.3, weight: 0.7),
            ["nearest, squared"] = new LatentGoalCost(goal, GoalForm.Nearest, 0.3, LatentDistance.Squared),
            ["terminal"] = new LatentGoalCost(goal, GoalForm.Terminal),
            ["terminal, squared"] = new LatentGoalCost(goal, GoalForm.Terminal, distance: LatentDistance.Squared, weight: 2),
            ["sum"] = new LatentGoalCost(goal, GoalForm.Sum),
            ["sum, squared"] = new LatentGoalCost(goal, GoalForm.Sum, distance: LatentDistance.Squared),
            ["effort"] = new ActionEffortCost([0.5f, 2], 1.5, [0.1f, 0]),
            ["rate"] = new ActionRateCost([0.5f, 2], 1.5, [1, 0.3f]),
            ["plain rate"] = new ActionRateCost([0.5f, 2]),
        };
    }

    private static double Difference(ICost cost, float[] latents, float[] actions, float[] moved, Index place)
    {
        const float step = 5e-3f;
        var was = moved[place];
        moved[place] = was + step;
        var above = Total(cost, latents, actions);
        moved[place] = was - step;
        var below = Total(cost, latents, actions);
        moved[place] = was;
        return (above - below) / (2 * step);
    }

    private static double Total(ICost cost, float[] latents, float[] actions)
    {
        var costs = new float[Candidates];
        cost.Add(Batch(latents, actions), costs);
        return costs.Sum(value => (double)value);
    }

    private static RolloutBatch Batch(float[] latents, float[] actions) => new(Candidates, Horizon, Block, actions, latents, [0, 0, 0], Previous);
}
