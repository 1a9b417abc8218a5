using System.Globalization;
using System.Text;

namespace Orrery.EndToEnd.Tests.Support;

/// <summary>
/// The record of a house: a heater is commanded, the weather is a disturbance, and the room loses heat to it. What the heater burns is
/// measured, with a lag.
/// </summary>
internal static class HouseLog
{
    public static readonly string[] Columns = ["--observations", "room,fuel", "--actions", "heater", "--disturbances", "outdoor", "--time-column", "time"];

    public static string Write(string path, int rows = 900, int seed = 1)
    {
        Random random = new(seed);
        StringBuilder text = new("time,heater,outdoor,room,fuel\n");
        double room = 18, fuel = 2, heater = 3;
        for (int row = 0; row < rows; row++)
        {
            if (row % 12 == 0)
                heater = Math.Round(10 * random.NextDouble(), 3);
            double outdoor = 8 + (6 * Math.Sin(row / 45.0)) + (2 * Math.Sin(row / 13.0));
            fuel = (0.5 * fuel) + (0.5 * heater);
            text.Append(CultureInfo.InvariantCulture, $"{row * 60},{heater:0.000},{outdoor:0.000},{room:0.0000},{fuel:0.0000}\n");
            room += (0.08 * (outdoor - room)) + (0.15 * fuel);
        }

        File.WriteAllText(path, text.ToString());
        return path;
    }
}
