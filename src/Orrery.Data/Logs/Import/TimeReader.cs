using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Import;

/// <summary>Reads the times of rows: numbers, time stamps, or a date and a time in two columns, as the first row of the log has them.</summary>
internal sealed class TimeReader
{
    /// <summary>Seconds since 1970 reach this number in the year 5138; a larger one counts something shorter.</summary>
    private const double LargestSeconds = 1e11;

    private readonly string _source;
    private readonly int _first;
    private readonly int _second;
    private readonly string? _format;
    private readonly string _unit;
    private bool _begun;
    private bool _isStamp;
    private double _scale = 1;
    private long _origin;

    private TimeReader(string source, int first, int second, LogOptions options)
    {
        _source = source;
        _first = first;
        _second = second;
        _format = options.Rules.Format;
        _unit = options.TimeUnit;
    }

    /// <summary>The reader of the options' time column, or of two that they name with a blank between; null when they name none.</summary>
    /// <exception cref="OrreryDataException">There is no such column.</exception>
    public static TimeReader? Find(LogOptions options, LogHeader header, string source)
    {
        if (options.TimeColumn is not { } name)
            return null;
        string[] parts = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool two = parts.Length == 2 && !header.Names.Contains(name) && header.Names.Contains(parts[0]) && header.Names.Contains(parts[1]);
        return two
            ? new TimeReader(source, header.Find(parts[0]), header.Find(parts[1]), options)
            : new TimeReader(source, header.Find(name), -1, options);
    }

    /// <summary>Cells that a row needs to have a time.</summary>
    public int Width => Math.Max(_first, _second) + 1;

    /// <summary>Whether the source says that the row has no time.</summary>
    public bool IsMissing(RowSource row, MissingCells missing) =>
        missing.Matches(row, _first) || (_second >= 0 && missing.Matches(row, _second));

    /// <summary>Reads the time of a row, in the unit of the sampling time. Time stamps count from the log's first.</summary>
    public bool TryRead(RowSource row, out double time)
    {
        if (!_begun)
            Begin(row);
        if (!_isStamp)
        {
            bool isNumber = row.TryNumber(_first, out time) && double.IsFinite(time);
            time /= _scale;
            return isNumber;
        }

        bool isStamp = _second < 0 ? TryTicks(row.Cell(_first), out long ticks) : TryTicks(Text(row), out ticks);
        time = (ticks - _origin) / _scale;
        return isStamp;
    }

    /// <summary>The sentence for a row whose cell is no time.</summary>
    public OrreryDataException NoTime(RowSource row)
    {
        string text = Text(row);
        return new OrreryDataException(_format is null
            ? $"Time column of {_source}: '{text}' in row {row.Row:N0} is neither a number nor a time stamp with the year first. Say how it is written, such as --time-format \"{StampFormat.Guess(text) ?? "dd.MM.yyyy HH:mm:ss"}\", correct it, or leave the time column out."
            : $"Time column of {_source}: '{text}' in row {row.Row:N0} is not written as --time-format \"{_format}\" says. Correct one of them.");
    }

    private void Begin(RowSource row)
    {
        bool isNumber = row.TryNumber(_first, out double number) && double.IsFinite(number);
        _isStamp = _second >= 0 || _format is not null || !isNumber;
        if (!_isStamp)
        {
            // Clocks of machines count seconds, thousandths, millionths or billionths since 1970.
            double size = Math.Abs(number);
            _scale = _unit != "s" || size < LargestSeconds ? 1 : size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9;
            _begun = true;
            return;
        }

        _scale = _unit switch
        {
            "s" => TimeSpan.TicksPerSecond,
            "ms" => TimeSpan.TicksPerMillisecond,
            "min" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => throw new OrreryDataException($"{_source} has time stamps, so the unit of time must be ms, s, min, h or d, but --time-unit is '{_unit}'."),
        };
        _begun = TryTicks(Text(row), out _origin);
    }

    /// <summary>The time of a row as it is written.</summary>
    public string Text(RowSource row)
    {
        string first = row.Cell(_first).ToString();
        return _second < 0 ? first : $"{Day(first)} {row.Cell(_second)}";
    }

    /// <summary>A date of a workbook or a database comes with the time of midnight.</summary>
    private static string Day(string text) => text.EndsWith("T00:00:00", StringComparison.Ordinal) ? text[..^9] : text;

    private bool TryTicks(ReadOnlySpan<char> text, out long ticks)
    {
        if (_format is null)
            return StampText.TryParse(text, out ticks);
        bool isStamp = StampFormat.TryParse(text, _format, out DateTime moment);
        ticks = moment.Ticks;
        return isStamp;
    }
}
