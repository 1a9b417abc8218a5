using Orrery.Models.Recipes;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Planners;

/// <summary>From a recipe to a planner, and to how it measures the way to a goal.</summary>
public static class PlannerFactory
{
    /// <summary>The planner that a recipe asks for.</summary>
    public static IPlanner Create(PlannerRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        SearchOptions search = new(
            recipe.Horizon, recipe.Candidates, recipe.Iterations, recipe.Exploration, recipe.Sigma, Correlation: recipe.Correlation,
            HoldWithinBlock: recipe.HoldActions, BranchShare: recipe.Branching, Decisions: recipe.Decisions,
            Space: recipe.Space == "training" ? SearchSpace.Training : SearchSpace.Limits, Clip: recipe.Clipping, Replan: recipe.Replan);
        return recipe.Method switch
        {
            PlannerRecipe.Gradient => new GradientPlanner(search, new GradientOptions(recipe.StepSize)),
            "icem" => new IcemPlanner(search, new IcemOptions(recipe.Elites, recipe.NoiseExponent, recipe.Reuse, recipe.CandidateDecay, recipe.Momentum)),
            "mppi" => new MppiPlanner(search, new MppiOptions(recipe.Temperature)),
            _ => new CrossEntropyPlanner(search, new CrossEntropyOptions(
                recipe.Elites, recipe.Refinement == "gaussian" ? Refinement.Gaussian : Refinement.AroundElites, recipe.SmallestDeviation,
                recipe.KeepElites, recipe.Unbiased, recipe.Execute == "mean" ? Execution.Mean : Execution.Best)),
        };
    }

    /// <summary>What a recipe sums the distances along a candidate into.</summary>
    public static GoalForm FormOf(PlannerRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.GoalForm switch
        {
            "terminal" => GoalForm.Terminal,
            "sum" => GoalForm.Sum,
            _ => GoalForm.Nearest,
        };
    }

    /// <summary>What counts as distance for a recipe.</summary>
    public static LatentDistance DistanceOf(PlannerRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Distance == "squared" ? LatentDistance.Squared : LatentDistance.Euclidean;
    }

    /// <summary>The cost of the way to a goal's latent, as a recipe measures it.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="goal">[D], the goal's latent.</param>
    /// <exception cref="ArgumentException">The goal is empty or not finite.</exception>
    public static LatentGoalCost GoalCost(PlannerRecipe recipe, ReadOnlySpan<float> goal)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return new LatentGoalCost(goal, FormOf(recipe), recipe.MeanCostWeight, DistanceOf(recipe));
    }
}
