using System.Globalization;

namespace Orrery.Data.Logs.Import;

/// <summary>
/// Guesses how a time stamp is written that does not begin with the year, to suggest it: which number is the day and which the month is
/// only a person's to say.
/// </summary>
internal static class StampFormat
{
    private static readonly string[] Clocks = ["", " HH:mm", " HH:mm:ss", " H:mm", " H:mm:ss", " hh:mm tt", " hh:mm:ss tt", " h:mm tt", " h:mm:ss tt"];

    /// <summary>A format that reads the stamp, the day first where both are possible; null when none does.</summary>
    public static string? Guess(ReadOnlySpan<char> stamp)
    {
        if (stamp.Length is < 8 or > 22 || !char.IsAsciiDigit(stamp[0]))
            return null;
        int at = stamp.IndexOfAny('.', '/', '-');
        if (at is < 1 or > 2)
            return null;
        char between = stamp[at];
        string[] days = [$"dd{between}MM{between}yyyy", $"d{between}M{between}yyyy", $"MM{between}dd{between}yyyy", $"M{between}d{between}yyyy"];
        foreach (string day in days)
        {
            foreach (string clock in Clocks)
            {
                if (TryParse(stamp, day + clock, out _))
                    return day + clock;
            }
        }

        return null;
    }

    /// <summary>A format that reads a time of day; null when none does.</summary>
    public static string? ClockOf(string clock) =>
        Clocks.Where(format => format.Length > 0).Select(format => format[1..]).FirstOrDefault(format => TryParse(clock, format, out _));

    /// <summary>Reads a stamp; without a zone the clock is taken as UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> stamp, string format, out DateTime moment) => DateTime.TryParseExact(
        stamp, format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out moment);
}
