using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// Products of very few rows with a transposed matrix: every element is an inner product of two rows as they lie, and nothing is
/// packed. Elements do not depend on how many others are computed.
/// </summary>
internal static unsafe class DotProduct
{
    private const int MostRows = 4;

    /// <summary>Whether a product is better computed this way.</summary>
    public static bool Suits(in Product p) => p.Panel == 0 && p.Rows <= MostRows && p.AStep == 1 && p.BStep == 1 && p.Columns > 1 && p.Depth > 0;

    /// <summary>The whole product.</summary>
    public static void Run(in Product product)
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Vector512<float>, Wide512>(product);
        else if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            Run<Vector256<float>, Wide256>(product);
        else if (Vector128.IsHardwareAccelerated)
            Run<Vector128<float>, Wide128>(product);
        else
            Run<float, Narrow>(product);
        for (int row = 0; row < product.Rows; row++)
            UnaryKernel.Activate(product.Activation, product.C + ((long)row * product.CRow), product.Columns);
    }

    private static void Run<TVector, TOperations>(in Product p)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        float* sums = stackalloc float[4];
        for (int row = 0; row < p.Rows; row++)
        {
            float* a = p.A + ((long)row * p.ARow);
            float* c = p.C + ((long)row * p.CRow);
            for (int index = 0; index < p.Columns; index += 4)
            {
                // Columns beyond the end repeat the last.
                int last = p.Columns - 1;
                Four<TVector, TOperations>(
                    a, p.B + ((long)index * p.BColumn), p.B + ((long)Math.Min(index + 1, last) * p.BColumn),
                    p.B + ((long)Math.Min(index + 2, last) * p.BColumn), p.B + ((long)Math.Min(index + 3, last) * p.BColumn), p.Depth, sums);
                for (int lane = 0; lane < Math.Min(4, last + 1 - index); lane++)
                    c[index + lane] = sums[lane] + (p.Accumulate ? c[index + lane] : p.Bias == null ? 0 : p.Bias[index + lane]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TVector, TOperations>(float* a, float* b0, float* b1, float* b2, float* b3, int depth, float* sums)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        TVector s0 = TOperations.Zero, s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        int k = 0;
        for (; k <= depth - (2 * TOperations.Width); k += 2 * TOperations.Width)
        {
            TVector x = TOperations.Load(a + k), y = TOperations.Load(a + k + TOperations.Width);
            s0 = TOperations.MultiplyAdd(x, TOperations.Load(b0 + k), s0);
            s1 = TOperations.MultiplyAdd(x, TOperations.Load(b1 + k), s1);
            s2 = TOperations.MultiplyAdd(x, TOperations.Load(b2 + k), s2);
            s3 = TOperations.MultiplyAdd(x, TOperations.Load(b3 + k), s3);
            t0 = TOperations.MultiplyAdd(y, TOperations.Load(b0 + k + TOperations.Width), t0);
            t1 = TOperations.MultiplyAdd(y, TOperations.Load(b1 + k + TOperations.Width), t1);
            t2 = TOperations.MultiplyAdd(y, TOperations.Load(b2 + k + TOperations.Width), t2);
            t3 = TOperations.MultiplyAdd(y, TOperations.Load(b3 + k + TOperations.Width), t3);
        }

        for (; k <= depth - TOperations.Width; k += TOperations.Width)
        {
            TVector x = TOperations.Load(a + k);
            s0 = TOperations.MultiplyAdd(x, TOperations.Load(b0 + k), s0);
            s1 = TOperations.MultiplyAdd(x, TOperations.Load(b1 + k), s1);
            s2 = TOperations.MultiplyAdd(x, TOperations.Load(b2 + k), s2);
            s3 = TOperations.MultiplyAdd(x, TOperations.Load(b3 + k), s3);
        }

        float r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        for (; k < depth; k++)
        {
            r0 += a[k] * b0[k];
            r1 += a[k] * b1[k];
            r2 += a[k] * b2[k];
            r3 += a[k] * b3[k];
        }

        sums[0] = TOperations.Sum(TOperations.Add(s0, t0)) + r0;
        sums[1] = TOperations.Sum(TOperations.Add(s1, t1)) + r1;
        sums[2] = TOperations.Sum(TOperations.Add(s2, t2)) + r2;
        sums[3] = TOperations.Sum(TOperations.Add(s3, t3)) + r3;
    }
}
