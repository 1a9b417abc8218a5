namespace Orrery.Tensors.Kernels;

/// <summary>Moves and converts runs of numbers.</summary>
internal static unsafe class CopyKernel
{
    /// <summary>target = scale source + offset.</summary>
    public static void FromBytes(byte* source, float* target, int count, float scale, float offset)
    {
        for (int index = 0; index < count; index++)
            target[index] = (scale * source[index]) + offset;
    }
}
