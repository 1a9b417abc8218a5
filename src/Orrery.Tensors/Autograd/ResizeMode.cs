namespace Orrery.Tensors.Autograd;

/// <summary>How pictures are brought to another size; n is the old length of an axis and m the new one.</summary>
public enum ResizeMode
{
    /// <summary>The pixel at floor(i n / m).</summary>
    Nearest,

    /// <summary>Linear between the pixels around (i + 0.5) n / m - 0.5, which is kept inside.</summary>
    Bilinear,

    /// <summary>Linear between the pixels around i (n - 1) / (m - 1), so that the corners coincide.</summary>
    BilinearAlignedCorners,

    /// <summary>
    /// A triangle of half-width max(n / m, 1) around (i + 0.5) n / m, its weights normalised: no aliasing when shrinking.
    /// </summary>
    BilinearAntialiased,
}
