using System.Globalization;
using Orrery.Data;
using Orrery.Environments.Navigation;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Planners;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.ClosedLoop;

/// <summary>Draws up the table of planning times in docs/planning.md: processor time on one thread, which other work on the machine changes little.</summary>
public sealed class PlanningTimes
{
    private const int WarmUp = 10;
    private const int Plans = 40;

    [TimesFact]
    public void Writes_the_table_of_planning_times()
    {
        using CpuBackend backend = new(threads: 1);
        using WorldModel model = WorldModel.Load(TimesFactAttribute.Run!, backend);
        PlannerRecipe usual = model.Recipe.Planner with { Candidates = 100, Iterations = 4, Elites = 10, Branching = 0 };
        (string Name, PlannerRecipe Recipe)[] rows =
        [
            ("cem, with branches", usual with { Branching = 0.5 }),
            ("cem", usual),
            ("cem, gaussian", usual with { Refinement = "gaussian" }),
            ("icem", usual with { Method = "icem", Candidates = 135 }),
            ("mppi", usual with { Method = "mppi" }),
            ("gradient", usual with { Method = PlannerRecipe.Gradient, Candidates = 13, Iterations = 31 }),
            ("lewm/paper", RecipeFile.Load("lewm/paper").Planner),
        ];
        (float[] start, float[] goal) = Encode(model);
        // All of them before any is measured: code that is compiled again meanwhile would count against the first ones.
        foreach ((_, PlannerRecipe recipe) in rows)
            Measure(model, start, goal, recipe);
        foreach ((string name, PlannerRecipe recipe) in rows)
        {
            (int evaluations, double milliseconds) = Measure(model, start, goal, recipe);
            File.AppendAllText(TimesFactAttribute.Target!, string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {evaluations:N0} | {evaluations * recipe.Horizon:N0} | {milliseconds:0.0} |\n"));
        }
    }

    private static (int Evaluations, double Milliseconds) Measure(WorldModel model, float[] start, float[] goal, PlannerRecipe recipe)
    {
        IPlanner planner = PlannerFactory.Create(recipe);
        PlanningProblem problem = new(model, start, [PlannerFactory.GoalCost(recipe, goal)], ActionLimits.Radial(2, TwoRooms.ActionLimit));
        TimeSpan began = default;
        int evaluations = 0;
        for (int plan = 0; plan < WarmUp + Plans; plan++)
        {
            if (plan == WarmUp)
                began = Environment.CpuUsage.TotalTime;
            evaluations = planner.Plan(problem, null, new RandomStream((ulong)plan, "times")).Evaluations;
        }

        return (evaluations, (Environment.CpuUsage.TotalTime - began).TotalMilliseconds / Plans);
    }

    private static (float[] Start, float[] Goal) Encode(WorldModel model)
    {
        using TwoRooms environment = new();
        float[] start = new float[2], goal = new float[2];
        environment.SampleTask(1, start, goal);
        return (Latent(start), Latent(goal));

        float[] Latent(float[] state)
        {
            byte[] picture = new byte[model.StackSize];
            ((IGoalEnvironment)environment).ObserveAt(state, picture);
            float[] latent = new float[model.LatentSize];
            model.Encode(picture, 1, latent);
            return latent;
        }
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class TimesFactAttribute : FactAttribute
{
    public TimesFactAttribute()
    {
        if (string.IsNullOrEmpty(Target) || string.IsNullOrEmpty(Run))
            Skip = "Takes a run: set ORRERY_RUN to its folder and ORRERY_ABLATION to the file that the table of docs/planning.md is to be added to.";
    }

    public static string? Target => Environment.GetEnvironmentVariable("ORRERY_ABLATION");

    public static string? Run => Environment.GetEnvironmentVariable("ORRERY_RUN");
}
