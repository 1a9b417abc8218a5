using Orrery.Data.Datasets;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Cli.Inspect;

/// <summary>A picture of a column in one line of text.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int Width = 24;

    public static string Of(InspectedColumn column) =>
        Draw([.. column.Outline.Select(slice => slice.Mean)], column.Minimum, column.Maximum);

    public static string Of(ColumnInspection column) =>
        column.IsConstant ? "" : Draw([.. column.Outline.Select(point => ((double)point.Low + point.High) / 2)], column.Minimum, column.Maximum);

    private static string Draw(double[] values, double minimum, double maximum)
    {
        char[] line = new char[Math.Min(Width, values.Length)];
        for (int index = 0; index < line.Length; index++)
        {
            double value = values[index * values.Length / line.Length];
            double share = (value - minimum) / (maximum - minimum);
            line[index] = double.IsNaN(share) ? ' ' : Blocks[(int)Math.Clamp(share * Blocks.Length, 0, Blocks.Length - 1)];
        }

        return new string(line);
    }
}
