namespace Orrery.Environments.Navigation;

/// <summary>A disc in a picture for people.</summary>
/// <param name="X">px of the world.</param>
/// <param name="Y">px of the world.</param>
/// <param name="Radius">px of the world.</param>
/// <param name="Color">0xRRGGBB.</param>
internal readonly record struct SceneDisc(double X, double Y, double Radius, int Color);

/// <summary>Pictures for people of a square world of pixels, at any size: walls from a map, discs with smooth edges.</summary>
internal static class ScenePicture
{
    /// <summary>Colour of a free place.</summary>
    public const int Room = 0xFFFFFF;

    /// <summary>Colour of a wall.</summary>
    public const int Wall = 0x343A46;

    /// <summary>Colour of what is outside the rooms.</summary>
    public const int Outside = 0xECEEF1;

    /// <summary>Draws it.</summary>
    /// <param name="rgb">[height, width, 3].</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="worldSize">Side of the world, px.</param>
    /// <param name="ground">Colour of the world's pixel (x, y), whole numbers.</param>
    /// <param name="discs">Drawn over it, one over the other.</param>
    /// <exception cref="ArgumentException">The span does not have the picture's size.</exception>
    public static void Draw(Span<byte> rgb, int width, int height, int worldSize, Func<int, int, int> ground, ReadOnlySpan<SceneDisc> discs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
            throw new ArgumentException($"Render: {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        var (scaleX, scaleY) = ((double)worldSize / width, (double)worldSize / height);
        var soft = Math.Max(scaleX, scaleY);
        for (var row = 0; row < height; row++)
        {
            var y = ((row + 0.5) * scaleY) - 0.5;
            for (var column = 0; column < width; column++)
            {
                var x = ((column + 0.5) * scaleX) - 0.5;
                var pixel = rgb.Slice(((row * width) + column) * 3, 3);
                Paint(pixel, ground((int)Math.Round(x), (int)Math.Round(y)), 1);
                foreach (var disc in discs)
                {
                    var distance = Math.Sqrt(((x - disc.X) * (x - disc.X)) + ((y - disc.Y) * (y - disc.Y)));
                    Paint(pixel, disc.Color, Math.Clamp(((disc.Radius - distance) / soft) + 0.5, 0, 1));
                }
            }
        }
    }

    private static void Paint(Span<byte> pixel, int color, double cover)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var wanted = (color >> (16 - (8 * channel))) & 255;
            pixel[channel] = (byte)Math.Round(pixel[channel] + ((wanted - pixel[channel]) * cover));
        }
    }
}
