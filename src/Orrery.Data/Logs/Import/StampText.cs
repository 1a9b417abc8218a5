namespace Orrery.Data.Logs.Import;

/// <summary>
/// Reads time stamps as ISO 8601 and most loggers write them: the year first, with - or / or . between; then, after a T or a blank,
/// hours and minutes, seconds, a fraction; then Z or an offset from UTC. Without one the clock is taken as UTC.
/// </summary>
internal static class StampText
{
    /// <summary>Reads a time stamp.</summary>
    /// <param name="text">The stamp.</param>
    /// <param name="ticks">Ticks of UTC, as in <see cref="DateTime.Ticks"/>.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (!Digits(ref text, 4, out int year) || text.IsEmpty)
            return false;
        char between = text[0];
        if (between is not ('-' or '/' or '.') || !Then(ref text, between) || !Digits(ref text, 2, out int month)
            || !Then(ref text, between) || !Digits(ref text, 2, out int day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        if (text.IsEmpty)
            return true;
        return text[0] is 'T' or 't' or ' ' && TryClock(text[1..].TrimStart(' '), ref ticks);
    }

    private static bool TryClock(ReadOnlySpan<char> text, ref long ticks)
    {
        if (!Digits(ref text, 2, out int hours) || !Then(ref text, ':') || !Digits(ref text, 2, out int minutes) || hours > 24 || minutes > 59)
            return false;
        int seconds = 0;
        if (Then(ref text, ':') && (!Digits(ref text, 2, out seconds) || seconds > 60))
            return false;
        ticks += (((hours * 60L) + minutes) * 60 + seconds) * TimeSpan.TicksPerSecond;
        if (!text.IsEmpty && text[0] is '.' or ',')
        {
            text = text[1..];
            long unit = TimeSpan.TicksPerSecond;
            if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
                return false;
            while (!text.IsEmpty && char.IsAsciiDigit(text[0]))
            {
                unit /= 10;
                ticks += (text[0] - '0') * unit;
                text = text[1..];
            }
        }

        text = text.TrimStart(' ');
        return text.IsEmpty || (text.Length == 1 && text[0] is 'Z' or 'z') || TryOffset(text, ref ticks);
    }

    private static bool TryOffset(ReadOnlySpan<char> text, ref long ticks)
    {
        if (text[0] is not ('+' or '-'))
            return false;
        int sign = text[0] == '+' ? -1 : 1;
        text = text[1..];
        if (!Digits(ref text, 2, out int hours))
            return false;
        int minutes = 0;
        if (!text.IsEmpty)
        {
            Then(ref text, ':');
            if (!Digits(ref text, 2, out minutes))
                return false;
        }

        ticks += sign * ((hours * 60) + minutes) * TimeSpan.TicksPerMinute;
        return text.IsEmpty && hours <= 14 && minutes <= 59;
    }

    private static bool Then(ref ReadOnlySpan<char> text, char expected)
    {
        if (text.IsEmpty || text[0] != expected)
            return false;
        text = text[1..];
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<char> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count)
            return false;
        for (int at = 0; at < count; at++)
        {
            int digit = text[at] - '0';
            if ((uint)digit > 9)
                return false;
            value = (value * 10) + digit;
        }

        text = text[count..];
        return true;
    }
}
