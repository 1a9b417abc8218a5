using static Orrery.Environments.Navigation.TwoRoomWorld;

namespace Orrery.Environments.Navigation;

/// <summary>Draws the 224-pixel Two Room as it is seen: in full, or made smaller to 64 px. Keeps buffers; one thread at a time.</summary>
/// <remarks>
/// The picture is that of <c>swm/TwoRoom-v1</c> without its target: white, walls black, the agent a red Gaussian whose largest pixel
/// is 1, blended in single precision and cut to whole numbers. The small picture is the mean of the full one over squares of 3.5 px, to the
/// nearest whole number. Walls are drawn once; only a window around the agent is drawn at each look.
/// </remarks>
internal sealed class TwoRoomPainter
{
    /// <summary>Side of the small picture.</summary>
    public const int SmallSize = 64;

    /// <summary>Beyond so many px from the agent, blending changes nothing in single precision.</summary>
    private const int Reach = 42;

    /// <summary>A window made smaller begins and ends at multiples of 7 px, so it can be so wide.</summary>
    private const int MostWindow = 98;

    private readonly int _size;
    private readonly byte[] _full = new byte[Size * Size];
    private readonly byte[] _walls;
    private readonly float[] _alpha = new float[MostWindow];
    private readonly byte[] _red = new byte[MostWindow * MostWindow];
    private readonly byte[] _others = new byte[MostWindow * MostWindow];

    /// <summary>Draws the walls.</summary>
    /// <param name="size">Side of the picture: 224 or 64.</param>
    public TwoRoomPainter(int size)
    {
        _size = size;
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                _full[(y * Size) + x] = IsBlack(x, y) ? (byte)0 : (byte)255;
        }

        _walls = _full;
        if (size == SmallSize)
        {
            _walls = new byte[SmallSize * SmallSize];
            SevenToTwo.Reduce(_full, Size, Size, Size, _walls, SmallSize);
        }
    }

    /// <summary>Draws the picture.</summary>
    /// <param name="pixels">[3, size, size].</param>
    /// <param name="x">px of the full picture.</param>
    /// <param name="y">px of the full picture.</param>
    public void Observe(Span<byte> pixels, float x, float y)
    {
        var plane = _size * _size;
        for (var channel = 0; channel < 3; channel++)
            _walls.CopyTo(pixels[(channel * plane)..]);
        var (left, right) = Window(x);
        var (top, bottom) = Window(y);
        DrawWindow(left, right, top, bottom, x, y);
        Copy(_red, pixels[..plane]);
        Copy(_others, pixels.Slice(plane, plane));
        Copy(_others, pixels[(2 * plane)..]);

        void Copy(byte[] window, Span<byte> channel)
        {
            var width = right - left;
            if (_size == SmallSize)
            {
                SevenToTwo.Reduce(window, width, width, bottom - top, channel[((((top / 7) * SmallSize) + (left / 7)) * 2)..], SmallSize);
                return;
            }

            for (var row = top; row < bottom; row++)
                window.AsSpan((row - top) * width, width).CopyTo(channel[((row * Size) + left)..]);
        }
    }

    /// <summary>First pixel that the agent may change along an axis, and one after the last; multiples of 7.</summary>
    private static (int First, int End) Window(float at) =>
        (Math.Max(0, (int)MathF.Floor(at) - Reach) / 7 * 7, (Math.Min(Size, (int)MathF.Ceiling(at) + Reach + 1) + 6) / 7 * 7);

    private void DrawWindow(int left, int right, int top, int bottom, float x, float y)
    {
        var width = right - left;
        var largest = Gaussian(Squared(MathF.Round(x) - x) + Squared(MathF.Round(y) - y));
        for (var row = top; row < bottom; row++)
        {
            var down = Squared(row - y);
            var walls = _full.AsSpan((row * Size) + left, width);
            var start = (row - top) * width;
            var red = _red.AsSpan(start, width);
            var others = _others.AsSpan(start, width);
            for (var column = 0; column < width; column++)
                _alpha[column] = Gaussian(Squared(left + column - x) + down) / largest;
            for (var column = 0; column < width; column++)
            {
                var alpha = _alpha[column];
                var kept = walls[column] * (1 - alpha);
                red[column] = (byte)(kept + (255 * alpha));
                others[column] = (byte)kept;
            }
        }
    }

    private static float Squared(float value) => value * value;

    private static float Gaussian(float squaredDistance) => MathF.Exp(-squaredDistance / (2 * Radius * Radius));
}
