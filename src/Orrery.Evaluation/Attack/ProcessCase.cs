using Orrery.Environments.Process;
using Orrery.Evaluation.Tracking;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Attack;

/// <summary>What came of one episode.</summary>
internal sealed record ProcessEpisode(double AbsoluteError, int Commands, int BrokenHard, int BrokenPredicted);

/// <summary>A process that is held at set-points by planning with its own equations, with some limits in force and all of them counted.</summary>
/// <param name="equations">The process.</param>
/// <param name="inForce">Hard limits that are kept.</param>
/// <param name="counted">Hard limits that are counted.</param>
/// <param name="predicted">A limit on the loop's output.</param>
/// <param name="isPredicted">Whether plans must keep it.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class ProcessCase(
    ProcessEquations equations, HardLimitSet inForce, HardLimitSet counted, LimitExpression predicted, bool isPredicted, CancellationToken cancellation)
{
    // A tenth of the tracking study's search: what is compared is limits, and every row has the same.
    private const int Candidates = 64;
    private const int Iterations = 5;
    private const double Correlation = 0.4;

    public ProcessEpisode Run(TrackingTask task)
    {
        ProcessLoop loop = equations.Loop;
        ProcessDynamics process = new(equations);
        ForecastDynamics dynamics = new(process, [loop.Input], process);
        TrackingSetup setup = TrackingSetup.For(equations.Name);
        ProcessInput input = equations.Inputs[loop.Input];
        float[] nominal = [(float)input.Nominal], inputs = new float[equations.Inputs.Count], measured = new float[equations.Outputs.Count];
        using ProcessEnvironment environment = new(equations);
        using MpcController controller = Controller(dynamics, setup, nominal, task.Seed);
        CommandChecker checker = new(counted);
        environment.Reset(task.Seed);
        environment.Observe(measured);
        checker.Add(nominal, measured);
        controller.Reset(nominal);
        string name = equations.Outputs[loop.Output].Dimension.Name;
        double scale = (loop.SetPointHigh - loop.SetPointLow) / 2, error = 0;
        int hard = 0, beyond = 0, step = 0;
        for (; step < task.SetPoints.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            environment.Observe(measured);
            environment.ReadInputs(inputs);
            controller.Pursue(
                new SetPointCost(dynamics, [new SetPoint(name, loop.Output, task.SetPoints[step], scale)]),
                new ActionRateCost([(float)loop.RateLimit], setup.RateWeight));
            float command = controller.Step(latent =>
            {
                dynamics.Hold(inputs);
                environment.ReadState(latent);
            }, measured).Action.Span[0];
            hard += checker.Add([command], measured).Count > 0 ? 1 : 0;
            inputs[loop.Input] = command;
            bool ends = environment.Step(inputs).Terminated;
            double output = Output(environment);
            error += Math.Abs(task.SetPoints[step] - output) * equations.SamplingTime;
            beyond += output > predicted.High ? 1 : 0;
            if (ends)
            {
                // It has shut itself down: the rest counts at its last value.
                error += task.SetPoints.Skip(step + 1).Sum(point => Math.Abs(point - output)) * equations.SamplingTime;
                return new ProcessEpisode(error, step + 1, hard, beyond);
            }
        }

        return new ProcessEpisode(error, step, hard, beyond);
    }

    private MpcController Controller(ForecastDynamics dynamics, TrackingSetup setup, float[] nominal, ulong seed)
    {
        ProcessLoop loop = equations.Loop;
        ProcessInput input = equations.Inputs[loop.Input];
        bool hasRate = inForce.Limits.OfType<RateLimit>().Any();
        // Nothing can be searched without a range; the actuator's own is the widest that means anything.
        ActionLimits search = new([(float)input.Dimension.Low], [(float)input.Dimension.High], rateLimit: hasRate ? [(float)loop.RateLimit] : []);
        CrossEntropyPlanner planner = new(new SearchOptions(setup.Horizon, Candidates, Iterations, Correlation: Correlation));
        IReadOnlyList<IConstraint> constraints = isPredicted
            ? [new PredictedLimitConstraint(dynamics, predicted, loop.Output, (loop.SetPointHigh - loop.SetPointLow) / 2)]
            : [];
        return new MpcController(new MpcSettings(
            dynamics, planner, search, new SafeValueFallback(nominal), [new HardLimitGuardrail(inForce, nominal)], constraints, Seed: seed));
    }

    // Without the sensor's noise.
    private double Output(ProcessEnvironment environment)
    {
        float[] state = new float[equations.States.Count];
        environment.ReadState(state);
        double[] outputs = new double[equations.Outputs.Count];
        equations.Measure([.. state.Select(value => (double)value)], outputs);
        return outputs[equations.Loop.Output];
    }
}
