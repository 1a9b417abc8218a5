using System.Globalization;
using Orrery.Data;

namespace Orrery.Evaluation.Protocols;

/// <summary>How far to look ahead, as a person types it: <c>60</c> rows, or <c>10 min</c>.</summary>
public static class RowsAhead
{
    /// <summary>The most rows that are looked ahead.</summary>
    public const int Most = 10_000;

    private static readonly (string[] Names, double Seconds)[] Units =
    [
        (["us", "microsecond", "microseconds"], 1e-6),
        (["ms", "millisecond", "milliseconds"], 1e-3),
        (["s", "sec", "secs", "second", "seconds"], 1),
        (["min", "mins", "minute", "minutes"], 60),
        (["h", "hr", "hrs", "hour", "hours"], 3600),
        (["d", "day", "days"], 86_400),
        (["week", "weeks"], 604_800),
    ];

    /// <summary>Reads a number of rows or a time.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="samplingTime">Time between two rows.</param>
    /// <param name="timeUnit">Its unit.</param>
    /// <returns>Rows, 1 to <see cref="Most"/>; a time is rounded to the nearest row.</returns>
    /// <exception cref="OrreryDataException">It cannot be read, is less than a row, or too many.</exception>
    public static int Parse(string text, double samplingTime, string timeUnit)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(timeUnit);
        string trimmed = text.Trim();
        int digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] is '+' or '-' or '.'))
            digits++;
        string unit = trimmed[digits..].Trim();
        if (!double.TryParse(trimmed[..digits], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            throw Wrong(text, "that is neither a number of rows nor a time. Write it like 60, or \"10 min\"");
        bool isRows = unit is "" or "row" or "rows" or "step" or "steps";
        if (isRows && number != Math.Floor(number))
            throw Wrong(text, "a number of rows is a whole number. For a time name its unit, such as \"1.5 min\"");
        double rows = isRows ? number : Math.Round(number * Factor(text, unit, timeUnit) / samplingTime);
        if (rows < 1)
            throw Wrong(text, string.Create(CultureInfo.InvariantCulture, $"that is less than a row, and rows are {samplingTime} {timeUnit} apart; at least 1 row is needed"));
        return rows <= Most ? (int)rows : throw Wrong(text, string.Create(CultureInfo.InvariantCulture, $"that is {rows:#,0} rows, but at most {Most:#,0} can be looked ahead"));
    }

    private static double Factor(string text, string unit, string timeUnit)
    {
        if (unit == timeUnit)
            return 1;
        return (Seconds(unit), Seconds(timeUnit)) switch
        {
            ({ } typed, { } row) => typed / row,
            (null, _) => throw Wrong(text, $"'{unit}' is not a unit of time. Give rows such as 60, or ms, s, min, h or d"),
            _ => throw Wrong(text, $"the rows' own unit of time is '{timeUnit}', so '{unit}' cannot be converted to rows. Give a number of rows such as 60"),
        };
    }

    private static double? Seconds(string unit)
    {
        foreach ((string[] names, double seconds) in Units)
        {
            if (names.Contains(unit, StringComparer.OrdinalIgnoreCase))
                return seconds;
        }

        return null;
    }

    private static OrreryDataException Wrong(string text, string what) => new($"Looking ahead '{text}': {what}.");
}
