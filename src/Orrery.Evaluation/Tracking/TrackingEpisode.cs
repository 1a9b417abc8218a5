using System.Diagnostics;
using System.Globalization;
using Orrery.Data;
using Orrery.Environments.Process;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Evaluation.Tracking;

/// <summary>What happened in one episode, step by step.</summary>
/// <param name="SetPoints">Where the output should have been.</param>
/// <param name="Outputs">Where it was after the step, without measurement noise, in the output's unit.</param>
/// <param name="Commands">The command of the step as it was executed, in the input's unit.</param>
/// <param name="Milliseconds">How long the decision took.</param>
/// <param name="Violations">Hard limits that executed commands broke, as counted by their definitions.</param>
/// <param name="Narrowed">Commands that a guardrail changed.</param>
/// <param name="Tripped">Whether the process shut itself down; the rest of the episode is then counted at its last value.</param>
public sealed record TrackingTrace(
    double[] SetPoints, double[] Outputs, double[] Commands, double[] Milliseconds, int Violations, int Narrowed, bool Tripped);

/// <summary>Runs a process at set-points. The same guardrails have the last word for every controller.</summary>
public static class TrackingEpisode
{
    // Until a model has seen enough rows, all are run alike.
    internal const int WarmUpSteps = 40;

    /// <summary>The hard limits of a process: the range and the rate of its command.</summary>
    public static HardLimitSet Limits(ProcessEquations equations)
    {
        ArgumentNullException.ThrowIfNull(equations);
        (string range, string rate) = LimitTexts(equations);
        return new HardLimitSet(
            [range, rate], [equations.Inputs[equations.Loop.Input].Dimension.Name], [.. equations.Outputs.Select(output => output.Dimension.Name)]);
    }

    internal static (string Range, string Rate) LimitTexts(ProcessEquations equations)
    {
        var input = equations.Inputs[equations.Loop.Input].Dimension;
        return (
            string.Create(CultureInfo.InvariantCulture, $"{input.Low}<={input.Name}<={input.High}"),
            string.Create(CultureInfo.InvariantCulture, $"rate({input.Name})<={equations.Loop.RateLimit}"));
    }

    /// <summary>Runs one episode.</summary>
    /// <param name="equations">The process; it must have a single command.</param>
    /// <param name="controller">What runs it, once a mediocre loop has handed it over.</param>
    /// <param name="task">What is asked for.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrackingTrace Run(ProcessEquations equations, ITrackingController controller, TrackingTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(task);
        using ProcessEnvironment environment = new(equations);
        ProcessLoop loop = equations.Loop;
        environment.Reset(task.Seed);
        TrackingRows rows = new(equations.Outputs.Count, equations.Inputs.Count);
        rows.Add(environment);
        WarmUp(environment, rows);

        HardLimitGuardrail guardrail = Guard(controller, equations, [rows.Inputs[loop.Input]], out bool isKept);
        CommandChecker checker = new(guardrail.Limits);
        if (isKept)
            checker.Add([rows.Inputs[loop.Input]], rows.Observation);
        controller.Begin(rows, task.SetPoints[0], task.Seed);
        Recording recording = new(task.SetPoints.Count);
        float[] action = [.. rows.Inputs], state = new float[equations.States.Count];
        for (int step = 0; step < task.SetPoints.Count && !recording.Tripped; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            environment.ReadState(state);
            long began = Stopwatch.GetTimestamp();
            float wanted = (float)controller.Act(rows, task.SetPoints[step], state);
            recording.Milliseconds[step] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            action[loop.Input] = recording.Guard(guardrail, wanted, rows, loop);
            recording.Violations += checker.Add([action[loop.Input]], rows.Observation).Count;
            recording.Tripped = environment.Step(action).Terminated;
            rows.Add(environment);
            recording.Add(action[loop.Input], TrueOutput(environment));
        }

        return recording.Finish(task);
    }

    private static HardLimitGuardrail Guard(ITrackingController controller, ProcessEquations equations, ReadOnlySpan<float> inForce, out bool isKept)
    {
        if (controller.Declared is { } declared)
            return declared.Guard(inForce, out isKept);
        HardLimitGuardrail guardrail = new(Limits(equations), inForce);
        guardrail.Reset(inForce);
        isKept = true;
        return guardrail;
    }

    private static void WarmUp(ProcessEnvironment environment, TrackingRows rows)
    {
        ProcessLoop loop = environment.Equations.Loop;
        ProportionalIntegral start = new(environment.Equations, loop.Gain, loop.IntegralSteps);
        double middle = (loop.SetPointLow + loop.SetPointHigh) / 2;
        float[] action = [.. rows.Inputs];
        for (int step = 0; step < WarmUpSteps; step++)
        {
            action[loop.Input] = (float)start.Act(middle - rows.Observation[loop.Output], rows.Inputs[loop.Input]);
            if (environment.Step(action).Terminated)
                throw new OrreryDataException($"{environment.Equations.Name} shut itself down before a controller took it over; choose another seed.");
            rows.Add(environment);
        }
    }

    private static double TrueOutput(ProcessEnvironment environment)
    {
        float[] state = new float[environment.Equations.States.Count];
        environment.ReadState(state);
        double[] outputs = new double[environment.Equations.Outputs.Count];
        environment.Equations.Measure([.. state.Select(value => (double)value)], outputs);
        return outputs[environment.Equations.Loop.Output];
    }

    private sealed class Recording(int steps)
    {
        public double[] Milliseconds { get; } = new double[steps];

        public int Violations { get; set; }

        public bool Tripped { get; set; }

        private double[] Outputs { get; } = new double[steps];

        private double[] Commands { get; } = new double[steps];

        private int Narrowed { get; set; }

        private int Done { get; set; }

        public void Add(double command, double output)
        {
            (Commands[Done], Outputs[Done]) = (command, output);
            Done++;
        }

        /// <summary>What may be executed: what was wanted, what it was narrowed to, or what is in force where it was vetoed.</summary>
        public float Guard(HardLimitGuardrail guardrail, float wanted, TrackingRows rows, ProcessLoop loop)
        {
            float before = rows.Inputs[loop.Input];
            Verdict verdict = guardrail.Inspect(new ActionProposal([wanted], [before], rows.Observation));
            float executed = verdict.Kind switch
            {
                VerdictKind.Allow => wanted,
                VerdictKind.Narrow => verdict.Replacement.Span[0],
                _ => before,
            };
            Narrowed += verdict.Kind == VerdictKind.Allow ? 0 : 1;
            guardrail.Executed([executed], rows.Observation);
            return executed;
        }

        public TrackingTrace Finish(TrackingTask task)
        {
            Outputs.AsSpan(Done).Fill(Outputs[Done - 1]);
            Commands.AsSpan(Done).Fill(Commands[Done - 1]);
            return new TrackingTrace([.. task.SetPoints], Outputs, Commands, Milliseconds[..Done], Violations, Narrowed, Tripped);
        }
    }
}
