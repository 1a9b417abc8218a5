using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Evaluation.Protocols;
using Orrery.Models;

namespace Orrery.Cli;

/// <summary>The options that say what a plan is for.</summary>
internal sealed class PlanOptionSet
{
    private readonly Option<string[]> _goals = new("--goal")
    {
        Description = "A set-point (level=5), a trajectory (level=@reference.csv) or a zone (\"4<=level<=6\", level<=6). Repeat it for several columns. In an environment, a number of the goal's state (x=50).",
    };

    private readonly Option<string[]> _minimise = new("--minimise") { Description = "What to spend little of: a column, or a sum such as \"2*steam + 0.1*power\" with prices per unit." };
    private readonly Option<string[]> _maximise = new("--maximise") { Description = "What to have much of, in the same form." };
    private readonly Option<string[]> _weights = new("--weight") { Description = "Weight of a goal (level=3; 1 when not stated) or of what is minimised or maximised (steam=0.1; 0.01)." };
    private readonly Option<string[]> _moveWeights = new("--move-weight") { Description = "What changes of commands cost: 0.5 for all (0.1 when not stated), valve=2 for one." };

    private readonly Option<string[]> _limits = new("--limit")
    {
        Description = "A limit beside those of the recipe, such as \"0<=voltage<=10\", \"rate(voltage)<=1\" or \"level<=8\"; a command without one keeps to the range that was recorded. See 'orrery guardrails --help' for all forms.",
    };

    private readonly Option<string?> _over = new("--over") { Description = "How far to plan ahead: rows such as 60, or a time such as \"10 min\"; the recipe's when left out." };
    private readonly Option<FileInfo?> _forecast = new("--forecast") { Description = "File with what disturbances will be, a row per sampling time; they hold their last value when left out." };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the search, and of start and goal in an environment." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_goals, _minimise, _maximise, _weights, _moveWeights, _limits, _over, _forecast, _seed])
            command.Options.Add(option);
    }

    /// <summary>The goals as typed.</summary>
    public string[] Goals(ParseResult parsed) => parsed.GetValue(_goals) ?? [];

    /// <summary>The seed as typed.</summary>
    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Fails if anything but goals and a seed is asked for: the rest is for the columns of a log.</summary>
    /// <exception cref="UsageException">Something is.</exception>
    public void RequireGoalsAlone(ParseResult parsed)
    {
        foreach (Option option in (Option[])[_minimise, _maximise, _weights, _moveWeights, _limits, _over, _forecast])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} is for models of logs; a model of an environment is planned with by --goal and --seed, and its limits are declared in its recipe.");
    }

    /// <exception cref="Orrery.Data.OrreryDataException">What is typed after --over is no number of rows and no time.</exception>
    public SetPointRequest Read(ParseResult parsed, WorldModelDescription model) => new(
        parsed.GetValue(_goals) ?? [], parsed.GetValue(_limits) ?? [],
        parsed.GetValue(_over) is { } over ? RowsAhead.Parse(over, model.SamplingTime, model.TimeUnit) : null,
        parsed.GetValue(_seed), parsed.GetValue(_minimise), parsed.GetValue(_maximise), parsed.GetValue(_weights), parsed.GetValue(_moveWeights),
        parsed.GetValue(_forecast)?.FullName);
}
