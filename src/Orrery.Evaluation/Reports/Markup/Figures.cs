using System.Globalization;

namespace Orrery.Evaluation.Reports.Markup;

/// <summary>Numbers as people read them.</summary>
public static class Figures
{
    /// <summary>What stands for a value that is missing.</summary>
    public const string Missing = "–";

    /// <summary>A number with about <paramref name="digits"/> significant digits: <c>0.0312</c>, <c>12,400</c>, <c>3.1e-9</c>.</summary>
    public static string Short(double value, int digits = 3)
    {
        if (double.IsNaN(value))
            return Missing;
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        if (value == 0)
            return "0";
        double size = Math.Abs(value);
        string text;
        if (size is >= 1e7 or < 1e-4)
        {
            text = value.ToString("0." + new string('#', digits - 1) + "e0", CultureInfo.InvariantCulture);
        }
        else
        {
            int decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(size)), 0, 8);
            text = Math.Round(value, decimals).ToString("#,##0." + new string('#', decimals), CultureInfo.InvariantCulture);
        }

        return text.Replace('-', '−');
    }

    /// <summary>The same with trailing zeros kept, so that the figures of a column line up: <c>2.90</c>, <c>1.00</c>.</summary>
    public static string Padded(double value, int digits = 3)
    {
        double size = Math.Abs(value);
        if (!double.IsFinite(value) || size is >= 1e7 or < 1e-4)
            return Short(value, digits);
        int decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        return value.ToString("#,##0." + new string('0', decimals), CultureInfo.InvariantCulture).Replace('-', '−');
    }

    /// <summary>A share of one as a percentage: <c>94 %</c>, <c>87.5 %</c>.</summary>
    public static string Percent(double share) => double.IsFinite(share)
        ? (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %"
        : Missing;

    /// <summary>A duration: <c>0.8 ms</c>, <c>12.4 s</c>, <c>4 min 05 s</c>.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return Missing;
        return seconds switch
        {
            < 1 => Short(seconds * 1000) + " ms",
            < 60 => Short(seconds) + " s",
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60:00} min"),
        };
    }

    /// <summary>A name with its unit in brackets, or the name alone.</summary>
    public static string WithUnit(string name, string? unit) => string.IsNullOrEmpty(unit) ? name : $"{name} ({unit})";
}
