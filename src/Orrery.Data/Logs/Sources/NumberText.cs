using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Data.Logs.Sources;

/// <summary>
/// Reads decimal numbers from UTF-8 bytes. Up to 15 digits with a small power of ten need one exact product or quotient of two exact
/// doubles, which is rounded correctly (Clinger, "How to read floating point numbers accurately", 1990); the rest goes the long way.
/// </summary>
internal sealed partial class NumberText(bool decimalComma, bool thousands = false)
{
    private const ulong LargestExact = 1UL << 53;
    private const int LargestExactPower = 22;
    private const int LongestGrouped = 40;

    private readonly NumberFormatInfo _format = new() { NumberDecimalSeparator = decimalComma ? "," : ".", NumberGroupSeparator = " " };
    private readonly byte _point = decimalComma ? (byte)',' : (byte)'.';

    private static ReadOnlySpan<double> Powers =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a number with the decimal sign of the log; infinities and NaN count as numbers here.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryShort(text, out value) || double.TryParse(text, NumberStyles.Float, _format, out value) || (thousands && TryGrouped(text, out value));

    /// <summary>Whether a cell looks like a number with separators of thousands.</summary>
    public static bool IsGrouped(ReadOnlySpan<char> cell) => Grouped().IsMatch(cell);

    /// <summary>Reads 1,234.5: groups of three digits after a first of one to three.</summary>
    private bool TryGrouped(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        int point = text.IndexOf(_point), digits = 0;
        var whole = (point < 0 ? text : text[..point]).TrimStart("+-"u8);
        var group = whole.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (group is < 1 or > 3 || whole[group] is not ((byte)'.' or (byte)',' or (byte)'\'' or (byte)' ') || whole[group] == _point || text.Length > LongestGrouped)
            return false;
        var mark = whole[group];
        for (var at = group; at < whole.Length; at += 4)
        {
            if (whole[at] != mark || whole.Length < at + 4 || whole.Slice(at + 1, 3).ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return false;
        }

        Span<byte> plain = stackalloc byte[LongestGrouped];
        foreach (var letter in text)
        {
            if (letter != mark)
                plain[digits++] = letter;
        }

        return TryShort(plain[..digits], out value) || double.TryParse(plain[..digits], NumberStyles.Float, _format, out value);
    }

    [GeneratedRegex(@"^[+-]?\d{1,3}(?<mark>[.,' ])\d{3}(\k<mark>\d{3})*([.,]\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grouped();

    private bool TryShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        if (negative)
            at = 1;
        ulong digits = 0;
        int power = 0, first = at;
        var point = -1;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9)
                digits = (digits * 10) + digit;
            else if (text[at] == _point && point < 0)
                point = at;
            else
                break;
        }

        var count = at - first - (point >= 0 ? 1 : 0);
        if (count is 0 or > 18)
            return false;
        if (point >= 0)
            power = point + 1 - at;
        if (at < text.Length && !TryExponent(text[at..], ref power))
            return false;
        if (digits > LargestExact || power is < -LargestExactPower or > LargestExactPower)
            return false;
        value = power < 0 ? digits / Powers[-power] : digits * Powers[power];
        if (negative)
            value = -value;
        return true;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int power)
    {
        if (text.Length is < 2 or > 4 || (text[0] | 0x20) != 'e')
            return false;
        var negative = text[1] == (byte)'-';
        var at = negative || text[1] == (byte)'+' ? 2 : 1;
        if (at == text.Length)
            return false;
        var exponent = 0;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit > 9)
                return false;
            exponent = (exponent * 10) + (int)digit;
        }

        power += negative ? -exponent : exponent;
        return true;
    }
}
