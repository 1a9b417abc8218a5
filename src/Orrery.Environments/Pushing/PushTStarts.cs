using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Pushing;

/// <summary>How episodes begin, and tasks: a start and a goal that pushing reaches.</summary>
internal static class PushTStarts
{
    private const int Attempts = 1000;

    /// <summary>Draws agent and block by the convention's distribution.</summary>
    public static PushTPose Draw(PushTConvention convention, RandomStream random)
    {
        if (convention == PushTConvention.StableWorldModel)
            return new PushTPose(Uniform(50, 450), Uniform(50, 450), Uniform(100, 400), Uniform(100, 400), Uniform(-Math.Tau, Math.Tau));
        return new PushTPose(Whole(50, 450), Whole(50, 450), Whole(100, 400), Whole(100, 400), (random.NextNormal() * Math.Tau) - Math.PI);

        double Uniform(double low, double high) => low + ((high - low) * random.NextDouble());
        double Whole(int low, int high) => low + random.NextInt(high - low);
    }

    /// <summary>Draws a start, pushes for 25 steps, and keeps where that leads if the block moved enough.</summary>
    public static void SampleTask(PushTSettings settings, RandomStream random, Span<float> startState, Span<float> goalState)
    {
        Span<float> action = stackalloc float[2];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var drawn = random.At((ulong)attempt);
            using (var settling = new PushTWorld())
            {
                settling.Begin(Draw(settings.Convention, drawn), settings.Convention == PushTConvention.GymPushT);
                settling.Pose.Write(startState);
            }

            // An agent on top of the block would throw it aside, which is not pushing.
            var start = PushTPose.From(startState);
            if (PushTShape.AgentDistance(start) < PushTShape.AgentRadius)
                continue;
            using var world = new PushTWorld();
            world.Place(start);
            var pusher = new PushTScript(drawn.Child("pusher"));
            for (var step = 0; step < PushT.TaskSteps; step++)
            {
                var pose = world.Pose;
                var (x, y) = pusher.Target(pose);
                PushTHistory.Encode(settings, pose, x, y, action);
                PushTHistory.Step(world, settings, action[0], action[1]);
            }

            world.Pose.Write(goalState);
            if (HasMoved(start, PushTPose.From(goalState)))
                return;
        }

        throw new OrreryDataException($"Push-T: none of {Attempts} starts led to a goal within {PushT.TaskSteps} steps; take another seed.");
    }

    private static bool HasMoved(PushTPose start, PushTPose goal)
    {
        var (dx, dy) = (goal.BlockX - start.BlockX, goal.BlockY - start.BlockY);
        return Math.Sqrt((dx * dx) + (dy * dy)) > 20 || PushTSuccess.AngleDifference(goal.Angle, start.Angle) > Math.PI / 9;
    }
}
