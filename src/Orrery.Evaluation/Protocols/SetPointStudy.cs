using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Protocols;

/// <summary>What a person asks a plan for: goals, something to minimise or to maximise, or both.</summary>
/// <param name="Goals">Set-points <c>level=5</c>, trajectories <c>level=@reference.csv</c>, zones <c>4&lt;=level&lt;=6</c>.</param>
/// <param name="Limits">Limits beside those of the recipe: on a command in any form of a hard limit, on an observation like <c>level&lt;=8</c>.</param>
/// <param name="Horizon">Rows to plan ahead; null for the recipe's.</param>
/// <param name="Seed">Seed of the search.</param>
/// <param name="Minimise">Linear combinations of commanded and observed columns, such as <c>2*steam + 0.1*power</c>.</param>
/// <param name="Maximise">The same, to be made large.</param>
/// <param name="Weights">Weights of goals (1 unless stated) and of what is minimised or maximised (0.01), such as <c>level=3</c>.</param>
/// <param name="MoveWeights">How much changes of commands cost: <c>0.5</c> for all (0.1 unless stated), <c>valve=2</c> for one.</param>
/// <param name="Forecast">A file with what the disturbances will be, a row per sampling time; they hold their last value when null.</param>
public sealed record SetPointRequest(
    IReadOnlyList<string> Goals,
    IReadOnlyList<string> Limits,
    int? Horizon = null,
    ulong Seed = 0,
    IReadOnlyList<string>? Minimise = null,
    IReadOnlyList<string>? Maximise = null,
    IReadOnlyList<string>? Weights = null,
    IReadOnlyList<string>? MoveWeights = null,
    string? Forecast = null);

/// <summary>A plan for a plant, ready to be shown.</summary>
/// <param name="Outcome">Whether it satisfies every limit, as far as the model can tell.</param>
/// <param name="Cost">Sum of the cost's terms.</param>
/// <param name="Picture">Inputs and predicted outputs.</param>
/// <param name="Interventions">What the guardrails changed of what the search found, a sentence each.</param>
/// <param name="WithoutMargin">Predicted limits for which too few rows were held out to say how far the model errs.</param>
/// <param name="Remarks">How the plan was made: how many decisions, what was assumed of the disturbances.</param>
/// <param name="Warnings">What a person should know before believing it.</param>
public sealed record SetPointPlan(
    PlanOutcome Outcome, double Cost, PlantPlan Picture, IReadOnlyList<string> Interventions, IReadOnlyList<string> WithoutMargin,
    IReadOnlyList<string> Remarks, IReadOnlyList<string> Warnings)
{
    /// <summary>The cost term by term, as numbers.</summary>
    public IReadOnlyList<CostTerm> Terms { get; init; } = [];

    /// <summary>How far each limit on predictions is violated, margins included; 0 where it is kept.</summary>
    public IReadOnlyList<ConstraintTerm> Violations { get; init; } = [];

    /// <summary>What is said of planning from where training never was, other than to allow it; the first command is shown as planned all the same.</summary>
    public IReadOnlyList<GuardrailVerdict> Doubts { get; init; } = [];

    /// <summary>The margins that were kept.</summary>
    public IReadOnlyList<PredictedMargin> Margins { get; init; } = [];
}

/// <summary>How far a plan stayed away from a limit on a prediction.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Column">The column of the observation.</param>
/// <param name="Margin">[H] in physical units, a number per row ahead; empty where too few rows were held out for one.</param>
public sealed record PredictedMargin(string Limit, string Column, IReadOnlyList<double> Margin);

/// <summary>Plans a plant's commands to what a person asks for, from the end of a record.</summary>
public sealed class SetPointStudy
{
    /// <summary>Rows beyond which a plan decides less often than once a row, unless its recipe says how often.</summary>
    private const int LongHorizon = 60;
    private const int LongHorizonDecisions = 20;

    private readonly WorldModel _model;
    private readonly PlantColumns _columns;
    private readonly PlantGuardrails _guardrails;

