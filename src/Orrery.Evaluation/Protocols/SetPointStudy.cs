using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.Reports.Markup;
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

/// <summary>What a person asks a plan for.</summary>
/// <param name="Goals">Set-points such as <c>level=5</c>, at least one.</param>
/// <param name="Limits">Limits beside those of the recipe: on an action in any form of a hard limit, on an observation like <c>level&lt;=8</c>.</param>
/// <param name="Horizon">Rows to plan ahead; null for the recipe's.</param>
/// <param name="Seed">Seed of the search.</param>
public sealed record SetPointRequest(IReadOnlyList<string> Goals, IReadOnlyList<string> Limits, int? Horizon = null, ulong Seed = 0);

/// <summary>A plan for a plant, ready to be shown.</summary>
/// <param name="Outcome">Whether it satisfies every limit, as far as the model can tell.</param>
/// <param name="Cost">Sum of the cost's terms.</param>
/// <param name="Picture">Inputs and predicted outputs.</param>
/// <param name="Interventions">What the guardrails changed of what the search found, a sentence each.</param>
/// <param name="WithoutMargin">Predicted limits for which too few rows were held out to say how far the model errs.</param>
public sealed record SetPointPlan(
    PlanOutcome Outcome, double Cost, PlantPlan Picture, IReadOnlyList<string> Interventions, IReadOnlyList<string> WithoutMargin);

/// <summary>Plans a plant's inputs to set-points from the end of a record.</summary>
public sealed class SetPointStudy
{
    // Against a mean squared error in standard deviations: enough to calm the inputs, not enough to slow them.
    private const double RateWeight = 0.1;
    private const int ShownPast = 60;

    private readonly WorldModel _model;
    private readonly Dataset _trained;
    private readonly string[] _observations;
    private readonly string[] _actions;

