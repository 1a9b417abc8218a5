using System.Globalization;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>A rectangle of a map, in the environment's units.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct MapRectangle(double X, double Y, double Width, double Height);

/// <summary>A point of a map, in the environment's units, y downwards.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
public readonly record struct MapPoint(double X, double Y);

/// <summary>The fixed part of a map.</summary>
/// <param name="Extent">What is shown.</param>
/// <param name="Walls">What cannot be passed.</param>
public sealed record MapGeometry(MapRectangle Extent, IReadOnlyList<MapRectangle> Walls);

/// <summary>One episode on a map.</summary>
/// <param name="Path">Positions from the start on, one per step.</param>
/// <param name="Goal">Where it should end.</param>
/// <param name="GoalRadius">Distance from the goal that counts as success.</param>
/// <param name="Success">Whether it did.</param>
public sealed record MapEpisode(IReadOnlyList<MapPoint> Path, MapPoint Goal, double GoalRadius, bool Success);

/// <summary>Draws episodes on maps: the path in the colours of time, from dark to bright, the start as a ring and the goal as a target.</summary>
public static class MapDrawing
{
    private const int TimeColours = 24;

    /// <summary>A large map of one episode.</summary>
    public static Html Render(MapGeometry map, MapEpisode episode, string label) => Draw(map, episode, label, "map", 0.9);

    /// <summary>A thumbnail of one episode, with thicker lines and success or failure as the frame's colour.</summary>
    public static Html Thumbnail(MapGeometry map, MapEpisode episode, string label)
    {
        ArgumentNullException.ThrowIfNull(episode);
        return Draw(map, episode, label, episode.Success ? "map thumb good" : "map thumb bad", 1.7);
    }

    /// <summary>The walls alone, to lay over another picture.</summary>
    public static Html Walls(MapGeometry map, MapPoint? goal = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var svg = new Svg();
        DrawWalls(svg, map);
        if (goal is MapPoint point)
            svg.Circle(point.X, point.Y, 1.6, "goal-dot");
        return Finish(svg, map, "walls", "map overlay");
    }

    private static Html Draw(MapGeometry map, MapEpisode episode, string label, string cssClass, double thickness)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(episode);
        var svg = new Svg();
        svg.Rectangle(map.Extent.X, map.Extent.Y, map.Extent.Width, map.Extent.Height, "floor");
        DrawWalls(svg, map);
        svg.Circle(episode.Goal.X, episode.Goal.Y, episode.GoalRadius, "goal");
        svg.Circle(episode.Goal.X, episode.Goal.Y, 1, "goal-dot");
        MapPoint[] path = [.. episode.Path.Where(point => double.IsFinite(point.X + point.Y))];
        DrawPath(svg, path, thickness);
        if (path.Length > 0)
        {
            svg.Circle(path[0].X, path[0].Y, 1.7, "start");
            svg.Circle(path[^1].X, path[^1].Y, 1.2, "end");
        }

        return Finish(svg, map, label, cssClass);
    }

    private static void DrawWalls(Svg svg, MapGeometry map)
    {
        foreach (MapRectangle wall in map.Walls)
            svg.Rectangle(wall.X, wall.Y, wall.Width, wall.Height, "wall");
    }

    /// <summary>One piece per colour rather than one per step keeps a page of a hundred episodes small.</summary>
    private static void DrawPath(Svg svg, MapPoint[] path, double thickness)
    {
        int segments = path.Length - 1;
        int pieces = Math.Min(segments, TimeColours);
        for (int piece = 0; piece < pieces; piece++)
        {
            int from = piece * segments / pieces;
            int to = (piece + 1) * segments / pieces;
            string data = string.Join('L', path[from..(to + 1)].Select(point => $"{Svg.Number(point.X)} {Svg.Number(point.Y)}"));
            svg.Path("M" + data, "track", string.Create(CultureInfo.InvariantCulture,
                $"stroke=\"{ColourScale.Hex(0.08 + (0.84 * piece / Math.Max(1, pieces - 1)))}\" stroke-width=\"{thickness:0.##}\""));
        }
    }

    private static Html Finish(Svg svg, MapGeometry map, string label, string cssClass) =>
        svg.Finish(map.Extent.Width, map.Extent.Height, label, cssClass, left: map.Extent.X, top: map.Extent.Y);
}
