using System.Globalization;

namespace Orrery.Data.Logs.Sources;

/// <summary>
/// Reads decimal numbers from UTF-8 bytes. Up to 15 digits with a small power of ten need one exact product or quotient of two exact
/// doubles, which is rounded correctly (Clinger, "How to read floating point numbers accurately", 1990); the rest goes the long way.
/// </summary>
internal sealed class NumberText(bool decimalComma)
{
    private const ulong LargestExact = 1UL << 53;
    private const int LargestExactPower = 22;

    private readonly NumberFormatInfo _format = new() { NumberDecimalSeparator = decimalComma ? "," : ".", NumberGroupSeparator = " " };
    private readonly byte _point = decimalComma ? (byte)',' : (byte)'.';

    private static ReadOnlySpan<double> Powers =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a number with the decimal sign of the log; infinities and NaN count as numbers here.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryShort(text, out value) || double.TryParse(text, NumberStyles.Float, _format, out value);

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
