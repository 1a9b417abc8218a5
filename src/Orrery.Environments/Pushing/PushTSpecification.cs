using Orrery.Data;
using Orrery.Data.Spaces;

namespace Orrery.Environments.Pushing;

/// <summary>The spaces and sentences of each Push-T.</summary>
internal static class PushTSpecification
{
    public static EnvironmentSpecification Create(PushTSettings settings)
    {
        var gym = settings.Convention == PushTConvention.GymPushT;
        return new EnvironmentSpecification(
            settings.Name,
            gym
                ? "A disc pushes a T-shaped block onto a drawn goal; acted in by the disc's target in the window (gym-pusht)."
                : "A disc pushes a T-shaped block to a goal pose; acted in by the disc's target relative to it, in units of 100 px.",
            settings.View switch
            {
                PushTView.Pose => PoseVector(),
                PushTView.Corners => Corners(),
                _ => new ImageSpace("picture", 3, settings.PictureSize, settings.PictureSize),
            },
            gym
                ? new VectorSpace("target", [new("x", "px", 0, PushTShape.Window), new("y", "px", 0, PushTShape.Window)])
                : new VectorSpace("displacement", [new("dx", "100 px", -1, 1), new("dy", "100 px", -1, 1)]),
            new VectorSpace("state", [.. Place(), new("angle", "rad", 0, Math.Tau), .. gym ? [] : Velocity()]),
            SamplingTime: 0.1,
            TimeUnit: "s",
            PushT.StepLimit,
            gym
                ? "The block covers more than 95 % of the goal's T."
                : "Agent and block are less than 20 px from the goal in (agent x, y, block x, y), and the block's angle is off by less than 20 degrees.",
            Proprioception: settings.View == PushTView.PictureWithProprioception ? new VectorSpace("proprioception", [.. Point("agent"), .. Velocity()]) : null);
    }

    private static VectorSpace PoseVector() => new("vector", [.. Place(), new("cosine", "", -1, 1), new("sine", "", -1, 1), .. Velocity()]);

    private static VectorSpace Corners() => new(
        "corners",
        [.. Point("agent"), .. Enumerable.Range(1, PushTShape.Outline.Count).SelectMany(corner => Point($"corner{corner}")), .. Velocity()]);

    private static Dimension[] Place() => [.. Point("agent"), .. Point("block")];

    private static Dimension[] Point(string name) => [new($"{name}_x", "px", 0, PushTShape.Window), new($"{name}_y", "px", 0, PushTShape.Window)];

    private static Dimension[] Velocity() => [new("agent_vx", "px/s", -500, 500), new("agent_vy", "px/s", -500, 500)];
}
