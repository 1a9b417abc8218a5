using System.Globalization;
using Orrery.Data;

namespace Orrery.Planning.Surprise;

/// <summary>How many false alarms are put up with, such as <c>1/day</c>, <c>5/hour</c> or <c>1/10000 rows</c>.</summary>
/// <param name="Alarms">Number of alarms, above 0.</param>
/// <param name="Period">Length of the period, above 0.</param>
/// <param name="Unit"><c>rows</c>, or a unit of time in the singular: second, minute, hour, day, week, month (30 days) or year (365 days).</param>
public sealed record FalseAlarmRate(double Alarms, double Period, string Unit)
{
    private const string Rows = "rows";

    /// <summary>Once a day.</summary>
    public static FalseAlarmRate OncePerDay { get; } = new(1, 1, "day");

    /// <summary>So many alarms in so many rows.</summary>
    public static FalseAlarmRate PerRows(double alarms, double rows) => new(alarms, rows, Rows);

    /// <summary>Reads <c>1/day</c>, <c>0.5/hour</c>, <c>2/8 hours</c> or <c>1/10000 rows</c>.</summary>
    /// <exception cref="OrreryDataException">It is not a rate; the sentence says how one is written.</exception>
    public static FalseAlarmRate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Number(text.AsSpan(0, slash)) is { } alarms)
        {
            ReadOnlySpan<char> rest = text.AsSpan(slash + 1).Trim();
            int letters = rest.IndexOfAnyInRange('A', 'z');
            double? period = letters == 0 ? 1 : letters > 0 ? Number(rest[..letters]) : null;
            if (period is { } length && Word(rest[letters..].ToString()) is { } unit)
                return new FalseAlarmRate(alarms, length, unit);
        }

        throw new OrreryDataException($"'{text}' is not a rate of false alarms. Write one such as 1/day, 5/hour, 1/8 hours or 1/10000 rows.");
    }

    /// <summary>False alarms per row, for a record with one row every <paramref name="samplingTime"/>.</summary>
    /// <param name="samplingTime">Time between two rows.</param>
    /// <param name="timeUnit">Its unit, such as s, min or h.</param>
    /// <exception cref="OrreryDataException">The record's unit of time is not one that days can be told in.</exception>
    public double PerRow(double samplingTime, string timeUnit)
    {
        if (Unit == Rows)
            return Alarms / Period;
        double row = Seconds(timeUnit) is { } seconds ? samplingTime * seconds : throw new OrreryDataException(
            $"A rate per {Unit} needs to know how long a row lasts, but this run's unit of time is '{timeUnit}'. "
            + "Give the rate in rows, such as 1/10000 rows, or train with --sampling-time and --time-unit.");
        return Alarms / Period * row / Seconds(Unit)!.Value;
    }

    /// <summary>As it is typed.</summary>
    public override string ToString() => Period == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Alarms:0.####}/{Unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{Alarms:0.####}/{Period:0.####} {(Unit == Rows ? Unit : Unit + "s")}");

    /// <summary>Seconds in a unit of time; null when it is not one that is known.</summary>
    public static double? Seconds(string unit) => unit switch
    {
        "ms" or "millisecond" or "milliseconds" => 0.001,
        "s" or "sec" or "second" or "seconds" => 1,
        "min" or "minute" or "minutes" => 60,
        "h" or "hr" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86_400,
        "week" or "weeks" => 7 * 86_400.0,
        "month" or "months" => 30 * 86_400.0,
        "year" or "years" => 365 * 86_400.0,
        _ => null,
    };

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value) ? value : null;

    private static string? Word(string word) => word.Trim().ToLowerInvariant() switch
    {
        "row" or "rows" or "step" or "steps" => Rows,
        "s" or "sec" or "second" or "seconds" => "second",
        "min" or "minute" or "minutes" => "minute",
        "h" or "hour" or "hours" => "hour",
        "d" or "day" or "days" => "day",
        "w" or "week" or "weeks" => "week",
        "month" or "months" => "month",
        "y" or "year" or "years" => "year",
        _ => null,
    };
}
