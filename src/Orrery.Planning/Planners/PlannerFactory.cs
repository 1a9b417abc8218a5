using Orrery.Models.Recipes;

namespace Orrery.Planning.Planners;

/// <summary>From a recipe to a planner.</summary>
public static class PlannerFactory
{
    /// <summary>The planner that a recipe asks for.</summary>
    public static IPlanner Create(PlannerRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        SearchOptions search = new(recipe.Horizon, recipe.Candidates, recipe.Iterations, recipe.Exploration, recipe.Sigma, BranchShare: recipe.Branching, Decisions: recipe.Decisions);
        return recipe.Method switch
        {
            "mppi" => new MppiPlanner(search, new MppiOptions(recipe.Temperature)),
            _ => new CrossEntropyPlanner(search, new CrossEntropyOptions(
                recipe.Elites, recipe.Refinement == "gaussian" ? Refinement.Gaussian : Refinement.AroundElites)),
        };
    }
}
