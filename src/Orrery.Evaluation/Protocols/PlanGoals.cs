using System.Globalization;
using Orrery.Data;
using Orrery.Models;
using Orrery.Planning.Costs;

namespace Orrery.Evaluation.Protocols;

/// <summary>What a person asks a plan for, as costs, and as what is drawn beside the predictions.</summary>
internal sealed class PlanGoals
{
    // Against a mean squared error in standard deviations: enough to calm the inputs, not enough to slow them.
    private const double MoveWeight = 0.1;

    // Beside squares of errors: to save a standard deviation of what is priced is worth an error of a tenth of one.
    private const double EconomicWeight = 0.01;

    private readonly PlantColumns _columns;
    private readonly Dictionary<string, double> _weights = [];
    private readonly HashSet<string> _weighted = [];
    private readonly List<string> _warnings = [];

    public PlanGoals(SetPointRequest request, PlantColumns columns)
    {
        _columns = columns;
        Goals = [.. request.Goals.Select(Goal)];
        string[] priced = [.. columns.Measured, .. columns.Commanded];
        Minimised = [.. (request.Minimise ?? []).Select(text => Priced(text, priced))];
        Maximised = [.. (request.Maximise ?? []).Select(text => Priced(text, priced))];
        if (Goals.Count + Minimised.Count + Maximised.Count == 0)
            throw new OrreryDataException("There is nothing to plan for. Name a goal with --goal, or what to spend little of with --minimise, or to have much of with --maximise.");
        foreach (IGrouping<string, GoalExpression> column in Goals.Where(goal => goal is not ZoneGoal).GroupBy(goal => goal.Name).Where(column => column.Count() > 1))
            throw new OrreryDataException($"Two goals say where '{column.Key}' should be: {string.Join(" and ", column)}. Keep one of them.");
        foreach (string text in request.Weights ?? [])
            ReadWeight(text);
        References = Goals.OfType<ReferenceGoal>().ToDictionary(goal => goal.Name, goal => (float[])[.. FutureTable.Read(goal.Path, [goal.Name], $"the column that '{goal}' asks for", []).Values[goal.Name].Select(value => (float)value)]);
        (Moves, MoveWeights) = ReadMoveWeights(request.MoveWeights ?? []);
        foreach (GoalExpression goal in Goals)
            WarnOutsideRecord(goal);
    }

    public IReadOnlyList<GoalExpression> Goals { get; }

    /// <summary>By column: [R] targets from the next row on.</summary>
    public IReadOnlyDictionary<string, float[]> References { get; }

    /// <summary>What a person should know before believing the plan, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    private IReadOnlyList<EconomicExpression> Minimised { get; }

    private IReadOnlyList<EconomicExpression> Maximised { get; }

    private double Moves { get; }

    private float[] MoveWeights { get; }

    /// <summary>The costs, one for each goal, and what keeps the plan quiet and where the model's members agree.</summary>
    public IReadOnlyList<ICost> Costs(IEnsembleReadout readout, double disagreementWeight) =>
    [
        .. Goals.Select(goal => Cost(goal, readout)),
        .. Minimised.Select(expression => Economic(expression, "minimise", 1, readout)),
        .. Maximised.Select(expression => Economic(expression, "maximise", -1, readout)),
        new ActionRateCost([.. _columns.Commanded.Select((_, place) => (float)_columns.CommandScale(place))], Moves, MoveWeights),
        .. readout.Members > 1 && disagreementWeight > 0
            ? [new DisagreementCost(readout, [.. _columns.Measured.Select((name, place) => new DisagreementColumn(name, place, _columns.ObservationScale(place)))], disagreementWeight)]
            : Array.Empty<ICost>(),
    ];

    private ICost Cost(GoalExpression goal, IReadout readout)
    {
        int place = Array.IndexOf(_columns.Measured, goal.Name);
        double scale = _columns.ObservationScale(place), weight = _weights.GetValueOrDefault(goal.Name, 1);
        return goal switch
        {
            SetPointGoal point => new SetPointCost(readout, [new SetPoint(point.Name, place, point.Target, scale)], weight),
            ReferenceGoal => new ReferenceCost(readout, goal.Name, place, References[goal.Name], scale, weight),
            _ => new ZoneCost(readout, (ZoneGoal)goal, place, scale, weight),
        };
    }

    // Prices are per physical unit, so they are summed up first; the sum's spread is what its columns' would be if they moved on their own.
    private EconomicCost Economic(EconomicExpression expression, string verb, double sign, IReadout readout)
    {
        List<EconomicTerm> terms = [];
        double variance = 0;
        foreach ((string name, double factor) in expression.Terms)
        {
            int command = Array.IndexOf(_columns.Commanded, name), place = command >= 0 ? command : Array.IndexOf(_columns.Measured, name);
            double scale = command >= 0 ? _columns.CommandScale(place) : _columns.ObservationScale(place);
            terms.Add(new EconomicTerm(name, command >= 0, place, sign * factor));
            variance += factor * factor * scale * scale;
        }

        if (!(variance > 0))
            throw new OrreryDataException($"'{expression}' has only factors of 0, so nothing is {verb}d. Leave it out.");
        return new EconomicCost($"{verb} {expression}", readout, terms, Math.Sqrt(variance), _weights.GetValueOrDefault(expression.Text, EconomicWeight));
    }