    /// <summary>Plans with a model.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="trained">What it was trained on: the recorded ranges bound commands that no limit is stated for.</param>
    /// <param name="kept">What is declared; null for what the model's checkpoint declares.</param>
    public SetPointStudy(WorldModel model, Dataset trained, PlantGuardrails? kept = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trained);
        _model = model;
        _columns = new PlantColumns(model, trained);
        _guardrails = kept ?? new PlantGuardrails(model, trained);
    }

    /// <summary>Plans.</summary>
    /// <param name="record">The plan begins after its last row.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="audit">Where the plan and its first action are recorded as a decision; null for nowhere.</param>
    /// <param name="checkpoint">Which checkpoint the model is; needed with <paramref name="audit"/>.</param>
    /// <exception cref="OrreryDataException">A goal or a limit cannot be read, or the record is shorter than the model's history.</exception>
    public SetPointPlan Plan(Dataset record, SetPointRequest request, AuditLog? audit = null, CheckpointIdentity? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(request);
        _ = Goals(request);
        _columns.Check(record);
        return Plan(PlantWindow.Of(record, Math.Max(_model.History, PlanPicture.ShownPast)), request, audit, checkpoint);
    }

    /// <summary>Plans from the last rows of a record.</summary>
    /// <param name="window">The model's columns; the plan begins after the last row.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="audit">Where the plan and its first action are recorded as a decision; null for nowhere.</param>
    /// <param name="checkpoint">Which checkpoint the model is; needed with <paramref name="audit"/>.</param>
    /// <exception cref="OrreryDataException">A goal or a limit cannot be read, or there are fewer rows than the model must see.</exception>
    public SetPointPlan Plan(PlantWindow window, SetPointRequest request, AuditLog? audit = null, CheckpointIdentity? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(request);
        PlanGoals goals = Goals(request);
        window.Require(_model.History);
        float[] measured = window.Observations().ToArray();
        PlannerRecipe recipe = Search(request.Horizon);
        DeclaredGuardrails guardrails = Guardrails(request.Limits);
        List<string> withoutMargin = [], remarks = [Decisions(recipe)];
        ForecastDynamics dynamics = ForecastDynamics.Of(_model);
        float[] forecast = Forecast(request.Forecast, window.Inputs(), recipe.Horizon, remarks);
        dynamics.Expect(forecast);
        bool holds = request.Forecast is null;
        float[] before = _columns.PickCommanded(window.Inputs()), start = [.. before], latent = new float[_model.LatentSize];
        guardrails.SearchLimits.Project(start, []);
        AuditRecorder? recorder = audit is null ? null : new AuditRecorder(audit, new AuditSubject("plan for a plant; nothing is executed", checkpoint!, recipe));
        IReadOnlyList<ICost> costs = goals.Costs(dynamics, recipe.DisagreementWeight);
        UnfamiliarityGuardrail? doubt = guardrails.Doubt(_guardrails.Familiar);
        IReadOnlyList<IConstraint> constraints = _guardrails.Constraints(guardrails, _model, recipe.Horizon, holds, withoutMargin);
        using MpcController controller = new(new MpcSettings(
            dynamics, PlannerFactory.Create(recipe), guardrails.SearchLimits, new HoldLastFallback(start), Guardrails: doubt is null ? [] : [doubt],
            Constraints: constraints, Seed: request.Seed, Recorder: recorder));
        controller.Pursue(costs);
        controller.Reset(before);
        int history = _model.History;
        Decision decision = controller.Step(seen =>
        {
            recorder?.Saw(window.Observations(history), window.Inputs(history));
            _model.Encode(window.Observations(history), window.Inputs(history), latent);
            latent.CopyTo(seen);
        }, measured);
        Plan plan = decision.Plan ?? throw new OrreryDataException($"There is no plan: {decision.Reason}");
        ExecutedPlan executed = ExecutedPlan.Of(plan, dynamics, latent, guardrails, before, measured);
        PlanPicture picture = new(_columns, window, request, goals, guardrails, _guardrails.Margins(recipe.Horizon, holds));
        return new SetPointPlan(plan.Outcome, plan.Cost, picture.Draw(plan, costs, executed, forecast), executed.Interventions, withoutMargin, remarks, [.. goals.Warnings, .. Doubts(decision), .. Extrapolations(executed), .. Between(executed)])
        {
            Terms = plan.Costs,
            Violations = plan.Constraints,
            Doubts = decision.Verdicts,
            Margins = [.. guardrails.Predicted.Select(limit => new PredictedMargin(limit.ToString(), limit.Name, _guardrails.Margin(guardrails, limit, recipe.Horizon, holds)))],
        };
    }

    /// <summary>What the recipe declares and what is asked for beside it; what was declared stays.</summary>
    /// <param name="limits">On a command in any form of a hard limit, on an observation like <c>level&lt;=8</c>.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, names a disturbance, or two contradict each other.</exception>
    public DeclaredGuardrails Guardrails(IReadOnlyList<string> limits) => _guardrails.Declare(limits);

    /// <summary>What is asked for, as costs for a controller.</summary>
    /// <param name="request">Its goals, weights, and what is minimised and maximised; the rest is not looked at.</param>
    /// <param name="readout">Reads predictions off latents.</param>
    /// <exception cref="OrreryDataException">A goal cannot be read, or nothing is asked for.</exception>
    public IReadOnlyList<ICost> Costs(SetPointRequest request, IEnsembleReadout readout)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(readout);
        return Goals(request).Costs(readout, _model.Recipe.Planner.DisagreementWeight);
    }

    /// <summary>Fails, with a sentence, unless all that is typed in a request makes sense for this model.</summary>
    /// <param name="request">What is asked for.</param>
    /// <exception cref="OrreryDataException">Something does not.</exception>
    public void Check(SetPointRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _ = Guardrails(request.Limits);
        _ = Goals(request);
        _ = Search(request.Horizon);
        if (request.Forecast is not null)
            _ = Forecast(request.Forecast, new float[_columns.Inputs.Count], 1, []);
    }

    // The plan is shown all the same, for a person to judge; what the guardrail would do instead of its first command is said.
    private static IEnumerable<string> Doubts(Decision decision) =>
        decision.Verdicts.Where(verdict => verdict.Verdict.Kind != VerdictKind.Allow).Select(verdict => $"{verdict.Guardrail}: {verdict.Verdict.Reason}");

    /// <summary>Commands that a limit allows where nothing was recorded.</summary>
    private IEnumerable<string> Extrapolations(ExecutedPlan executed)
    {
        int columns = _columns.Commanded.Length;
        for (int place = 0; place < columns; place++)
        {
            (double low, double high) = _columns.RecordedInput(_columns.CommandedPlaces[place]);
            float[] commands = [.. Enumerable.Range(0, executed.Actions.Length / columns).Select(row => executed.Actions[(row * columns) + place])];

            // Recorded numbers are of single precision, and so is what keeps to them.
            double slack = 1e-5 * Math.Max(1e-6, high - low);
            float farthest = commands.MaxBy(command => Math.Max(low - command, command - high));
            if (farthest < low - slack || farthest > high + slack)
                yield return string.Create(CultureInfo.InvariantCulture, $"the plan moves '{_columns.Commanded[place]}' to {farthest:0.####}, outside what was recorded of it, {low:0.####} to {high:0.####}: there the model extrapolates.");
        }
    }

    /// <summary>Commands between the few levels that an input had, such as those of a switch: no plan is made of levels alone.</summary>
    private IEnumerable<string> Between(ExecutedPlan executed)
    {
        int columns = _columns.Commanded.Length;
        for (int place = 0; place < columns; place++)
        {
            float[] levels = _columns.RecordedLevels(_columns.CommandedPlaces[place]);
            bool isBetween = Enumerable.Range(0, executed.Actions.Length / columns).Any(row => Array.TrueForAll(levels, level => executed.Actions[(row * columns) + place] != level));
            if (levels.Length > 0 && isBetween)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{_columns.Commanded[place]}' was only ever {string.Join(", ", levels)}; the plan takes it for continuous. Where it switches, read a value between as a share of the time.");
        }
    }

    private PlanGoals Goals(SetPointRequest request) => new(request, _columns);

    private PlannerRecipe Search(int? asked)
    {
        PlannerRecipe recipe = _model.Recipe.Planner;
        int horizon = asked ?? recipe.Horizon;
        if (horizon is < 1 or > RowsAhead.Most)
            throw new OrreryDataException($"{horizon:#,0} rows are asked for, but a plan looks 1 to {RowsAhead.Most:#,0} rows ahead.");
        return recipe with { Horizon = horizon, Decisions = recipe.Decisions == 0 && horizon > LongHorizon ? LongHorizonDecisions : recipe.Decisions };
    }

    private string Decisions(PlannerRecipe recipe)
    {
        int[] lengths = MoveBlocks.Lengths(recipe.Horizon, recipe.Decisions);
        string time = string.Create(CultureInfo.InvariantCulture, $"{recipe.Horizon * _model.Description.SamplingTime:0.####} {_model.Description.TimeUnit}");
        return lengths.Length == recipe.Horizon
            ? $"Planned {recipe.Horizon} rows ahead ({time}), with a decision at each row."
            : $"Planned {recipe.Horizon} rows ahead ({time}), with {lengths.Length} decisions: the first lasts {Rows(lengths[0])}, the last {Rows(lengths[^1])}.";
    }

    private static string Rows(int count) => count == 1 ? "1 row" : $"{count} rows";

    /// <summary>What the disturbances will be, [R, E]: from a file, or what they are now.</summary>
    private float[] Forecast(string? path, ReadOnlySpan<float> now, int horizon, List<string> remarks)
    {
        float[] held = _columns.PickDisturbances(now);
        if (path is null)
        {
            if (held.Length > 0)
                remarks.Add($"Disturbances hold their last value: {string.Join(", ", _columns.Disturbances.Select((name, place) => string.Create(CultureInfo.InvariantCulture, $"{name} {held[place]:0.####}")))}. Name a --forecast to plan for what is to come.");
            return held;
        }

        if (held.Length == 0)
            throw new OrreryDataException("A forecast says what disturbances will be, but this run has none. Import with --disturbances, or leave the forecast out.");
        FutureTable table = FutureTable.Read(path, _columns.Disturbances, "a disturbance of this run", [.. _columns.Commanded, .. _columns.Measured]);
        float[] rows = new float[table.Rows * held.Length];
        for (int index = 0; index < rows.Length; index++)
        {
            string name = _columns.Disturbances[index % held.Length];
            rows[index] = table.Values.TryGetValue(name, out IReadOnlyList<double>? values) ? (float)values[index / held.Length] : held[index % held.Length];
        }

        if (table.Missing.Count > 0)
            remarks.Add($"{table.Source} does not have {string.Join(", ", table.Missing)}: held at the last value.");
        if (table.Rows < horizon)
            remarks.Add($"{table.Source} has {table.Rows} rows of {horizon}: the last one holds from there on.");
        return rows;
    }
}
