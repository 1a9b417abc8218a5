using System.Diagnostics;
using Orrery.Data;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>How far a closed-loop evaluation is.</summary>
/// <param name="Finished">Episodes that are over.</param>
/// <param name="Total">Episodes in all.</param>
/// <param name="Successes">Successes among the finished ones.</param>
/// <param name="Last">The episode that has just finished.</param>
public readonly record struct ClosedLoopProgress(int Finished, int Total, int Successes, EpisodeOutcome Last);

/// <summary>
/// Lets a policy act in an environment until the goal is reached or the budget is spent, on a list of tasks. Episodes are
/// independent and each depends on its task alone, so the outcomes are the same for any number of workers.
/// </summary>
public static class ClosedLoopEvaluation
{
    /// <summary>Runs every task once.</summary>
    /// <param name="createEnvironment">Makes an environment; called once per worker, and disposed of at the end.</param>
    /// <param name="createPolicy">Makes a policy that acts in the given environment; called once per worker, and disposed of at the end.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="workers">
    /// Episodes that run at the same time, at least 1. Planners use all cores by themselves: more than one pays off only for
    /// policies that do not.
    /// </param>
    /// <param name="stepLimit">Budget of steps per episode; null for the environment's own.</param>
    /// <param name="progress">Called after each episode, one call at a time; null for none.</param>
    /// <param name="rule">
    /// When an episode is solved; null for the environment's own rule. With a rule of one's own only that and the budget end an episode:
    /// that an environment reports a task of its own as ended does not.
    /// </param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ClosedLoopResult Run(Func<IGoalEnvironment> createEnvironment, Func<IGoalEnvironment, IGoalPolicy> createPolicy,
        IReadOnlyList<GoalTask> tasks, int workers = 1, int? stepLimit = null, Action<ClosedLoopProgress>? progress = null,
        SuccessRule? rule = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(createPolicy);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);

        var outcomes = new EpisodeOutcome[tasks.Count];
        var gate = new Lock();
        int next = -1;
        int finished = 0;
        int successes = 0;
        string policyName = "";
        EnvironmentSpecification? specification = null;

        void Work()
        {
            using IGoalEnvironment environment = createEnvironment();
            using IGoalPolicy policy = createPolicy(environment);
            lock (gate)
                (policyName, specification) = (policy.Name, environment.Specification);
            for (int index = Interlocked.Increment(ref next); index < tasks.Count; index = Interlocked.Increment(ref next))
            {
                EpisodeOutcome outcome = RunEpisode(environment, policy, tasks[index], stepLimit, rule, cancellation);
                lock (gate)
                {
                    outcomes[index] = outcome;
                    finished++;
                    successes += outcome.Success ? 1 : 0;
                    progress?.Invoke(new ClosedLoopProgress(finished, tasks.Count, successes, outcome));
                }
            }
        }

        RunWorkers(Work, Math.Max(1, Math.Min(workers, tasks.Count)));
        return new ClosedLoopResult(policyName, specification!.Name, rule?.Inequality ?? specification.SuccessRule, stepLimit ?? specification.StepLimit, outcomes);
    }

    /// <summary>Runs one task.</summary>
    /// <param name="environment">Where to act; its state is replaced.</param>
    /// <param name="policy">What acts.</param>
    /// <param name="task">The task.</param>
    /// <param name="stepLimit">Budget of steps; null for the environment's own.</param>
    /// <param name="rule">When it is solved; null for the environment's own rule.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public static EpisodeOutcome RunEpisode(IGoalEnvironment environment, IGoalPolicy policy, GoalTask task, int? stepLimit = null,
        SuccessRule? rule = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(task);
        EnvironmentSpecification specification = environment.Specification;
        int limit = stepLimit ?? specification.StepLimit;
        var seen = new byte[SeenBytes.Count(specification)];
        var action = new float[specification.Action.Size];
        environment.Reset(task.Seed);
        environment.WriteState(task.Start);
        SeenBytes.ObserveAt(environment, task.Goal, seen);
        policy.Begin(seen, task.Seed);

        var path = new List<float[]>(limit + 1) { task.Start };
        var times = new List<float>();
        SuccessJudge? judge = rule?.Judge(task.Start, task.Goal);
        bool success = judge is null && environment.IsSuccess(task.Start, task.Goal);
        while (!success && path.Count <= limit)
        {
            cancellation.ThrowIfCancellationRequested();
            SeenBytes.Observe(environment, seen);
            long began = Stopwatch.GetTimestamp();
            policy.Act(seen, action);
            if (policy.Planned)
                times.Add((float)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            StepResult step = environment.Step(action);
            var state = new float[specification.State.Size];
            environment.ReadState(state);
            path.Add(state);
            success = judge?.After(state) ?? environment.IsSuccess(state, task.Goal);
            if (step.Terminated && judge is null)
                break;
        }

        return new EpisodeOutcome(task.Seed, task.Start, task.Goal, [.. path], success, path.Count - 1, [.. times]);
    }

    private static void RunWorkers(Action work, int workers)
    {
        if (workers == 1)
        {
            work();
            return;
        }

        Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(work, CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(running).GetAwaiter().GetResult();
    }
}
