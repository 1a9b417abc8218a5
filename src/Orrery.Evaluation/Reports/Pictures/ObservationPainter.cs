namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>Shows what a model sees: the observation's channels as a picture for people.</summary>
public static class ObservationPainter
{
    private static readonly (int Red, int Green, int Blue) Paper = (250, 248, 243);
    private static readonly (int Red, int Green, int Blue) Ink = (58, 62, 78);
    private static readonly (int Red, int Green, int Blue) Accent = (222, 84, 46);

    /// <summary>
    /// Three channels are red, green and blue and one is grey. Two are drawn on paper: the first (the dot) in colour, the
    /// second (the walls) in ink; of more than three the first is shown in grey.
    /// </summary>
    /// <param name="pixels">[channels, height, width] bytes.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit.</exception>
    public static RgbImage Paint(ReadOnlySpan<byte> pixels, int channels, int height, int width)
    {
        if (pixels.Length != channels * height * width)
            throw new ArgumentException(
                $"ObservationPainter: {pixels.Length} bytes are not {channels} channels of {height} x {width}.", nameof(pixels));
        var image = new RgbImage(width, height);
        int plane = height * width;
        for (int i = 0; i < plane; i++)
            image.Set(i % width, i / width, channels switch
            {
                2 => Blend(pixels[i], pixels[plane + i]),
                3 => (pixels[i], pixels[plane + i], pixels[(2 * plane) + i]),
                _ => (pixels[i], pixels[i], pixels[i]),
            });
        return image;
    }

    private static (byte Red, byte Green, byte Blue) Blend(byte dot, byte wall)
    {
        (double red, double green, double blue) = Over((Paper.Red, Paper.Green, Paper.Blue), Ink, wall / 255.0);
        (red, green, blue) = Over((red, green, blue), Accent, dot / 255.0);
        return ((byte)Math.Round(red), (byte)Math.Round(green), (byte)Math.Round(blue));
    }

    private static (double Red, double Green, double Blue) Over((double Red, double Green, double Blue) below,
        (int Red, int Green, int Blue) above, double share) =>
        (below.Red + ((above.Red - below.Red) * share), below.Green + ((above.Green - below.Green) * share),
            below.Blue + ((above.Blue - below.Blue) * share));
}
