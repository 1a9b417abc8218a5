using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels;

/// <summary>What vector instructions this process uses.</summary>
internal static class Isa
{
    /// <summary>The width of <see cref="Vector{T}"/>, with which all but products and convolutions compute, in bits; 0 when it is emulated.</summary>
    public static int VectorBits => Vector.IsHardwareAccelerated ? Vector<float>.Count * 32 : 0;

    /// <summary>The width of the registers of products and convolutions in bits; 0 without vector instructions.</summary>
    public static int ProductBits => Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? 256
        : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>For people.</summary>
    public static string Description => ProductBits == 0
        ? "no vector instructions"
        : ProductBits == VectorBits ? $"{VectorBits}-bit vectors" : $"{VectorBits}-bit vectors, {ProductBits}-bit in products";
}
