using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Protocols;

/// <summary>
/// What a checkpoint of a log's model declares, made ready for whoever plans or controls its plant: limits on commands, limits on predictions with
/// their margins, the fallback, the deadline, and what is done where training never was. Further limits are added to it; nothing is taken away.
/// What needs the run's data is worked out when it is first asked for. Thread-safe, except that the model is used meanwhile.
/// </summary>
public sealed class PlantGuardrails
{
    private readonly WorldModel _model;
    private readonly Dataset _trained;
    private readonly PlantColumns _columns;
    private readonly GuardrailRecipe? _declared;
    private readonly Lazy<FamiliarSituations?> _familiar;
    private readonly Dictionary<(int Horizon, bool Holds), PredictionMargins> _margins = [];

    /// <summary>Reads what is declared.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="trained">What it was trained on.</param>
    /// <param name="limits">Limits beside the checkpoint's that count as declared with it, and that no further one loosens.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, contradicts another, or would make a declared one yield.</exception>
    public PlantGuardrails(WorldModel model, Dataset trained, IReadOnlyList<string>? limits = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trained);
        _model = model;
        _trained = trained;
        _columns = new PlantColumns(model, trained);
        _declared = model.Recipe.Guardrails;
        _familiar = new Lazy<FamiliarSituations?>(() => RunFamiliarity.Of(model, trained));
        if (limits is not { Count: > 0 })
            return;
        DeclaredGuardrails all = Declare(limits);
        _declared = (_declared ?? new GuardrailRecipe()) with { Hard = [.. all.Hard.Limits.Select(limit => limit.Text)], Predicted = [.. all.Predicted.Select(limit => limit.ToString())] };
    }

    /// <summary>Ranges, as limits are typed, of the commanded columns that none is declared of: what was recorded.</summary>
    public IReadOnlyList<string> RecordedRanges()
    {
        DeclaredGuardrails declared = Declare([]);
        string[] bounded = [.. declared.Hard.Ranges().Where(range => double.IsFinite(range.Low) && double.IsFinite(range.High)).Select(range => range.Name)];
        return
        [
            .. Enumerable.Range(0, _columns.Commanded.Length).Where(place => !bounded.Contains(_columns.Commanded[place]))
                .Select(place => new LimitExpression(_columns.Commanded[place], declared.SearchLimits.Low[place], declared.SearchLimits.High[place]).ToString()),
        ];
    }

    /// <summary>What training covered; null where nothing is declared for elsewhere.</summary>
    /// <exception cref="OrreryDataException">Too few rows were held out for the declared share.</exception>
    public FamiliarSituations? Familiar => _familiar.Value;

    /// <summary>What the checkpoint declares, and further limits.</summary>
    /// <param name="further">On a command in any form of a hard limit, on an observation like <c>level&lt;=8</c>.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, names a disturbance, or two contradict each other.</exception>
    public DeclaredGuardrails Declare(IReadOnlyList<string> further)
    {
        ArgumentNullException.ThrowIfNull(further);
        string[] predicted = [.. further.Where(IsOnObservation)];
        return DeclaredGuardrails.For(_declared, _trained, [.. further.Except(predicted)], predicted);
    }

    /// <summary>Limits on predictions, each with the margin that its chance asks for.</summary>
    /// <param name="guardrails">What is declared.</param>
    /// <param name="readout">Reads predictions off latents.</param>
    /// <param name="horizon">H, rows that are planned ahead.</param>
    /// <param name="holdDisturbances">Whether disturbances are expected to hold their value.</param>
    /// <param name="withoutMargin">Receives a sentence for each limit for which too few rows were held out to say how far the model errs.</param>
    /// <exception cref="OrreryDataException">A margin leaves nothing between a limit's bounds.</exception>
    public IReadOnlyList<IConstraint> Constraints(
        DeclaredGuardrails guardrails, IReadout readout, int horizon, bool holdDisturbances, ICollection<string> withoutMargin)
    {
        ArgumentNullException.ThrowIfNull(guardrails);
        ArgumentNullException.ThrowIfNull(withoutMargin);
        return [.. guardrails.Predicted.Select(limit => Constraint(limit, readout, Margins(horizon, holdDisturbances), guardrails.Alpha, withoutMargin))];
    }

    /// <summary>A controller's settings that keep all of it.</summary>
    /// <param name="guardrails">What is declared.</param>
    /// <param name="dynamics">The model, of the commanded columns.</param>
    /// <param name="planner">What searches.</param>
    /// <param name="constraints">From <see cref="Constraints"/>, for the planner's horizon.</param>
    /// <param name="seed">Where the search's random numbers come from.</param>
    /// <param name="recorder">What is told of every decision; null for nobody.</param>
    /// <param name="past">What was commanded before; null for nothing that is known.</param>
    /// <exception cref="OrreryDataException">After that past the limits cannot all be kept.</exception>
    public MpcSettings Settings(
        DeclaredGuardrails guardrails, ForecastDynamics dynamics, IPlanner planner, IReadOnlyList<IConstraint> constraints, ulong seed,
        IDecisionRecorder? recorder = null, CommandPast? past = null)
    {
        ArgumentNullException.ThrowIfNull(guardrails);
        return new MpcSettings(
            dynamics, planner, guardrails.SearchLimits, guardrails.Fallback, guardrails.Chain(Familiar, past), constraints, Seed: seed, Recorder: recorder,
            Deadline: guardrails.Deadline);
    }

    /// <summary>How far the model errs over a horizon on held-out rows.</summary>
    internal PredictionMargins Margins(int horizon, bool holdDisturbances)
    {
        lock (_margins)
        {
            if (!_margins.TryGetValue((horizon, holdDisturbances), out PredictionMargins? margins))
                _margins[(horizon, holdDisturbances)] = margins = PredictionMargins.Measure(_model, _trained, horizon, holdDisturbances);
            return margins;
        }
    }

    /// <summary>[H] the margin at a limit on a prediction; empty where too few rows were held out.</summary>
    internal double[] Margin(DeclaredGuardrails guardrails, LimitExpression limit, int horizon, bool holdDisturbances) =>
        Margins(horizon, holdDisturbances).At(limit, Array.IndexOf(_columns.Measured, limit.Name), guardrails.Alpha);

    // What reads as a plain range of an observation's column; everything else is about what is commanded, interlocks too.
    private bool IsOnObservation(string text)
    {
        try
        {
            return _columns.Measured.Contains(LimitExpression.Parse(text, [.. _columns.Commanded, .. _columns.Measured]).Name);
        }
        catch (OrreryDataException)
        {
            return false;
        }
    }

    private PredictedLimitConstraint Constraint(
        LimitExpression limit, IReadout readout, PredictionMargins margins, decimal alpha, ICollection<string> withoutMargin)
    {
        int column = Array.IndexOf(_columns.Measured, limit.Name);
        double[] kept = margins.At(limit, column, alpha);
        if (kept.Length == 0)
            withoutMargin.Add($"{limit}: {margins.Windows} windows of held-out rows are too few for a chance of {alpha}");
        else if (kept.Max() * 2 > limit.High - limit.Low)
            throw new OrreryDataException(
                $"Limit '{limit}': the model errs by up to {kept.Max():0.###} with a chance of {1 - alpha}, which leaves nothing between the bounds. Plan fewer rows ahead with --over, or train on more rows.");
        return new PredictedLimitConstraint(readout, limit, column, _columns.ObservationScale(column), kept);
    }
}
