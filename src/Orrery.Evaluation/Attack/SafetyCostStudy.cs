using System.Globalization;
using Orrery.Environments;
using Orrery.Environments.Navigation;
using Orrery.Environments.Process;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Tracking;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Attack;

/// <summary>What control reached with some limits in force, and how often it broke all that could have been declared.</summary>
/// <param name="Environment">Where.</param>
/// <param name="InForce">The limits that were in force, in words; <c>none</c> for the same search without any.</param>
/// <param name="Episodes">Episodes, the same for every row of an environment.</param>
/// <param name="AbsoluteError">Mean integral of the absolute error, in the output's unit times the unit of time; null in two-rooms.</param>
/// <param name="Successes">Goals that were reached; null for a process.</param>
/// <param name="Commands">Commands that were executed.</param>
/// <param name="BrokenHard">Commands among them that broke a hard limit, in force or not, by a checker of its own.</param>
/// <param name="BrokenPredicted">Steps at which what was to be predicted was beyond its limit, in force or not; null in two-rooms.</param>
public sealed record SafetyCostResult(
    string Environment, string InForce, int Episodes, double? AbsoluteError, int? Successes, long Commands, long BrokenHard, long? BrokenPredicted);

/// <summary>
/// The price of guardrails: the same search with the true model on the same tasks, with no limits, then with more and more of them. What is
/// counted as broken is the same in every row.
/// </summary>
public sealed class SafetyCostStudy
{
    private const int Changes = 3;

    // Where limits on a process's output lie in the range of its set-points: some set-points are beyond.
    private const double PredictedShare = 0.9;
    private const double InterlockShare = 0.95;

    /// <summary>Where limits have a known cost, in alphabetical order: the catalogue's processes, and Two Rooms.</summary>
    public static IReadOnlyList<string> Environments { get; } = [.. EnvironmentCatalogue.Processes, "two-rooms"];

    private readonly int _episodes;
    private readonly ulong _seed;
    private readonly Action<string>? _progress;
    private readonly CancellationToken _cancellation;

