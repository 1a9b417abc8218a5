using System.Runtime.CompilerServices;
using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// One tile of a product whose right factor is not a matrix in memory: its row t begins at <c>b + offsets[t]</c>. The rows of a
/// convolution overlap, so that the picture itself is the factor and nothing is unfolded. A leaf method without calls and static
/// fields: either would put the accumulators on the stack.
/// </summary>
internal static unsafe class OffsetKernel
{
    /// <summary>c[r, j] = start + sum over t of a[r, t] b[offsets[t] + j], for TRows.Count rows and TVectors.Count registers of j.</summary>
    /// <param name="a">Rows of the left factor, contiguous in t.</param>
    /// <param name="aRow">Floats between its rows.</param>
    /// <param name="b">What the offsets count from.</param>
    /// <param name="offsets">Where each row of the right factor begins, in floats.</param>
    /// <param name="depth">The number of steps t.</param>
    /// <param name="c">The tile.</param>
    /// <param name="cRow">Floats between its rows.</param>
    /// <param name="bias">A number per row to start from, or null.</param>
    /// <param name="accumulate">Whether to start from what the tile holds; then there is no bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TVector, TOperations, TRows, TVectors>(
        float* a, nint aRow, float* b, int* offsets, int depth, float* c, nint cRow, float* bias, bool accumulate)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
        where TRows : struct, IRows
        where TVectors : struct, IRows
    {
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = TOperations.Zero;
        if (accumulate)
        {
            c00 = TOperations.Load(c);
            if (TRows.Count > 1) c10 = TOperations.Load(c + cRow);
            if (TRows.Count > 2) c20 = TOperations.Load(c + (2 * cRow));
            if (TRows.Count > 3) c30 = TOperations.Load(c + (3 * cRow));
            if (TRows.Count > 4) c40 = TOperations.Load(c + (4 * cRow));
            if (TRows.Count > 5) c50 = TOperations.Load(c + (5 * cRow));
            if (TRows.Count > 6) c60 = TOperations.Load(c + (6 * cRow));
            if (TRows.Count > 7) c70 = TOperations.Load(c + (7 * cRow));
            if (TVectors.Count > 1)
            {
                c01 = TOperations.Load(c + TOperations.Width);
                if (TRows.Count > 1) c11 = TOperations.Load(c + cRow + TOperations.Width);
                if (TRows.Count > 2) c21 = TOperations.Load(c + (2 * cRow) + TOperations.Width);
                if (TRows.Count > 3) c31 = TOperations.Load(c + (3 * cRow) + TOperations.Width);
                if (TRows.Count > 4) c41 = TOperations.Load(c + (4 * cRow) + TOperations.Width);
                if (TRows.Count > 5) c51 = TOperations.Load(c + (5 * cRow) + TOperations.Width);
                if (TRows.Count > 6) c61 = TOperations.Load(c + (6 * cRow) + TOperations.Width);
                if (TRows.Count > 7) c71 = TOperations.Load(c + (7 * cRow) + TOperations.Width);
            }
        }
        else if (bias != null)
        {
            c00 = c01 = TOperations.Repeat(bias);
            if (TRows.Count > 1) c10 = c11 = TOperations.Repeat(bias + 1);
            if (TRows.Count > 2) c20 = c21 = TOperations.Repeat(bias + 2);
            if (TRows.Count > 3) c30 = c31 = TOperations.Repeat(bias + 3);
            if (TRows.Count > 4) c40 = c41 = TOperations.Repeat(bias + 4);
            if (TRows.Count > 5) c50 = c51 = TOperations.Repeat(bias + 5);
            if (TRows.Count > 6) c60 = c61 = TOperations.Repeat(bias + 6);
            if (TRows.Count > 7) c70 = c71 = TOperations.Repeat(bias + 7);
        }

        float* a3 = a + (3 * aRow);
        float* a6 = a + (6 * aRow);
        for (int* end = offsets + depth; offsets < end; offsets++)
        {
            float* row = b + *offsets;
            TVector b0 = TOperations.Load(row), b1 = TOperations.Zero;
            if (TVectors.Count > 1) b1 = TOperations.Load(row + TOperations.Width);
            TVector r = TOperations.Repeat(a);
            c00 = TOperations.MultiplyAdd(r, b0, c00);
            if (TVectors.Count > 1) c01 = TOperations.MultiplyAdd(r, b1, c01);
            if (TRows.Count > 1)
            {
                r = TOperations.Repeat(a + aRow);
                c10 = TOperations.MultiplyAdd(r, b0, c10);
                if (TVectors.Count > 1) c11 = TOperations.MultiplyAdd(r, b1, c11);
            }

            if (TRows.Count > 2)
            {
                r = TOperations.Repeat(a + (2 * aRow));
                c20 = TOperations.MultiplyAdd(r, b0, c20);
                if (TVectors.Count > 1) c21 = TOperations.MultiplyAdd(r, b1, c21);
            }

            if (TRows.Count > 3)
            {
                r = TOperations.Repeat(a3);
                c30 = TOperations.MultiplyAdd(r, b0, c30);
                if (TVectors.Count > 1) c31 = TOperations.MultiplyAdd(r, b1, c31);
            }

            if (TRows.Count > 4)
            {
                r = TOperations.Repeat(a3 + aRow);
                c40 = TOperations.MultiplyAdd(r, b0, c40);
                if (TVectors.Count > 1) c41 = TOperations.MultiplyAdd(r, b1, c41);
            }

            if (TRows.Count > 5)
            {
                r = TOperations.Repeat(a3 + (2 * aRow));
                c50 = TOperations.MultiplyAdd(r, b0, c50);
                if (TVectors.Count > 1) c51 = TOperations.MultiplyAdd(r, b1, c51);
            }

            if (TRows.Count > 6)
            {
                r = TOperations.Repeat(a6);
                c60 = TOperations.MultiplyAdd(r, b0, c60);
                if (TVectors.Count > 1) c61 = TOperations.MultiplyAdd(r, b1, c61);
            }

            if (TRows.Count > 7)
            {
                r = TOperations.Repeat(a6 + aRow);
                c70 = TOperations.MultiplyAdd(r, b0, c70);
                if (TVectors.Count > 1) c71 = TOperations.MultiplyAdd(r, b1, c71);
            }

            a++;
            if (TRows.Count > 3) a3++;
            if (TRows.Count > 6) a6++;
        }

        TOperations.Store(c00, c);
        if (TRows.Count > 1) TOperations.Store(c10, c + cRow);
        if (TRows.Count > 2) TOperations.Store(c20, c + (2 * cRow));
        if (TRows.Count > 3) TOperations.Store(c30, c + (3 * cRow));
        if (TRows.Count > 4) TOperations.Store(c40, c + (4 * cRow));
        if (TRows.Count > 5) TOperations.Store(c50, c + (5 * cRow));
        if (TRows.Count > 6) TOperations.Store(c60, c + (6 * cRow));
        if (TRows.Count > 7) TOperations.Store(c70, c + (7 * cRow));
        if (TVectors.Count > 1)
        {
            TOperations.Store(c01, c + TOperations.Width);
            if (TRows.Count > 1) TOperations.Store(c11, c + cRow + TOperations.Width);
            if (TRows.Count > 2) TOperations.Store(c21, c + (2 * cRow) + TOperations.Width);
            if (TRows.Count > 3) TOperations.Store(c31, c + (3 * cRow) + TOperations.Width);
            if (TRows.Count > 4) TOperations.Store(c41, c + (4 * cRow) + TOperations.Width);
            if (TRows.Count > 5) TOperations.Store(c51, c + (5 * cRow) + TOperations.Width);
            if (TRows.Count > 6) TOperations.Store(c61, c + (6 * cRow) + TOperations.Width);
            if (TRows.Count > 7) TOperations.Store(c71, c + (7 * cRow) + TOperations.Width);
        }
    }
}
