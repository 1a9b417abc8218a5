using System.Numerics;

namespace Orrery.Tensors.Kernels;

/// <summary>What vector instructions this process uses.</summary>
internal static class Isa
{
    /// <summary>The width of <see cref="Vector{T}"/> in bits; 0 when it is emulated.</summary>
    public static int VectorBits => Vector.IsHardwareAccelerated ? Vector<float>.Count * 32 : 0;

    /// <summary>For people.</summary>
    public static string Description => VectorBits == 0 ? "no vector instructions" : $"{VectorBits}-bit vectors";
}
