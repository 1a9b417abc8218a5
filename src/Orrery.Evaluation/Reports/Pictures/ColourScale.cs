using System.Globalization;

namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>
/// A colour for each share from 0 to 1, dark to bright in even steps of lightness so that it reads in grey too: deep blue,
/// violet, rose, amber.
/// </summary>
public static class ColourScale
{
    private static readonly (double Red, double Green, double Blue)[] Stops =
    [
        (38, 54, 120), (86, 64, 160), (146, 70, 165), (204, 80, 140), (238, 116, 100), (250, 166, 74), (252, 216, 110),
    ];

    /// <summary>The colour of a share; outside 0 to 1 the ends are used, and grey for what is not a number.</summary>
    public static (byte Red, byte Green, byte Blue) At(double share)
    {
        if (double.IsNaN(share))
            return (128, 128, 128);
        double position = Math.Clamp(share, 0, 1) * (Stops.Length - 1);
        int below = Math.Min((int)position, Stops.Length - 2);
        double part = position - below;
        (double Red, double Green, double Blue) a = Stops[below];
        (double Red, double Green, double Blue) b = Stops[below + 1];
        return (Mix(a.Red, b.Red, part), Mix(a.Green, b.Green, part), Mix(a.Blue, b.Blue, part));
    }

    /// <summary>The colour as <c>#rrggbb</c>.</summary>
    public static string Hex(double share)
    {
        (byte red, byte green, byte blue) = At(share);
        return string.Create(CultureInfo.InvariantCulture, $"#{red:x2}{green:x2}{blue:x2}");
    }

    private static byte Mix(double a, double b, double part) => (byte)Math.Round(a + ((b - a) * part));
}