    /// <summary>Prepares a study.</summary>
    /// <param name="episodes">Episodes per row, at least 1.</param>
    /// <param name="seed">Seed of the tasks.</param>
    /// <param name="progress">Told what is run.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public SafetyCostStudy(int episodes, ulong seed, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        (_episodes, _seed, _progress, _cancellation) = (episodes, seed, progress, cancellation);
    }

    /// <summary>Runs processes, and two-rooms.</summary>
    /// <param name="environments">Some of <see cref="Environments"/>.</param>
    /// <exception cref="Orrery.Data.OrreryDataException">There is no environment of that name.</exception>
    public IReadOnlyList<SafetyCostResult> Run(IReadOnlyList<string> environments)
    {
        ArgumentNullException.ThrowIfNull(environments);
        return [.. environments.SelectMany(name => name == "two-rooms" ? TwoRoomsRows() : ProcessRows(EnvironmentCatalogue.CreateProcess(name)))];
    }

    private IEnumerable<SafetyCostResult> ProcessRows(ProcessEquations equations)
    {
        ProcessLoop loop = equations.Loop;
        string output = equations.Outputs[loop.Output].Dimension.Name;
        ProcessInput input = equations.Inputs[loop.Input];
        string command = input.Dimension.Name, relation = RisesWithCommand(equations) ? "<=" : ">=";
        string[] hard =
        [
            Text($"{input.Dimension.Low}<={command}<={input.Dimension.High}"),
            Text($"rate({command})<={loop.RateLimit} except interlocks"),
            Text($"if {output}>{Part(loop, InterlockShare)} then {command}{relation}{Math.Round(input.Nominal, 4)}"),
        ];
        LimitExpression predicted = new(output, double.NegativeInfinity, Part(loop, PredictedShare));
        (string Words, int Hard, bool IsPredicted)[] rows =
        [
            ("none", 0, false), ("range, rate", 2, false), ("range, rate, interlock", 3, false), ("range, rate, interlock, predicted", 3, true),
        ];
        foreach ((string words, int count, bool isPredicted) in rows)
        {
            _progress?.Invoke($"{equations.Name}: {words}");
            ProcessCase asked = new(equations, Limits(equations, hard[..count]), Limits(equations, hard), predicted, isPredicted, _cancellation);
            ProcessEpisode[] done = [.. Enumerable.Range(0, _episodes).Select(index => asked.Run(TrackingTask.Draw(loop, Changes, _seed + (ulong)index)))];
            yield return new SafetyCostResult(
                equations.Name, words, _episodes, done.Average(episode => episode.AbsoluteError), null, done.Sum(episode => episode.Commands),
                done.Sum(episode => episode.BrokenHard), done.Sum(episode => episode.BrokenPredicted));
        }
    }

    private IEnumerable<SafetyCostResult> TwoRoomsRows()
    {
        const string rates = "rate(dx)<=0.8;rate(dy)<=0.8", region = "not (dx>1 and dy>-1);not (dx<-1 and dy<1)";
        string[] hard = [.. rates.Split(';'), .. region.Split(';')];
        using TwoRooms drawn = new();
        IReadOnlyList<GoalTask> tasks = GoalTask.Draw(drawn, _episodes, _seed);
        foreach ((string words, string[] inForce) in new[] { ("none", Array.Empty<string>()), ("rate", rates.Split(';')), ("rate, forbidden regions", hard) })
        {
            _progress?.Invoke($"two-rooms: {words}");
            int successes = 0;
            long commands = 0, broken = 0;
            foreach (GoalTask task in tasks)
            {
                CommandChecker checker = new(RoomLimits(hard));
                (bool reached, int steps, int wrong) = RunRoom(task, RoomLimits(inForce), checker);
                (successes, commands, broken) = (successes + (reached ? 1 : 0), commands + steps, broken + wrong);
            }

            yield return new SafetyCostResult("two-rooms", words, _episodes, null, successes, commands, broken, null);
        }
    }

    private (bool Reached, int Steps, int Broken) RunRoom(GoalTask task, HardLimitSet inForce, CommandChecker checker)
    {
        using TwoRooms environment = new();
        using PerfectModel model = new(new TwoRooms(), actionBlock: 4);
        using MpcController controller = new(new MpcSettings(
            model, new CrossEntropyPlanner(new SearchOptions(Horizon: 16, Candidates: 200)), LatentGoalPolicy.Limits(environment.Specification),
            new SafeValueFallback([0, 0]), [new HardLimitGuardrail(inForce, [0, 0])], Seed: task.Seed));
        controller.Pursue(new LatentGoalCost(task.Goal));
        environment.Reset(task.Seed);
        environment.WriteState(task.Start);
        float[] state = new float[2];
        int steps = 0, broken = 0;
        for (; steps < TwoRooms.StepLimit; steps++)
        {
            _cancellation.ThrowIfCancellationRequested();
            environment.ReadState(state);
            if (environment.IsSuccess(state, task.Goal))
                return (true, steps, broken);
            ReadOnlySpan<float> action = controller.Step(environment.ReadState).Action.Span;
            broken += checker.Add(action, []).Count > 0 ? 1 : 0;
            environment.Step(action);
        }

        environment.ReadState(state);
        return (environment.IsSuccess(state, task.Goal), steps, broken);
    }

    private static HardLimitSet RoomLimits(string[] texts) => new(texts, ["dx", "dy"], []);

    private static HardLimitSet Limits(ProcessEquations equations, string[] texts) => new(
        texts, [equations.Inputs[equations.Loop.Input].Dimension.Name], [.. equations.Outputs.Select(output => output.Dimension.Name)]);

    private static bool RisesWithCommand(ProcessEquations equations)
    {
        const int steps = 20;
        ProcessDynamics process = new(equations);
        float[] start = [.. equations.States.Select(state => (float)state.Nominal)], latents = new float[2 * steps * start.Length];
        float[] inputs = [.. Enumerable.Range(0, 2 * steps).SelectMany(step => equations.Inputs.Select((input, place) =>
            (float)(input.Nominal + (place != equations.Loop.Input ? 0 : (step < steps ? -0.1 : 0.1) * (input.Dimension.High - input.Dimension.Low)))))];
        process.Rollout(start, inputs, 2, steps, latents);
        float[] outputs = new float[2 * steps * process.ObservationSize];
        process.Read(latents, 2 * steps, outputs);
        return outputs[^(process.ObservationSize - equations.Loop.Output)] > outputs[((steps - 1) * process.ObservationSize) + equations.Loop.Output];
    }

    private static double Part(ProcessLoop loop, double share) => Math.Round(loop.SetPointLow + (share * (loop.SetPointHigh - loop.SetPointLow)), 4);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
