using System.Text;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>Turns points into path data, thinned so that a long record costs no more than the drawing can show.</summary>
internal static class PathBuilder
{
    private const double BucketWidth = 0.8;

    /// <summary>A line with gaps at values that are not numbers.</summary>
    /// <param name="points">Coordinates in the drawing, in ascending order of x.</param>
    /// <param name="steps">Whether each value is held until the next.</param>
    public static string Line(IEnumerable<(double X, double Y)> points, bool steps)
    {
        var text = new StringBuilder();
        bool pen = false;
        double lastY = 0;
        foreach ((double x, double y) in steps ? points : Thin(points))
        {
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                pen = false;
                continue;
            }

            if (!pen)
                text.Append('M').Append(Svg.Number(x)).Append(' ').Append(Svg.Number(y));
            else if (steps)
                AppendStep(text, x, y, lastY);
            else
                text.Append('L').Append(Svg.Number(x)).Append(' ').Append(Svg.Number(y));
            pen = true;
            lastY = y;
        }

        return text.ToString();
    }

    /// <summary>The area between two edges, one closed piece per run of numbers.</summary>
    public static string Band(IReadOnlyList<(double X, double Low, double High)> points)
    {
        var text = new StringBuilder();
        int start = 0;
        while (start < points.Count)
        {
            int end = start;
            while (end < points.Count && double.IsFinite(points[end].X + points[end].Low + points[end].High))
                end++;
            if (end - start > 1)
            {
                int stride = Math.Max(1, (end - start) / 700);
                for (int i = start; i < end; i += stride)
                    text.Append(i == start ? 'M' : 'L').Append(Svg.Number(points[i].X)).Append(' ').Append(Svg.Number(points[i].High));
                for (int i = end - 1; i >= start; i -= stride)
                    text.Append('L').Append(Svg.Number(points[i].X)).Append(' ').Append(Svg.Number(points[i].Low));
                text.Append('Z');
            }

            start = Math.Max(end, start + 1);
        }

        return text.ToString();
    }

    private static void AppendStep(StringBuilder text, double x, double y, double lastY)
    {
        text.Append('H').Append(Svg.Number(x));
        if (y != lastY)
            text.Append('V').Append(Svg.Number(y));
    }

    /// <summary>Keeps the first, lowest, highest and last point of each narrow column of the drawing, so that no peak is lost.</summary>
    private static IEnumerable<(double X, double Y)> Thin(IEnumerable<(double X, double Y)> points)
    {
        var column = new List<(double X, double Y)>();
        double end = double.NegativeInfinity;
        foreach ((double X, double Y) point in points)
        {
            if (point.X >= end || !double.IsFinite(point.Y) || !double.IsFinite(point.X))
            {
                foreach ((double X, double Y) kept in Extremes(column))
                    yield return kept;
                column.Clear();
                end = point.X + BucketWidth;
            }

            column.Add(point);
        }

        foreach ((double X, double Y) kept in Extremes(column))
            yield return kept;
    }

    private static (double X, double Y)[] Extremes(List<(double X, double Y)> column)
    {
        if (column.Count <= 3)
            return [.. column];
        int lowest = 0;
        int highest = 0;
        for (int i = 1; i < column.Count; i++)
        {
            lowest = column[i].Y < column[lowest].Y ? i : lowest;
            highest = column[i].Y > column[highest].Y ? i : highest;
        }

        int[] kept = [.. new SortedSet<int> { 0, lowest, highest, column.Count - 1 }];
        return [.. kept.Select(index => column[index])];
    }
}
