namespace Orrery.Environments.Painting;

/// <summary>A part of the world that is seen from above; y goes up in the picture.</summary>
/// <param name="Left">Smallest x, m.</param>
/// <param name="Bottom">Smallest y, m.</param>
/// <param name="Width">m.</param>
/// <param name="Height">m.</param>
internal readonly record struct FlatView(double Left, double Bottom, double Width, double Height);

/// <summary>Draws flat things from above, with smooth edges. What does not move is drawn once. Keeps buffers; one thread at a time.</summary>
/// <param name="view">What is seen.</param>
/// <param name="paintStill">Draws what does not move, all over the picture.</param>
internal sealed class FlatPainter(FlatView view, Action<FlatPainter> paintStill)
{
    private const int CircleCorners = 32;

    private readonly AreaFiller _filler = new();
    private readonly (double X, double Y)[] _corners = new (double, double)[CircleCorners + 2];
    private byte[] _picture = [];
    private byte[] _still = [];
    private PixelLayout _stillLayout;
    private PixelLayout _layout;

    /// <summary>Begins a picture with what does not move in it.</summary>
    public void Begin(PixelLayout layout)
    {
        var size = layout.Width * layout.Height * 3;
        _layout = layout;
        if (layout != _stillLayout)
        {
            _picture = new byte[size];
            paintStill(this);
            (_still, _picture, _stillLayout) = (_picture, new byte[size], layout);
        }

        _still.CopyTo(_picture, 0);
    }

    /// <summary>Writes the finished picture.</summary>
    public void End(Span<byte> pixels) => _picture.CopyTo(pixels);

    /// <summary>Fills an upright rectangle.</summary>
    public void Rectangle(double left, double bottom, double right, double top, int color)
    {
        (_corners[0], _corners[1], _corners[2], _corners[3]) = ((left, bottom), (right, bottom), (right, top), (left, top));
        Fill(4, color);
    }

    /// <summary>Fills a disc.</summary>
    public void Disc((double X, double Y) center, double radius, int color) => Capsule(center, center, radius, color);

    /// <summary>Fills everything within a distance of a line from one point to another.</summary>
    public void Capsule((double X, double Y) from, (double X, double Y) to, double radius, int color)
    {
        const int Half = CircleCorners / 2;
        const double Step = Math.PI / Half;

        // A little outside the circle, so that the polygon has the circle's area.
        var grown = radius * Math.Sqrt(Step / Math.Sin(Step));
        var across = Math.Atan2(to.Y - from.Y, to.X - from.X) + (Math.PI / 2);
        for (var i = 0; i <= Half; i++)
        {
            var (sine, cosine) = Math.SinCos(across + (i * Step));
            _corners[i] = (from.X + (grown * cosine), from.Y + (grown * sine));
            _corners[Half + 1 + i] = (to.X - (grown * cosine), to.Y - (grown * sine));
        }

        Fill(CircleCorners + 2, color);
    }

    /// <summary>The first corners, in the world.</summary>
    private void Fill(int count, int color)
    {
        var (scaleX, scaleY) = (_layout.Width / view.Width, _layout.Height / view.Height);
        for (var i = 0; i < count; i++)
            _corners[i] = ((_corners[i].X - view.Left) * scaleX, (view.Bottom + view.Height - _corners[i].Y) * scaleY);
        _filler.Fill(_picture, _layout, _corners.AsSpan(0, count), color);
    }
}
