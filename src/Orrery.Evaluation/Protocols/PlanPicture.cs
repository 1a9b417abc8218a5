using System.Globalization;
using Orrery.Data.Spaces;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Guardrails;

namespace Orrery.Evaluation.Protocols;

/// <summary>A plant's plan as a person wants to see it: what was, what is planned, expected and predicted, and what was asked for.</summary>
internal sealed class PlanPicture(
    PlantColumns columns, PlantWindow window, SetPointRequest request, PlanGoals goals, DeclaredGuardrails guardrails, PredictionMargins margins)
{
    internal const int ShownPast = 60;

    /// <summary>Chance that the truth leaves an interval that is drawn somewhere on the horizon.</summary>
    internal const decimal IntervalAlpha = 0.1m;

    private readonly int _past = Math.Min(ShownPast, window.Rows);

    /// <summary>Draws.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="costs">What it was made for.</param>
    /// <param name="executed">What would be executed of it.</param>
    /// <param name="forecast">[R, E], what is expected of the disturbances.</param>
    public PlantPlan Draw(Plan plan, IReadOnlyList<ICost> costs, ExecutedPlan executed, float[] forecast)
    {
        IEnumerable<PlannedColumn> commands = columns.Commanded.Select((name, place) => new PlannedColumn(
            name, Input(columns.CommandedPlaces[place]).Unit, true, PastInput(columns.CommandedPlaces[place]),
            Column(executed.Actions, place, columns.Commanded.Length)));
        IEnumerable<PlannedColumn> disturbances = columns.Disturbances.Select((name, place) => new PlannedColumn(
            name, Input(columns.DisturbancePlaces[place]).Unit, false, PastInput(columns.DisturbancePlaces[place]), Expected(forecast, place, plan.Horizon))
        {
            IsDisturbance = true,
        });
        IEnumerable<PlannedColumn> outputs = columns.Measured.Select((name, place) => new PlannedColumn(
            name, columns.Observations[place].Unit, false, Column(window.Observations(_past), place, columns.Measured.Length),
            Column(executed.Observations, place, columns.Measured.Length))
        {
            Uncertainty = margins.Interval(place, IntervalAlpha) is { Length: > 0 } interval ? interval : null,
        });
        return new PlantPlan(
            string.Join(", ", Asked()),
            [.. commands.Concat(outputs).Select(Annotate), .. disturbances],
            [.. plan.Costs.Zip(costs, Term)],
            [.. plan.BestCosts.Select(cost => (double)cost)]);
    }

    private IEnumerable<string> Asked() => request.Goals
        .Concat((request.Minimise ?? []).Select(text => $"minimise {text}"))
        .Concat((request.Maximise ?? []).Select(text => $"maximise {text}"))
        .Concat(request.Limits);

    // What was spent is of interest in its own unit, too.
    private static Fact Term(CostTerm term, ICost cost) => new(term.Name, cost is EconomicCost { Weight: > 0 } economic
        ? string.Create(CultureInfo.InvariantCulture, $"{term.Value:0.####} (on average {Figures.Short(Math.Abs(economic.Average(term.Value)), 4)})")
        : term.Value.ToString("0.####", CultureInfo.InvariantCulture));

    private PlannedColumn Annotate(PlannedColumn column)
    {
        IEnumerable<GoalExpression> own = column.IsAction ? [] : goals.Goals.Where(goal => goal.Name == column.Name);
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        foreach (LimitExpression limit in guardrails.Predicted.Concat(guardrails.Hard.Ranges()).Where(limit => limit.Name == column.Name))
            (low, high) = (Math.Max(low, limit.Low), Math.Min(high, limit.High));
        ZoneGoal? zone = own.OfType<ZoneGoal>().FirstOrDefault();
        return column with
        {
            SetPoint = own.OfType<SetPointGoal>().FirstOrDefault()?.Target,
            Reference = own.OfType<ReferenceGoal>().Any() ? Expected(goals.References[column.Name], 0, column.Future.Count, width: 1) : null,
            ZoneLow = Finite(zone?.Low),
            ZoneHigh = Finite(zone?.High),
            Low = Finite(low),
            High = Finite(high),
        };
    }

    private Dimension Input(int place) => columns.Inputs[place];

    private double[] PastInput(int place) => Column(window.Inputs(_past), place, columns.Inputs.Count);

    private double[] Expected(float[] forecast, int place, int horizon) => Expected(forecast, place, horizon, columns.Disturbances.Length);

    /// <summary>A column of rows whose last one holds.</summary>
    private static double[] Expected(float[] rows, int place, int horizon, int width) =>
        [.. Enumerable.Range(0, horizon).Select(row => (double)rows[(Math.Min(row, (rows.Length / width) - 1) * width) + place])];

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    internal static double[] Column(ReadOnlySpan<float> values, int place, int size)
    {
        double[] column = new double[values.Length / size];
        for (int row = 0; row < column.Length; row++)
            column[row] = values[(row * size) + place];
        return column;
    }
}
