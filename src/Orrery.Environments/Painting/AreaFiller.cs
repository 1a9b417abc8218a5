namespace Orrery.Environments.Painting;

/// <summary>Where a picture's bytes are.</summary>
/// <param name="Width">px.</param>
/// <param name="Height">px.</param>
/// <param name="PixelStride">Bytes from one pixel to its right neighbour.</param>
/// <param name="ChannelStride">Bytes from one pixel's red to its green.</param>
internal readonly record struct PixelLayout(int Width, int Height, int PixelStride, int ChannelStride);

/// <summary>Fills polygons by the exact area that they cover of each pixel. Keeps a buffer; one thread at a time.</summary>
/// <remarks>
/// Each edge adds to a buffer, per pixel that it crosses, how much the area to its right changes there; the running sum
/// along a row is then the covered area.
/// </remarks>
internal sealed class AreaFiller
{
    private float[] _changes = [];
    private int _width;
    private int _height;

    /// <summary>Fills one polygon.</summary>
    /// <param name="pixels">Painted over.</param>
    /// <param name="layout">Where they are.</param>
    /// <param name="corners">In pixels; the picture is [0, width] x [0, height]. Either turn; it may not cross itself.</param>
    /// <param name="color">Red, green, blue as 0xRRGGBB.</param>
    public void Fill(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<(double X, double Y)> corners, int color)
    {
        (_width, _height) = (layout.Width, layout.Height);
        var (left, right, top, bottom) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        foreach (var (x, y) in corners)
        {
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        var (firstRow, lastRow) = (Math.Max(0, (int)Math.Floor(top)), Math.Min(_height, (int)Math.Ceiling(bottom)));
        var (firstColumn, lastColumn) = (Math.Max(0, (int)Math.Floor(left)), Math.Min(_width, (int)Math.Ceiling(right)));
        if (firstRow >= lastRow || firstColumn >= lastColumn)
            return;

        // Two more columns take what edges add at and beyond the right border.
        var stride = _width + 2;
        if (_changes.Length < stride * _height)
            _changes = new float[stride * _height];
        for (var i = 0; i < corners.Length; i++)
            AddEdge(corners[i], corners[(i + 1) % corners.Length]);
        for (var row = firstRow; row < lastRow; row++)
        {
            var changes = _changes.AsSpan(row * stride, stride);
            var sum = 0f;
            for (var column = firstColumn; column < lastColumn; column++)
            {
                sum += changes[column];
                var cover = Math.Min(Math.Abs(sum), 1);
                if (cover > 0.002f)
                    Blend(pixels, layout, (((row * _width) + column) * layout.PixelStride), color, cover);
            }

            changes[firstColumn..Math.Min(stride, lastColumn + 2)].Clear();
        }
    }

    private static void Blend(Span<byte> pixels, PixelLayout layout, int offset, int color, float cover)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            ref var pixel = ref pixels[offset + (channel * layout.ChannelStride)];
            var wanted = (color >> (16 - (8 * channel))) & 255;
            pixel = (byte)(pixel + ((wanted - pixel) * cover) + 0.5f);
        }
    }

    private void AddEdge((double X, double Y) from, (double X, double Y) to)
    {
        if (from.Y == to.Y)
            return;
        var sign = 1.0;
        if (from.Y > to.Y)
            (from, to, sign) = (to, from, -1.0);
        var slope = (to.X - from.X) / (to.Y - from.Y);
        var last = Math.Min(_height, (int)Math.Ceiling(to.Y));
        for (var row = Math.Max(0, (int)Math.Floor(from.Y)); row < last; row++)
        {
            var (top, bottom) = (Math.Max(row, from.Y), Math.Min(row + 1, to.Y));
            if (bottom <= top)
                continue;
            var (start, end) = (from.X + ((top - from.Y) * slope), from.X + ((bottom - from.Y) * slope));
            AddSpan(row * (_width + 2), Math.Clamp(Math.Min(start, end), 0, _width), Math.Clamp(Math.Max(start, end), 0, _width), sign * (bottom - top));
        }
    }

    /// <summary>A piece of an edge within one row, from x = low to x = high, that is <paramref name="height"/> high.</summary>
    private void AddSpan(int rowStart, double low, double high, double height)
    {
        var first = (int)low;
        if (high <= first + 1)
        {
            var share = 1 - (((low + high) / 2) - first);
            _changes[rowStart + first] += (float)(height * share);
            _changes[rowStart + first + 1] += (float)(height * (1 - share));
            return;
        }

        // The area to the right of the edge within each pixel column, by differences of the integral of the edge's height.
        var perColumn = height / (high - low);
        var before = 0.0;
        for (var column = first; column < high; column++)
        {
            var (enter, leave) = (Math.Max(low, column), Math.Min(high, column + 1));
            var rise = perColumn * (leave - enter);
            var share = 1 - (((enter + leave) / 2) - column);
            _changes[rowStart + column] += (float)((rise * share) + before);
            before = rise * (1 - share);
        }

        _changes[rowStart + (int)Math.Ceiling(high)] += (float)before;
    }
}