    /// <summary>Plans with a model.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="trained">What it was trained on: the recorded ranges bound actions that no limit is stated for.</param>
    public SetPointStudy(WorldModel model, Dataset trained)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trained);
        _model = model;
        _trained = trained;
        _observations = [.. ((VectorSpace)trained.Spaces.Observation).Dimensions.Select(dimension => dimension.Name)];
        _actions = [.. trained.Spaces.Action.Dimensions.Select(dimension => dimension.Name)];
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
        EpisodeRange last = record.Episodes[^1];
        int history = _model.History;
        if (last.Length < history)
            throw new OrreryDataException(
                $"The record ends in a stretch of {last.Length} rows, but the model must see {history}. Plan from a longer record.");
        long first = last.Start + last.Length - history;

        PlannerRecipe recipe = _model.Recipe.Planner with { Horizon = request.Horizon ?? _model.Recipe.Planner.Horizon };
        if (recipe.Horizon is < 1 or > 100_000)
            throw new OrreryDataException($"The horizon is {recipe.Horizon} rows, but it must be between 1 and 100,000.");
        SetPoint[] goals = [.. request.Goals.Select(Goal)];
        DeclaredGuardrails guardrails = Guardrails(request.Limits);
        List<string> withoutMargin = [];
        PredictionMargins? margins = guardrails.Predicted.Count == 0 ? null : PredictionMargins.Measure(_model, _trained, recipe.Horizon);
        float[] before = record.Action(last.Start + last.Length - 1).ToArray(), start = [.. before], latent = new float[_model.LatentSize];
        guardrails.SearchLimits.Project(start, []);
        AuditRecorder? recorder = audit is null ? null : new AuditRecorder(audit, new AuditSubject("set-point plan; nothing is executed", checkpoint!, recipe));
        using MpcController controller = new(new MpcSettings(
            _model, PlannerFactory.Create(recipe), guardrails.SearchLimits, new HoldLastFallback(start),
            Constraints: [.. guardrails.Predicted.Select(limit => Constraint(limit, margins!, guardrails.Alpha, withoutMargin))],
            Seed: request.Seed, Recorder: recorder));
        controller.Pursue(new SetPointCost(_model, goals), new ActionRateCost(Scales(), RateWeight));
        controller.Reset(before);
        Decision decision = controller.Step(seen =>
        {
            recorder?.Saw(record.Observation(first, history), record.Action(first, history));
            _model.Encode(record.Observation(first, history), record.Action(first, history), latent);
            latent.CopyTo(seen);
        }, record.Observation(last.Start + last.Length - 1));
        Plan plan = decision.Plan ?? throw new OrreryDataException($"There is no plan: {decision.Reason}");
        ExecutedPlan executed = ExecutedPlan.Of(plan, _model, latent, guardrails, record, last);
        return new SetPointPlan(
            plan.Outcome, plan.Cost, Draw(plan, executed, record, last, request, goals, guardrails), executed.Interventions, withoutMargin);
    }

    /// <summary>What the recipe declares and what is asked for beside it; what was declared stays.</summary>
    /// <param name="limits">On an action in any form of a hard limit, on an observation like <c>level&lt;=8</c>.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, or two contradict each other.</exception>
    public DeclaredGuardrails Guardrails(IReadOnlyList<string> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        GuardrailRecipe declared = _model.Recipe.Guardrails ?? new GuardrailRecipe();
        string[] predicted = [.. limits.Where(text => IsOnObservation(text))];
        return DeclaredGuardrails.For(declared.Tightened(limits.Except(predicted), predicted), _trained);
    }

    // What reads as a plain range of an observation's column; everything else is about what is commanded, interlocks too.
    private bool IsOnObservation(string text)
    {
        try
        {
            return _observations.Contains(LimitExpression.Parse(text, [.. _actions, .. _observations]).Name);
        }
        catch (OrreryDataException)
        {
            return false;
        }
    }

    private SetPoint Goal(string text)
    {
        GoalExpression goal = GoalExpression.Parse(text, _observations);
        int column = Array.IndexOf(_observations, goal.Name);
        return new SetPoint(goal.Name, column, goal.Target, _model.Description.Observation!.Scale[column]);
    }

    private PredictedLimitConstraint Constraint(LimitExpression limit, PredictionMargins margins, decimal alpha, List<string> withoutMargin)
    {
        int column = Array.IndexOf(_observations, limit.Name);
        double[] kept = margins.At(limit, column, alpha);
        if (kept.Length == 0)
            withoutMargin.Add($"{limit}: {margins.Windows} windows of held-out rows are too few for a chance of {alpha}");
        else if (kept.Max() * 2 > limit.High - limit.Low)
            throw new OrreryDataException(
                $"Limit '{limit}': the model errs by up to {kept.Max():0.###} with a chance of {1 - alpha}, which leaves nothing between the bounds. Plan a shorter --horizon, or train on more rows.");
        return new PredictedLimitConstraint(_model, limit, column, _model.Description.Observation!.Scale[column], kept);
    }

    private float[] Scales() => [.. _model.Description.Action.Scale.Select(scale => (float)scale)];

    private PlantPlan Draw(
        Plan plan, ExecutedPlan executed, Dataset record, EpisodeRange last, SetPointRequest request, IReadOnlyList<SetPoint> goals, DeclaredGuardrails guardrails)
    {
        int past = Math.Min(ShownPast, last.Length);
        long first = last.Start + last.Length - past;
        VectorSpace observation = (VectorSpace)_trained.Spaces.Observation;
        IEnumerable<PlannedColumn> inputs = _actions.Select((name, place) => new PlannedColumn(
            name, _trained.Spaces.Action.Dimensions[place].Unit, true,
            Column(record.Action(first, past), place, _actions.Length), Column(executed.Actions, place, _actions.Length)));
        IEnumerable<PlannedColumn> outputs = _observations.Select((name, place) => new PlannedColumn(
            name, observation.Dimensions[place].Unit, false,
            Column(record.Observation(first, past), place, _observations.Length), Column(executed.Observations, place, _observations.Length)));
        return new PlantPlan(
            string.Join(", ", request.Goals.Concat(request.Limits)),
            [.. inputs.Concat(outputs).Select(column => Annotate(column, goals, guardrails))],
            [.. plan.Costs.Select(term => new Fact(term.Name, term.Value.ToString("0.####", CultureInfo.InvariantCulture)))],
            [.. plan.BestCosts.Select(cost => (double)cost)]);
    }

    private static PlannedColumn Annotate(PlannedColumn column, IReadOnlyList<SetPoint> goals, DeclaredGuardrails guardrails)
    {
        SetPoint? goal = goals.FirstOrDefault(goal => goal.Name == column.Name && !column.IsAction);
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        foreach (LimitExpression limit in guardrails.Predicted.Concat(guardrails.Hard.Ranges()).Where(limit => limit.Name == column.Name))
            (low, high) = (Math.Max(low, limit.Low), Math.Min(high, limit.High));
        return column with
        {
            SetPoint = goal?.Target,
            Low = double.IsFinite(low) ? low : null,
            High = double.IsFinite(high) ? high : null,
        };
    }

    private static double[] Column(ReadOnlySpan<float> values, int place, int size)
    {
        double[] column = new double[values.Length / size];
        for (int row = 0; row < column.Length; row++)
            column[row] = values[(row * size) + place];
        return column;
    }
}
