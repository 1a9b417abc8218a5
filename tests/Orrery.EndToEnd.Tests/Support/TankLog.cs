using System.Globalization;
using System.Text;

namespace Orrery.EndToEnd.Tests.Support;

/// <summary>
/// The record of a small plant: a tank that fills with the pump's voltage, drains through a hole (Torricelli), and overflows at
/// its brim, which is what a linear model cannot know.
/// </summary>
internal static class TankLog
{
    private const double Brim = 8;

    public static string Write(string path, int rows = 600, int seed = 1)
    {
        Random random = new(seed);
        StringBuilder text = new("time,voltage,level\n");
        double level = 2, voltage = 3;
        for (int row = 0; row < rows; row++)
        {
            if (row % 12 == 0)
                voltage = Math.Round(10 * random.NextDouble(), 3);
            text.Append(CultureInfo.InvariantCulture, $"{row},{voltage:0.000},{level + (0.01 * (random.NextDouble() - 0.5)):0.0000}\n");
            level = Math.Min(Brim, level + (0.12 * voltage) - (0.25 * Math.Sqrt(Math.Max(level, 0))));
        }

        File.WriteAllText(path, text.ToString());
        return path;
    }
}
