using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Environments;
using Orrery.Environments.Process;
using Orrery.Models;

namespace Orrery.Evaluation.Tracking;

/// <summary>
/// Holds a process at set-points with a learned model, and beside it with perfect knowledge, a tuned proportional-integral loop and the
/// linear regulator of the same log. All see the same set-points, starts, noise and disturbances, and the process's limits; the learned model also
/// keeps what its checkpoint declares.
/// </summary>
public sealed class TrackingStudy
{
    /// <summary>What planning with the process's own equations is called.</summary>
    public const string PerfectName = "MPC, true model and state";

    /// <summary>What planning with the process's own equations, from what can be measured, is called; where all of the state is measured.</summary>
    public const string MeasuredName = "MPC, true model, measured state";

    /// <summary>What planning with the process's own equations, from an estimate of the state, is called.</summary>
    public const string EstimatedName = "MPC, true model, estimated state";

    /// <summary>What planning with the learned model is called.</summary>
    public const string LearnedName = "MPC, learned model";

    private const int Changes = 5;
    private const int TuningEpisodes = 3;

    private readonly ProcessEquations _equations;
    private readonly TrackingSetup _setup;
    private readonly ulong _seed;
    private readonly int _episodes;

    /// <summary>Prepares a study.</summary>
    /// <param name="environment">Name of a process in the catalogue.</param>
    /// <param name="episodes">Episodes per controller, at least 1.</param>
    /// <param name="seed">Seed of the first; the others follow it.</param>
    /// <exception cref="OrreryDataException">There is no process of that name.</exception>
    public TrackingStudy(string environment, int episodes, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        _equations = EnvironmentCatalogue.CreateProcess(environment);
        _setup = TrackingSetup.For(environment);
        (_episodes, _seed) = (episodes, seed);
    }

    /// <summary>Runs every controller on every episode.</summary>
    /// <param name="model">Learned from <paramref name="log"/>; not disposed of here.</param>
    /// <param name="log">A log of the process.</param>
    /// <param name="trainingSeconds">How long the learning took; 0 where the model was there.</param>
    /// <param name="progress">Told what is run, how many episodes are over, and how many there are in all.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OrreryDataException">The model or the log is of something else.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrackingResult Execute(
        WorldModel model, Dataset log, double trainingSeconds = 0, Action<string, int, int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(log);
        Check(model);
        TrackingTask[] tasks = Tasks(0, _episodes);
        ProcessDynamics process = new(_equations);
        StateEstimator estimator = new(_equations);
        progress?.Invoke("tuning PI", 0, 5 * _episodes);
        ITrackingController[] controllers =
        [
            new ModelPredictiveTracker(PerfectName, _equations, _setup, process, process, (_, state, latent) => state.CopyTo(latent)),
            .. MeasuresState()
                ? [new ModelPredictiveTracker(MeasuredName, _equations, _setup, process, process, (rows, _, latent) => rows.Observation.CopyTo(latent))]
                : Array.Empty<ITrackingController>(),
            new ModelPredictiveTracker(EstimatedName, _equations, _setup, process, process, (rows, _, latent) => estimator.Estimate(rows, latent)),
            new ModelPredictiveTracker(LearnedName, _equations, _setup, model, log),
            ProportionalIntegralTracker.Tune(_equations, Tasks(_episodes, TuningEpisodes), cancellation),
            new LinearQuadraticTracker(_equations, _setup, log, model.LatentSize),
        ];
        List<ControllerResult> results = [];
        foreach (ITrackingController controller in controllers)
        {
            using (controller)
                results.Add(Run(controller, tasks, done => progress?.Invoke(controller.Name, (results.Count * _episodes) + done, controllers.Length * _episodes), cancellation));
        }

        Dimension output = _equations.Outputs[_equations.Loop.Output].Dimension, input = _equations.Inputs[_equations.Loop.Input].Dimension;
        return new TrackingResult(
            _equations.Name, output.Name, output.Unit, input.Name, input.Unit, input.Low, input.High, _equations.SamplingTime, _equations.TimeUnit,
            tasks[0].SetPoints.Count, _seed, log.Rows, trainingSeconds, results);
    }

    private ControllerResult Run(ITrackingController controller, IReadOnlyList<TrackingTask> tasks, Action<int> finished, CancellationToken cancellation)
    {
        List<TrackingTrace> traces = [];
        foreach (TrackingTask task in tasks)
        {
            finished(traces.Count);
            traces.Add(TrackingEpisode.Run(_equations, controller, task, cancellation));
        }

        return new ControllerResult(controller.Name, [.. traces.Select(trace => TrackingScore.Of(trace, _equations))], traces[0]);
    }

    // A state that is measured whole is named like the outputs.
    private bool MeasuresState() =>
        _equations.States.Select(state => state.Dimension.Name).SequenceEqual(_equations.Outputs.Select(output => output.Dimension.Name));

    private TrackingTask[] Tasks(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(index => TrackingTask.Draw(_equations.Loop, Changes, _seed + (ulong)index))];

    private void Check(WorldModel model)
    {
        string[] outputs = [.. _equations.Outputs.Select(output => output.Dimension.Name)], inputs = [.. _equations.Inputs.Select(input => input.Dimension.Name)];
        bool fits = model.Description.Spaces.Observation is VectorSpace observation
            && observation.Dimensions.Select(dimension => dimension.Name).SequenceEqual(outputs)
            && model.Description.Spaces.Action.Dimensions.Select(dimension => dimension.Name).SequenceEqual(inputs);
        if (!fits)
            throw new OrreryDataException(
                $"The run's model is not one of {_equations.Name}: a model that observes {string.Join(", ", outputs)} and is driven by {string.Join(", ", inputs)} is needed. "
                + $"Train one on 'orrery collect {_equations.Name}'.");
        if (model.History > TrackingEpisode.WarmUpSteps)
            throw new OrreryDataException(
                $"The run's model sees {model.History} rows, but a controller is handed over after {TrackingEpisode.WarmUpSteps}. Train with a smaller 'history'.");
    }
}
