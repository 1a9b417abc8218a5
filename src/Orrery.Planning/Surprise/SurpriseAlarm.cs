using System.Globalization;

namespace Orrery.Planning.Surprise;

/// <summary>Which way an output went.</summary>
public enum SurpriseKind
{
    /// <summary>Above what was predicted.</summary>
    Above,

    /// <summary>Below what was predicted.</summary>
    Below,

    /// <summary>Errors larger than usual, without a direction.</summary>
    Noisier,

    /// <summary>Errors smaller than usual: too good to be true, as of a sensor that stands still.</summary>
    Quieter,

    /// <summary>All outputs together do not fit, though no single one need be far off.</summary>
    Together,
}

/// <summary>An alarm: what surprised, since when, and by how much.</summary>
/// <param name="Row">The row that raised it, from 0.</param>
/// <param name="Onset">The row since which it has been building up: an estimate.</param>
/// <param name="LastRow">The last row that was surprising, once it is over; null while it goes on.</param>
/// <param name="Kind">Which way.</param>
/// <param name="Output">Place of the output that stands out.</param>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="Horizon">Rows ahead of the prediction that it stands out from.</param>
/// <param name="Size">Mean error since the onset less the usual one, in the output's unit; for noise, the root mean square of the errors.</param>
/// <param name="Deviations">The same in standard deviations of normal operation.</param>
/// <param name="Level">The evidence when it was raised.</param>
/// <param name="RatePerRow">How often evidence of this size comes up in normal operation, per row; beyond what was seen it is extrapolated.</param>
public sealed record SurpriseAlarm(
    long Row, long Onset, long? LastRow, SurpriseKind Kind, int Output, string Name, string Unit, int Horizon, double Size, double Deviations,
    double Level, double RatePerRow)
{
    /// <summary>One sentence for the operator.</summary>
    /// <param name="samplingTime">Time between two rows.</param>
    /// <param name="timeUnit">Its unit.</param>
    public string Sentence(double samplingTime, string timeUnit)
    {
        ArgumentNullException.ThrowIfNull(timeUnit);
        CultureInfo culture = CultureInfo.InvariantCulture;
        string unit = Unit.Length > 0 ? $" {Unit}" : "", size = Short(Math.Abs(Size)), deviations = string.Create(culture, $"{Math.Abs(Deviations):0.0} standard deviations");
        string ahead = Horizon == 1 ? "" : string.Create(culture, $", {Horizon} rows ahead");
        string what = Kind switch
        {
            SurpriseKind.Above => $"{Name} is {size}{unit} above what was predicted ({deviations}{ahead})",
            SurpriseKind.Below => $"{Name} is {size}{unit} below what was predicted ({deviations}{ahead})",
            SurpriseKind.Noisier => $"{Name} misses its prediction by {size}{unit} ({deviations}{ahead}), to both sides",
            SurpriseKind.Quieter => $"{Name} keeps to its prediction more closely than it ever did ({size}{unit}, {deviations}): does its sensor still move?",
            _ => string.Create(culture, $"The outputs together are not what was predicted{ahead}"),
        };
        long rows = Row - Onset;
        string since = rows == 0
            ? string.Create(culture, $", in row {Row + 1}")
            : string.Create(culture, $", since about row {Onset + 1} ({Time(rows * samplingTime, timeUnit)} before the alarm)");
        return $"{what}{since}.";
    }

    /// <summary>Long times of seconds or minutes in minutes or hours, as people say them.</summary>
    private static string Time(double time, string unit) => (unit, time) switch
    {
        ("s", >= 7200) => $"{Short(time / 3600)} h",
        ("s", >= 120) => $"{Short(time / 60)} min",
        ("min", >= 120) => $"{Short(time / 60)} h",
        ("step", not 1) => $"{Short(time)} steps",
        _ => $"{Short(time)} {unit}",
    };

    private static string Short(double value) => value is > 0 and (< 0.001 or >= 100_000)
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : value.ToString(value >= 100 ? "0" : value >= 10 ? "0.#" : value >= 1 ? "0.##" : "0.####", CultureInfo.InvariantCulture);
}
