using Orrery.Environments.Process;

namespace Orrery.Evaluation.Tracking;

/// <summary>How well a process was held at its set-points in one episode.</summary>
/// <param name="AbsoluteError">Integral of the absolute error, in the output's unit times the unit of time.</param>
/// <param name="SquaredError">Integral of the squared error.</param>
/// <param name="Overshoot">How far the output went beyond a new set-point, as a share of the jump to it, averaged over the jumps.</param>
/// <param name="Effort">Sum of the command's changes without sign, in the input's unit.</param>
/// <param name="Violations">Hard limits that executed commands broke.</param>
/// <param name="Milliseconds">Mean time of a decision.</param>
/// <param name="Tripped">Whether the process shut itself down.</param>
public sealed record TrackingScore(
    double AbsoluteError, double SquaredError, double Overshoot, double Effort, int Violations, double Milliseconds, bool Tripped)
{
    /// <summary>Scores an episode.</summary>
    /// <param name="trace">What happened.</param>
    /// <param name="equations">The process.</param>
    public static TrackingScore Of(TrackingTrace trace, ProcessEquations equations)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(equations);
        double absolute = 0, squared = 0, effort = 0;
        for (int step = 0; step < trace.Outputs.Length; step++)
        {
            double error = trace.SetPoints[step] - trace.Outputs[step];
            absolute += Math.Abs(error) * equations.SamplingTime;
            squared += error * error * equations.SamplingTime;
            effort += step == 0 ? 0 : Math.Abs(trace.Commands[step] - trace.Commands[step - 1]);
        }

        return new TrackingScore(absolute, squared, MeanOvershoot(trace), effort, trace.Violations, trace.Milliseconds.Average(), trace.Tripped);
    }

    private static double MeanOvershoot(TrackingTrace trace)
    {
        List<double> overshoots = [];
        double beyond = 0, jump = 0;
        for (int step = 1; step < trace.Outputs.Length; step++)
        {
            if (trace.SetPoints[step] != trace.SetPoints[step - 1])
            {
                if (jump != 0)
                    overshoots.Add(beyond);
                (beyond, jump) = (0, trace.SetPoints[step] - trace.Outputs[step - 1]);
            }

            if (jump != 0)
                beyond = Math.Max(beyond, (trace.Outputs[step] - trace.SetPoints[step]) / jump);
        }

        if (jump != 0)
            overshoots.Add(beyond);
        return overshoots.Count == 0 ? 0 : overshoots.Average();
    }
}
