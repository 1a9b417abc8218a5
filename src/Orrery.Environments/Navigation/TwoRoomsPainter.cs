namespace Orrery.Environments.Navigation;

/// <summary>Draws Two Rooms: the observation of two channels, and pictures for people.</summary>
internal sealed class TwoRoomsPainter
{
    private const int Size = TwoRoomsLayout.Size;
    private const int Plane = Size * Size;

    private readonly TwoRoomsLayout _layout;
    private readonly bool _isColoured;
    private readonly byte[] _walls = new byte[Plane];
    private readonly int _reach;
    private readonly double _exponent;

    public TwoRoomsPainter(TwoRoomsLayout layout, bool isColoured = false)
    {
        _isColoured = isColoured;
        _layout = layout;
        _exponent = -1 / (2 * layout.DotDeviation * layout.DotDeviation);

        // Beyond this distance 255 exp(-d^2 / 2 sigma^2) is below 1 and is cut off to 0.
        _reach = (int)Math.Ceiling(layout.DotDeviation * Math.Sqrt(2 * Math.Log(255)));
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                _walls[(y * Size) + x] = IsWall(x, y) ? (byte)255 : (byte)0;
        }
    }

    /// <summary>Channel 0: the dot, trunc(255 exp(-d^2 / 2 sigma^2)). Channel 1: walls 255, elsewhere 0.</summary>
    /// <param name="pixels">[2, 65, 65], or [3, 65, 65] in colours.</param>
    /// <param name="x">px.</param>
    /// <param name="y">px.</param>
    public void Observe(Span<byte> pixels, float x, float y)
    {
        if (_isColoured)
            ObserveColoured(pixels, x, y);
        else
            ObservePlanes(pixels, x, y);
    }

    /// <summary>White with black walls; elsewhere the dot takes trunc(255 dot / max dot) off green and blue.</summary>
    private void ObserveColoured(Span<byte> pixels, float x, float y)
    {
        Span<byte> planes = stackalloc byte[2 * Plane];
        ObservePlanes(planes, x, y);
        var nearest = 255 * Gaussian(Math.Round(x) - x) * Gaussian(Math.Round(y) - y);
        for (var pixel = 0; pixel < Plane; pixel++)
        {
            var isWall = planes[Plane + pixel] > 0;
            var taken = Math.Min(255, (int)(255 * planes[pixel] / nearest));
            pixels[pixel] = isWall ? (byte)0 : (byte)255;
            pixels[Plane + pixel] = pixels[(2 * Plane) + pixel] = isWall ? (byte)0 : (byte)(255 - taken);
        }
    }

    private void ObservePlanes(Span<byte> pixels, float x, float y)
    {
        pixels[..Plane].Clear();
        _walls.CopyTo(pixels[Plane..]);
        var left = Math.Max(0, (int)Math.Floor(x) - _reach);
        var right = Math.Min(Size - 1, (int)Math.Ceiling(x) + _reach);
        var top = Math.Max(0, (int)Math.Floor(y) - _reach);
        var bottom = Math.Min(Size - 1, (int)Math.Ceiling(y) + _reach);

        // The Gaussian is the product of one over x and one over y.
        Span<double> across = stackalloc double[Size];
        for (var column = left; column <= right; column++)
            across[column] = 255 * Gaussian(column - (double)x);
        for (var row = top; row <= bottom; row++)
        {
            var down = Gaussian(row - (double)y);
            var line = pixels.Slice(row * Size, Size);
            for (var column = left; column <= right; column++)
                line[column] = (byte)(across[column] * down);
        }
    }

    /// <summary>A picture for people: white rooms, dark walls, a blue dot.</summary>
    /// <param name="rgb">[height, width, 3].</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="x">Position of the dot in the world, px.</param>
    /// <param name="y">Position of the dot in the world, px.</param>
    public void Render(Span<byte> rgb, int width, int height, float x, float y)
    {
        ReadOnlySpan<byte> outside = [236, 238, 241];
        ReadOnlySpan<byte> room = [255, 255, 255];
        ReadOnlySpan<byte> wall = [52, 58, 70];
        ReadOnlySpan<byte> dot = [37, 99, 235];
        var radius = 1.5 * _layout.DotDeviation;
        var scaleX = (double)Size / width;
        var scaleY = (double)Size / height;
        var soft = Math.Max(scaleX, scaleY);
        for (var row = 0; row < height; row++)
        {
            var worldY = ((row + 0.5) * scaleY) - 0.5;
            for (var column = 0; column < width; column++)
            {
                var worldX = ((column + 0.5) * scaleX) - 0.5;
                var color = IsWall((int)Math.Round(worldX), (int)Math.Round(worldY)) ? wall : IsOutside(worldX, worldY) ? outside : room;
                var distance = Math.Sqrt(((worldX - x) * (worldX - x)) + ((worldY - y) * (worldY - y)));
                var cover = Math.Clamp(((radius - distance) / soft) + 0.5, 0, 1);
                var pixel = rgb.Slice(((row * width) + column) * 3, 3);
                for (var channel = 0; channel < 3; channel++)
                    pixel[channel] = (byte)Math.Round((color[channel] * (1 - cover)) + (dot[channel] * cover));
            }
        }
    }

    private static bool IsOutside(double x, double y) =>
        x < TwoRoomsLayout.Near || x > TwoRoomsLayout.Far || y < TwoRoomsLayout.Near || y > TwoRoomsLayout.Far;

    /// <summary>The four border lines, over the whole picture, and the wall without its door.</summary>
    private bool IsWall(int x, int y)
    {
        if (x is TwoRoomsLayout.Near or TwoRoomsLayout.Far || y is TwoRoomsLayout.Near or TwoRoomsLayout.Far)
            return true;
        return x >= _layout.WallLeft && x <= _layout.WallRight && (y < _layout.DoorTop || y > _layout.DoorBottom);
    }

    private double Gaussian(double distance) => Math.Exp(distance * distance * _exponent);
}