    /// <summary>Reads a goal; one for an input is told what can be asked of inputs.</summary>
    private GoalExpression Goal(string text)
    {
        try
        {
            return GoalExpression.Parse(text, _columns.Measured);
        }
        catch (OrreryDataException problem)
        {
            string[] parts = [.. text.Split('<', '>', '=').Select(part => part.Trim())];
            if (_columns.Commanded.Any(parts.Contains))
                throw new OrreryDataException($"Goal '{text}': '{_columns.Commanded.First(parts.Contains)}' is commanded, not predicted. Bound it with a limit, price it, or name a goal for {string.Join(", ", _columns.Measured)}.", problem);
            if (_columns.Disturbances.Any(parts.Contains))
                throw new OrreryDataException($"Goal '{text}': '{_columns.Disturbances.First(parts.Contains)}' is a disturbance, which no plan can change. Name a goal for {string.Join(", ", _columns.Measured)}.", problem);
            if (parts.Any(part => part.Contains(',', StringComparison.Ordinal) && double.TryParse(part.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
                throw new OrreryDataException($"Goal '{text}': write numbers with a point: '{text.Replace(',', '.')}'.", problem);
            throw;
        }
    }

    private EconomicExpression Priced(string text, IReadOnlyList<string> names)
    {
        try
        {
            return EconomicExpression.Parse(text, (IReadOnlyCollection<string>)names);
        }
        catch (OrreryDataException problem)
        {
            string[] disturbances = [.. _columns.Disturbances.Where(name => text.Contains(name, StringComparison.Ordinal))];
            throw disturbances.Length == 0 ? problem : new OrreryDataException(
                $"Cost '{text}': '{disturbances[0]}' is a disturbance, which no plan can change; price columns that are commanded or predicted: {string.Join(", ", names)}.", problem);
        }
    }

    private void ReadWeight(string text)
    {
        (string name, double weight) = NameAndNumber("Weight", text, "level=3");
        string[] known = [.. Goals.Select(goal => goal.Name), .. Minimised.Concat(Maximised).Select(expression => expression.Text)];
        if (!known.Contains(name))
            throw new OrreryDataException($"Weight '{text}': there is no goal '{name}'; the goals are {string.Join(", ", known.Distinct())}.{NearestName.Suggest(name, known)}");
        if (!_weighted.Add(name))
            throw new OrreryDataException($"Weight '{text}': '{name}' has a weight already. Give one.");
        _weights[name] = weight;
    }

    private (double All, float[] Columns) ReadMoveWeights(IReadOnlyList<string> texts)
    {
        double all = MoveWeight;
        Dictionary<string, double> own = [];
        foreach (string text in texts)
        {
            if (!text.Contains('=', StringComparison.Ordinal))
            {
                all = Number("Move weight", text, text);
                continue;
            }

            (string name, double weight) = NameAndNumber("Move weight", text, "valve=2");
            if (!_columns.Commanded.Contains(name))
                throw new OrreryDataException($"Move weight '{text}': '{name}' is not commanded; the commanded columns are {string.Join(", ", _columns.Commanded)}.{NearestName.Suggest(name, _columns.Commanded)}");
            own[name] = weight;
        }

        return own.Count == 0 ? (all, []) : (1, [.. _columns.Commanded.Select(name => (float)own.GetValueOrDefault(name, all))]);
    }

    private static (string Name, double Number) NameAndNumber(string kind, string text, string form)
    {
        int at = text.LastIndexOf('=');
        if (at <= 0)
            throw new OrreryDataException($"{kind} '{text}': a name and a number are needed, such as {form}.");
        return (text[..at].Trim(), Number(kind, text, text[(at + 1)..]));
    }

    private static double Number(string kind, string text, string number) =>
        double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) && weight >= 0 && float.IsFinite((float)weight)
            ? weight
            : throw new OrreryDataException($"{kind} '{text}': '{number.Trim()}' is not a number that is 0 or more.");

    private void WarnOutsideRecord(GoalExpression goal)
    {
        (double low, double high) = _columns.RecordedObservation(Array.IndexOf(_columns.Measured, goal.Name));
        (double least, double most) = goal switch
        {
            SetPointGoal point => (point.Target, point.Target),
            ReferenceGoal => (References[goal.Name].Min(), References[goal.Name].Max()),
            ZoneGoal zone => (double.IsFinite(zone.High) ? zone.High : high, double.IsFinite(zone.Low) ? zone.Low : low),
            _ => (low, high),
        };
        // A zone is outside only if none of it was recorded; a set-point or a trajectory if any of it was not.
        if (least < low || most > high)
            _warnings.Add(string.Create(
                CultureInfo.InvariantCulture, $"the goal {goal} is outside what was recorded of '{goal.Name}', {low:0.####} to {high:0.####}: the model has never seen that, so check the plan with care."));
    }
}
