using static Orrery.Environments.Navigation.FourRoomLayout;

namespace Orrery.Environments.Navigation;

/// <summary>Draws Four Room as it is seen: white, walls black, blue distractors, the red dot over them. Keeps the walls of the last map.</summary>
internal sealed class FourRoomPainter
{
    /// <summary>Standard deviation of a dot, px, as in PLDM's rooms.</summary>
    public const double DotDeviation = 1.3;

    private const int Plane = Size * Size;

    /// <summary>Beyond this distance a dot changes a byte by less than half.</summary>
    private const int Reach = 5;

    private readonly byte[] _walls = new byte[Plane];
    private FourRoomLayout? _layout;

    /// <summary>Draws the picture.</summary>
    /// <param name="pixels">[3, 65, 65].</param>
    /// <param name="layout">The map.</param>
    /// <param name="dot">px.</param>
    /// <param name="distractors">px.</param>
    public void Observe(Span<byte> pixels, FourRoomLayout layout, (float X, float Y) dot, ReadOnlySpan<(float X, float Y)> distractors)
    {
        if (layout != _layout)
            DrawWalls(layout);
        for (var channel = 0; channel < 3; channel++)
            _walls.CopyTo(pixels[(channel * Plane)..]);
        foreach (var distractor in distractors)
            Blend(pixels, distractor, kept: 2);
        Blend(pixels, dot, kept: 0);
    }

    private void DrawWalls(FourRoomLayout layout)
    {
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                _walls[(y * Size) + x] = layout.IsWall(x, y) ? (byte)0 : (byte)255;
        }

        _layout = layout;
    }

    /// <summary>A Gaussian dot in the colour of one channel, over all but the walls, rounded to the nearest byte.</summary>
    private void Blend(Span<byte> pixels, (float X, float Y) at, int kept)
    {
        var (left, right) = (Math.Max(0, (int)MathF.Ceiling(at.X) - Reach), Math.Min(Size - 1, (int)MathF.Floor(at.X) + Reach));
        var (top, bottom) = (Math.Max(0, (int)MathF.Ceiling(at.Y) - Reach), Math.Min(Size - 1, (int)MathF.Floor(at.Y) + Reach));
        Span<float> across = stackalloc float[(2 * Reach) + 1];
        for (var x = left; x <= right; x++)
            across[x - left] = Gaussian(x - at.X);
        for (var y = top; y <= bottom; y++)
        {
            var down = Gaussian(y - at.Y);
            for (var x = left; x <= right; x++)
            {
                var pixel = (y * Size) + x;
                if (_walls[pixel] == 0)
                    continue;
                var cover = across[x - left] * down;
                for (var channel = 0; channel < 3; channel++)
                {
                    ref var value = ref pixels[(channel * Plane) + pixel];
                    value = (byte)(value + (((channel == kept ? 255 : 0) - value) * cover) + 0.5f);
                }
            }
        }
    }

    private static float Gaussian(float distance) => (float)Math.Exp(-(distance * (double)distance) / (2 * DotDeviation * DotDeviation));
}
