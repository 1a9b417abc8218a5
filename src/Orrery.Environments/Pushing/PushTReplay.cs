using Orrery.Data;

namespace Orrery.Environments.Pushing;

/// <summary>How far apart a recorded step and the simulated one are.</summary>
/// <param name="Steps">Steps simulated since both were at the same place.</param>
/// <param name="Agent">Distance of the agents, px.</param>
/// <param name="Block">Distance of the blocks' reference points, px.</param>
/// <param name="Angle">Difference of the blocks' angles, rad, wrapped, at least 0.</param>
public readonly record struct PushTDifference(int Steps, double Agent, double Block, double Angle);

/// <summary>Does recorded actions again in the simulator, and measures how far its states part from the recorded ones.</summary>
public static class PushTReplay
{
    /// <summary>Replays one episode of gym-pusht.</summary>
    /// <param name="demonstration">The recording.</param>
    /// <param name="restartEvery">
    /// Steps after which agent and block are put where they were recorded, at least 1; null to simulate from the first row to the last. The
    /// agent's velocity, which is not recorded, is that of the simulated agent, which no block holds up.
    /// </param>
    /// <returns>One difference per step.</returns>
    /// <exception cref="OrreryDataException">The physics library is missing, or the recording holds absurd numbers.</exception>
    public static IReadOnlyList<PushTDifference> Run(PushTDemonstration demonstration, int? restartEvery = null)
    {
        ArgumentNullException.ThrowIfNull(demonstration);
        if (restartEvery < 1)
            throw new ArgumentOutOfRangeException(nameof(restartEvery), restartEvery, "A replay goes on for at least one step.");
        using var environment = new PushT(new PushTSettings(PushTConvention.StableWorldModel));
        var simulated = new float[environment.Specification.State.Size];
        List<PushTDifference> differences = [];
        float[] action = new float[2];
        try
        {
            for (var row = 0; row + 1 < demonstration.States.Count; row++)
            {
                var since = restartEvery is { } every ? row % every : row;
                if (since == 0)
                {
                    environment.ReadState(simulated);
                    var velocity = row == 0 ? (0, 0) : (simulated[5], simulated[6]);
                    environment.WriteState([.. demonstration.States[row], velocity.Item1, velocity.Item2]);
                }

                environment.ReadState(simulated);
                action[0] = (float)((demonstration.Actions[row][0] - simulated[0]) / PushT.ActionScale);
                action[1] = (float)((demonstration.Actions[row][1] - simulated[1]) / PushT.ActionScale);
                environment.Step(action);
                environment.ReadState(simulated);
                differences.Add(Difference(since + 1, simulated, demonstration.States[row + 1]));
            }
        }
        catch (ArgumentException problem)
        {
            throw new OrreryDataException($"The episode {demonstration.Name} cannot be replayed: {problem.Message}", problem);
        }

        return differences;
    }

    private static PushTDifference Difference(int steps, ReadOnlySpan<float> simulated, ReadOnlySpan<float> recorded) => new(
        steps,
        Math.Sqrt(Squared(simulated[0] - recorded[0]) + Squared(simulated[1] - recorded[1])),
        Math.Sqrt(Squared(simulated[2] - recorded[2]) + Squared(simulated[3] - recorded[3])),
        Math.Abs(Math.IEEERemainder(simulated[4] - recorded[4], Math.Tau)));

    private static double Squared(double value) => value * value;
}
