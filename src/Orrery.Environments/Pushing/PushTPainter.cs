using Orrery.Environments.Painting;

namespace Orrery.Environments.Pushing;

/// <summary>
/// Draws Push-T as gym-pusht does, layer over layer, with smooth edges instead of a larger picture made smaller. Keeps
/// buffers; one thread at a time.
/// </summary>
/// <param name="drawsGoal">Draw gym-pusht's fixed goal; the other conventions' goals are states, and nothing of them is seen.</param>
internal sealed class PushTPainter(bool drawsGoal)
{
    private const int GoalColor = 0x90EE90;
    private const int AgentColor = 0x4169E1;
    private const int AgentInnerColor = 0x4E7EFF;
    private const int BlockColor = 0x8EA3B7;
    private const int BlockEdgeColor = 0x778899;
    private const int WallColor = 0xD3D3D3;
    private const double AgentInnerRadius = 11;
    private const double EdgeRadius = 2;
    private const int CircleCorners = 32;

    private readonly AreaFiller _filler = new();
    private readonly (double X, double Y)[] _circle = [.. Enumerable.Range(0, CircleCorners).Select(Corner)];
    private readonly (double X, double Y)[] _corners = new (double, double)[CircleCorners];

    /// <summary>The observation.</summary>
    /// <param name="pixels">[3, size, size].</param>
    /// <param name="size">px.</param>
    /// <param name="pose">What to draw.</param>
    public void Observe(Span<byte> pixels, int size, PushTPose pose) => Draw(pixels, new PixelLayout(size, size, 1, size * size), pose);

    /// <summary>A picture for people.</summary>
    /// <param name="rgb">[height, width, 3].</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="pose">What to draw.</param>
    public void Render(Span<byte> rgb, int width, int height, PushTPose pose) => Draw(rgb, new PixelLayout(width, height, 3, 1), pose);

    private static (double X, double Y) Corner(int number)
    {
        // A little outside the circle, so that the polygon has the circle's area.
        const double Step = Math.Tau / CircleCorners;
        var radius = Math.Sqrt(Step / Math.Sin(Step));
        var (sine, cosine) = Math.SinCos(number * Step);
        return (radius * cosine, radius * sine);
    }

    private void Draw(Span<byte> pixels, PixelLayout layout, PushTPose pose)
    {
        pixels.Fill(255);
        if (drawsGoal)
        {
            for (var i = 0; i < PushTShape.Outline.Count; i++)
                _corners[i] = PushTShape.ToWorld(PushTShape.FixedGoal, PushTShape.Outline[i].X, PushTShape.Outline[i].Y);
            Fill(pixels, layout, PushTShape.Outline.Count, GoalColor);
        }

        Disc(pixels, layout, pose, PushTShape.AgentRadius, AgentColor);
        Disc(pixels, layout, pose, AgentInnerRadius, AgentInnerColor);
        foreach (var part in PushTShape.Parts)
        {
            Part(pixels, layout, pose, part, EdgeRadius, BlockEdgeColor);
            Part(pixels, layout, pose, part, -EdgeRadius, BlockColor);
        }

        foreach (var (from, to) in PushTShape.Walls)
            Wall(pixels, layout, from, to);
    }

    private void Disc(Span<byte> pixels, PixelLayout layout, PushTPose pose, double radius, int color)
    {
        for (var i = 0; i < CircleCorners; i++)
            _corners[i] = (pose.AgentX + (radius * _circle[i].X), pose.AgentY + (radius * _circle[i].Y));
        Fill(pixels, layout, CircleCorners, color);
    }

    /// <summary>One rectangle of the block, grown on every side.</summary>
    private void Part(Span<byte> pixels, PixelLayout layout, PushTPose pose, IReadOnlyList<(double X, double Y)> part, double growth, int color)
    {
        var (middleX, middleY) = ((part[0].X + part[2].X) / 2, (part[0].Y + part[2].Y) / 2);
        for (var i = 0; i < part.Count; i++)
        {
            var (x, y) = part[i];
            _corners[i] = PushTShape.ToWorld(pose, x + (growth * Math.Sign(x - middleX)), y + (growth * Math.Sign(y - middleY)));
        }

        Fill(pixels, layout, part.Count, color);
    }

    private void Wall(Span<byte> pixels, PixelLayout layout, (double X, double Y) from, (double X, double Y) to)
    {
        var (left, right) = (Math.Min(from.X, to.X) - PushTShape.WallRadius, Math.Max(from.X, to.X) + PushTShape.WallRadius);
        var (top, bottom) = (Math.Min(from.Y, to.Y) - PushTShape.WallRadius, Math.Max(from.Y, to.Y) + PushTShape.WallRadius);
        (_corners[0], _corners[1], _corners[2], _corners[3]) = ((left, top), (right, top), (right, bottom), (left, bottom));
        Fill(pixels, layout, 4, WallColor);
    }

    /// <summary>The first corners, in the world: a pixel of the window has its centre at whole numbers.</summary>
    private void Fill(Span<byte> pixels, PixelLayout layout, int count, int color)
    {
        var (scaleX, scaleY) = ((double)layout.Width / PushTShape.Window, (double)layout.Height / PushTShape.Window);
        for (var i = 0; i < count; i++)
            _corners[i] = ((_corners[i].X + 0.5) * scaleX, (_corners[i].Y + 0.5) * scaleY);
        _filler.Fill(pixels, layout, _corners.AsSpan(0, count), color);
    }
}
