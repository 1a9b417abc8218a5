using Orrery.Data.Logs.Import;

namespace Orrery.Data.Logs;

/// <summary>Units of time as headers write them.</summary>
internal static class TimeUnits
{
    /// <summary>The unit's short name, which <c>--time-unit</c> takes; null when it is none of time.</summary>
    public static string? Of(string text) => text.ToLowerInvariant() switch
    {
        "ms" or "msec" or "millis" or "milliseconds" => "ms",
        "s" or "sec" or "secs" or "second" or "seconds" => "s",
        "min" or "mins" or "minute" or "minutes" => "min",
        "h" or "hr" or "hrs" or "hour" or "hours" => "h",
        "d" or "day" or "days" => "d",
        _ => null,
    };

    /// <summary>Takes the unit from the header of a column of numbers, such as <c>time (min)</c>, where the user named no other than seconds.</summary>
    public static LogOptions Complete(string place, LogOptions options)
    {
        if (options.TimeColumn is not { } name || options.TimeUnit != "s" || options.SamplingTime is not null)
            return options;
        using LogSource log = LogSource.Open(place, options);
        if (TimeReader.Find(options, log.Header, log.Name) is null || !log.Header.Names.Contains(name))
            return options;
        int column = log.Header.Find(name);
        return Of(log.Header.Unit(column)) is { } unit && log.Next() && column < log.Rows.Count && log.Rows.TryNumber(column, out _)
            ? options with { TimeUnit = unit }
            : options;
    }
}
