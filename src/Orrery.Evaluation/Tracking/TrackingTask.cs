using Orrery.Environments.Process;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tracking;

/// <summary>An episode to run: where the output should be at each step, and the seed of start, noise and disturbances.</summary>
/// <param name="Seed">Seed of the environment.</param>
/// <param name="SetPoints">The set-point of each step, in the output's unit.</param>
public sealed record TrackingTask(ulong Seed, IReadOnlyList<double> SetPoints)
{
    // A set-point that hardly moves asks for nothing.
    private const double SmallestJump = 0.25;

    /// <summary>Draws set-points over the range that the process is run at, held as long as is usual for it.</summary>
    /// <param name="loop">How the process is run.</param>
    /// <param name="changes">How many set-points.</param>
    /// <param name="seed">Decides everything.</param>
    public static TrackingTask Draw(ProcessLoop loop, int changes, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentOutOfRangeException.ThrowIfLessThan(changes, 1);
        RandomStream random = new(seed, "evaluation/set-points");
        double range = loop.SetPointHigh - loop.SetPointLow, before = (loop.SetPointHigh + loop.SetPointLow) / 2;
        int hold = (loop.ShortestHold + loop.LongestHold) / 2;
        double[] setPoints = new double[changes * hold];
        for (int change = 0; change < changes; change++)
        {
            double next;
            do
                next = loop.SetPointLow + (range * random.NextDouble());
            while (Math.Abs(next - before) < SmallestJump * range);
            setPoints.AsSpan(change * hold, hold).Fill(next);
            before = next;
        }

        return new TrackingTask(random.NextULong(), setPoints);
    }
}
