using Orrery.Environments.Navigation;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;

namespace Orrery.Planning.Tests;

/// <summary>Plays Two Rooms with a planner whose model has no error, so that only the search is tested.</summary>
internal static class TwoRoomsSearch
{
    /// <summary>Plays tasks 0 .. count - 1.</summary>
    /// <returns>How many reached the goal, and the mean number of steps of those.</returns>
    public static (int Successes, double MeanSteps) Play(Func<IPlanner> planner, GoalForm form, double meanWeight, int count)
    {
        var steps = new int[count];
        Parallel.For(0, count, task => steps[task] = PlayOne(planner(), form, meanWeight, (ulong)task));
        var reached = steps.Where(taken => taken > 0).ToArray();
        return (reached.Length, reached.Length == 0 ? double.NaN : reached.Average());
    }

    private static int PlayOne(IPlanner planner, GoalForm form, double meanWeight, ulong task)
    {
        using var environment = new TwoRooms();
        var start = new float[2];
        var goal = new float[2];
        environment.Reset(task);
        environment.SampleTask(task, start, goal);
        environment.WriteState(start);
        var controller = new MpcController(new MpcSettings(
            new TwoRoomsSimulator(), planner, ActionLimits.Radial(2, TwoRooms.ActionLimit), new SafeValueFallback([0, 0]), Seed: task));
        controller.Pursue(new LatentGoalCost(goal, form, meanWeight));
        var state = new float[2];
        for (var step = 1; step <= TwoRooms.StepLimit; step++)
        {
            var decision = controller.Step(environment.ReadState);
            environment.Step(decision.Action.Span);
            environment.ReadState(state);
            if (environment.IsSuccess(state, goal))
                return step;
        }

        return 0;
    }
}
