using Orrery.Environments.Process;

namespace Orrery.Evaluation.Tracking;

/// <summary>A proportional-integral loop, tuned by running it on the true process: more than a plant's engineer ever gets to do.</summary>
/// <param name="equations">The process.</param>
/// <param name="gain">Input per output.</param>
/// <param name="integralSteps">Integral time in steps.</param>
public sealed class ProportionalIntegralTracker(ProcessEquations equations, double gain, double integralSteps) : ITrackingController
{
    // Around a mediocre tuning, in factors: far enough on both sides that the best lies inside.
    private static readonly double[] GainFactors = [0.5, 1, 2, 4, 8, 16];
    private static readonly double[] IntegralFactors = [0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] FineFactors = [0.7, 0.85, 1, 1.2, 1.4];

    private readonly ProportionalIntegral _control = new(equations, gain, integralSteps);

    /// <inheritdoc/>
    public string Name => "tuned PI";

    /// <summary>Input per output.</summary>
    public double Gain => gain;

    /// <summary>Integral time in steps.</summary>
    public double IntegralSteps => integralSteps;

    /// <summary>The loop of least integrated absolute error on the true process: a coarse grid of gains and integral times, then a fine one around its best.</summary>
    /// <param name="equations">The process.</param>
    /// <param name="tasks">Episodes to tune on; others than those that it is judged on.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public static ProportionalIntegralTracker Tune(ProcessEquations equations, IReadOnlyList<TrackingTask> tasks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(tasks);
        ProcessLoop loop = equations.Loop;
        ProportionalIntegralTracker coarse = Best(loop.Gain, loop.IntegralSteps, GainFactors, IntegralFactors);
        return Best(coarse.Gain, coarse.IntegralSteps, FineFactors, FineFactors);

        ProportionalIntegralTracker Best(double gain, double integralSteps, double[] gains, double[] integrals)
        {
            return gains.SelectMany(factor => integrals.Select(other => new ProportionalIntegralTracker(equations, gain * factor, integralSteps * other)))
                .MinBy(Error)!;
        }

        double Error(ProportionalIntegralTracker tracker) =>
            tasks.Sum(task => TrackingScore.Of(TrackingEpisode.Run(equations, tracker, task, cancellation), equations).AbsoluteError);
    }

    /// <inheritdoc/>
    public void Begin(TrackingRows rows, double setPoint, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        double middle = (equations.Loop.SetPointLow + equations.Loop.SetPointHigh) / 2;
        _control.Begin(rows.Inputs[equations.Loop.Input], middle - rows.Observation[equations.Loop.Output]);
    }

    /// <inheritdoc/>
    public double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return _control.Act(setPoint - rows.Observation[equations.Loop.Output], rows.Inputs[equations.Loop.Input]);
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }
}
