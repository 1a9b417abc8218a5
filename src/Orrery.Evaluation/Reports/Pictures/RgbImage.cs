namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>A small picture in memory.</summary>
public sealed class RgbImage
{
    /// <summary>A black picture.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        Pixels = new byte[width * height * 3];
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3] bytes, red first.</summary>
    public byte[] Pixels { get; }

    /// <summary>Sets one pixel.</summary>
    public void Set(int x, int y, (byte Red, byte Green, byte Blue) colour)
    {
        int at = ((y * Width) + x) * 3;
        Pixels[at] = colour.Red;
        Pixels[at + 1] = colour.Green;
        Pixels[at + 2] = colour.Blue;
    }
}
