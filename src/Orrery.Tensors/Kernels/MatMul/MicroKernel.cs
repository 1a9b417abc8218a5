using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// A tile of a matrix product: up to eight rows and one or two registers of columns. The accumulators are local variables; there
/// is no call, no static and no span in here, any of which would push them out of the registers. Every element is summed over k
/// in order, in whatever tile it lies.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>c = start + a b for a tile, where start is the tile itself, a row that is repeated, or nothing.</summary>
    /// <param name="a">Row r, step k at a[r aRow + k aStep].</param>
    /// <param name="aRow">Floats between rows of a.</param>
    /// <param name="aStep">Floats between steps of a.</param>
    /// <param name="b">Step k begins at b[k bStep]; as many registers are read as the tile is wide.</param>
    /// <param name="bStep">Floats between steps of b.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="cRow">Floats between rows of c.</param>
    /// <param name="depth">The number of steps.</param>
    /// <param name="start">Row 0 of what to start from; null for zeros.</param>
    /// <param name="startRow">Floats between its rows: cRow for the tile itself, 0 for a repeated row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TVector, TOperations, TRows, TVectors>(
        float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, float* start, nint startRow)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
        where TRows : struct, IRows
        where TVectors : struct, IRows
    {
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = TOperations.Zero;
        if (start != null)
        {
            c00 = TOperations.Load(start);
            if (TRows.Count > 1) c10 = TOperations.Load(start + startRow);
            if (TRows.Count > 2) c20 = TOperations.Load(start + (2 * startRow));
            if (TRows.Count > 3) c30 = TOperations.Load(start + (3 * startRow));
            if (TRows.Count > 4) c40 = TOperations.Load(start + (4 * startRow));
            if (TRows.Count > 5) c50 = TOperations.Load(start + (5 * startRow));
            if (TRows.Count > 6) c60 = TOperations.Load(start + (6 * startRow));
            if (TRows.Count > 7) c70 = TOperations.Load(start + (7 * startRow));
            if (TVectors.Count > 1)
            {
                c01 = TOperations.Load(start + TOperations.Width);
                if (TRows.Count > 1) c11 = TOperations.Load(start + startRow + TOperations.Width);
                if (TRows.Count > 2) c21 = TOperations.Load(start + (2 * startRow) + TOperations.Width);
                if (TRows.Count > 3) c31 = TOperations.Load(start + (3 * startRow) + TOperations.Width);
                if (TRows.Count > 4) c41 = TOperations.Load(start + (4 * startRow) + TOperations.Width);
                if (TRows.Count > 5) c51 = TOperations.Load(start + (5 * startRow) + TOperations.Width);
                if (TRows.Count > 6) c61 = TOperations.Load(start + (6 * startRow) + TOperations.Width);
                if (TRows.Count > 7) c71 = TOperations.Load(start + (7 * startRow) + TOperations.Width);
            }
        }

        int k = 0;
        for (; k <= depth - 4; k += 4)
        {
            Step<TVector, TOperations, TRows, TVectors>(
                a, aRow, b, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31, ref c40, ref c41, ref c50, ref c51,
                ref c60, ref c61, ref c70, ref c71);
            Step<TVector, TOperations, TRows, TVectors>(
                a + aStep, aRow, b + bStep, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31, ref c40, ref c41, ref c50, ref c51,
                ref c60, ref c61, ref c70, ref c71);
            Step<TVector, TOperations, TRows, TVectors>(
                a + (2 * aStep), aRow, b + (2 * bStep), ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31, ref c40, ref c41, ref c50, ref c51,
                ref c60, ref c61, ref c70, ref c71);
            Step<TVector, TOperations, TRows, TVectors>(
                a + (3 * aStep), aRow, b + (3 * bStep), ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31, ref c40, ref c41, ref c50, ref c51,
                ref c60, ref c61, ref c70, ref c71);
            a += 4 * aStep;
            b += 4 * bStep;
        }

        for (; k < depth; k++)
        {
            Step<TVector, TOperations, TRows, TVectors>(
                a, aRow, b, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31, ref c40, ref c41, ref c50, ref c51,
                ref c60, ref c61, ref c70, ref c71);
            a += aStep;
            b += bStep;
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

    /// <summary>
    /// c = start + a b for one row and four pairs of registers: enough independent sums to keep the multipliers busy, which one row of
    /// two registers has not.
    /// </summary>
    /// <param name="a">Step k at a[k aStep].</param>
    /// <param name="aStep">Floats between steps of a.</param>
    /// <param name="b">Step k of a pair begins at b[k bStep + pair bPair].</param>
    /// <param name="bStep">Floats between steps of b.</param>
    /// <param name="bPair">Floats between pairs of registers of b.</param>
    /// <param name="c">The row's first element.</param>
    /// <param name="depth">The number of steps.</param>
    /// <param name="start">What to start from; null for zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRow<TVector, TOperations>(float* a, nint aStep, float* b, nint bStep, nint bPair, float* c, int depth, float* start)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        TVector c0, c1, c2, c3, c4, c5, c6, c7;
        c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = TOperations.Zero;
        if (start != null)
        {
            c0 = TOperations.Load(start);
            c1 = TOperations.Load(start + TOperations.Width);
            c2 = TOperations.Load(start + (2 * TOperations.Width));
            c3 = TOperations.Load(start + (3 * TOperations.Width));
            c4 = TOperations.Load(start + (4 * TOperations.Width));
            c5 = TOperations.Load(start + (5 * TOperations.Width));
            c6 = TOperations.Load(start + (6 * TOperations.Width));
            c7 = TOperations.Load(start + (7 * TOperations.Width));
        }

        float* b2 = b + (2 * bPair);
        for (int k = 0; k < depth; k++)
        {
            TVector r = TOperations.Repeat(a);
            c0 = TOperations.MultiplyAdd(r, TOperations.Load(b), c0);
            c1 = TOperations.MultiplyAdd(r, TOperations.Load(b + TOperations.Width), c1);
            c2 = TOperations.MultiplyAdd(r, TOperations.Load(b + bPair), c2);
            c3 = TOperations.MultiplyAdd(r, TOperations.Load(b + bPair + TOperations.Width), c3);
            c4 = TOperations.MultiplyAdd(r, TOperations.Load(b2), c4);
            c5 = TOperations.MultiplyAdd(r, TOperations.Load(b2 + TOperations.Width), c5);
            c6 = TOperations.MultiplyAdd(r, TOperations.Load(b2 + bPair), c6);
            c7 = TOperations.MultiplyAdd(r, TOperations.Load(b2 + bPair + TOperations.Width), c7);
            a += aStep;
            b += bStep;
            b2 += bStep;
        }

        TOperations.Store(c0, c);
        TOperations.Store(c1, c + TOperations.Width);
        TOperations.Store(c2, c + (2 * TOperations.Width));
        TOperations.Store(c3, c + (3 * TOperations.Width));
        TOperations.Store(c4, c + (4 * TOperations.Width));
        TOperations.Store(c5, c + (5 * TOperations.Width));
        TOperations.Store(c6, c + (6 * TOperations.Width));
        TOperations.Store(c7, c + (7 * TOperations.Width));
    }

    // One step of k. The references are to local variables of the caller, into which this is compiled: they stay registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TVector, TOperations, TRows, TVectors>(
        float* a, nint aRow, float* b, ref TVector c00, ref TVector c01, ref TVector c10, ref TVector c11, ref TVector c20, ref TVector c21,
        ref TVector c30, ref TVector c31, ref TVector c40, ref TVector c41, ref TVector c50, ref TVector c51, ref TVector c60, ref TVector c61,
        ref TVector c70, ref TVector c71)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
        where TRows : struct, IRows
        where TVectors : struct, IRows
    {
        TVector b0 = TOperations.Load(b);
        TVector b1 = TVectors.Count > 1 ? TOperations.Load(b + TOperations.Width) : b0;
        TVector r = TOperations.Repeat(a);
        c00 = TOperations.MultiplyAdd(r, b0, c00);
        if (TVectors.Count > 1)
            c01 = TOperations.MultiplyAdd(r, b1, c01);
        if (TRows.Count > 1)
        {
            r = TOperations.Repeat(a + aRow);
            c10 = TOperations.MultiplyAdd(r, b0, c10);
            if (TVectors.Count > 1)
                c11 = TOperations.MultiplyAdd(r, b1, c11);
        }

        if (TRows.Count > 2)
        {
            r = TOperations.Repeat(a + (2 * aRow));
            c20 = TOperations.MultiplyAdd(r, b0, c20);
            if (TVectors.Count > 1)
                c21 = TOperations.MultiplyAdd(r, b1, c21);
        }

        if (TRows.Count > 3)
        {
            r = TOperations.Repeat(a + (3 * aRow));
            c30 = TOperations.MultiplyAdd(r, b0, c30);
            if (TVectors.Count > 1)
                c31 = TOperations.MultiplyAdd(r, b1, c31);
        }

        if (TRows.Count > 4)
        {
            r = TOperations.Repeat(a + (4 * aRow));
            c40 = TOperations.MultiplyAdd(r, b0, c40);
            if (TVectors.Count > 1)
                c41 = TOperations.MultiplyAdd(r, b1, c41);
        }

        if (TRows.Count > 5)
        {
            r = TOperations.Repeat(a + (5 * aRow));
            c50 = TOperations.MultiplyAdd(r, b0, c50);
            if (TVectors.Count > 1)
                c51 = TOperations.MultiplyAdd(r, b1, c51);
        }

        if (TRows.Count > 6)
        {
            r = TOperations.Repeat(a + (6 * aRow));
            c60 = TOperations.MultiplyAdd(r, b0, c60);
            if (TVectors.Count > 1)
                c61 = TOperations.MultiplyAdd(r, b1, c61);
        }

        if (TRows.Count > 7)
        {
            r = TOperations.Repeat(a + (7 * aRow));
            c70 = TOperations.MultiplyAdd(r, b0, c70);
            if (TVectors.Count > 1)
                c71 = TOperations.MultiplyAdd(r, b1, c71);
        }
    }

    /// <summary>Runs a tile whose number of rows and registers is only known now.</summary>
    public static void Run<TVector, TOperations>(
        int rows, int vectors, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, float* start, nint startRow)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        if (vectors > 1)
            Run<TVector, TOperations, Rows2>(rows, a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow);
        else
            Run<TVector, TOperations, Rows1>(rows, a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow);
    }

    private static void Run<TVector, TOperations, TVectors>(
        int rows, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, float* start, nint startRow)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
        where TVectors : struct, IRows
    {
        switch (rows)
        {
            case 1: Run<TVector, TOperations, Rows1, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 2: Run<TVector, TOperations, Rows2, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 3: Run<TVector, TOperations, Rows3, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 4: Run<TVector, TOperations, Rows4, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 5: Run<TVector, TOperations, Rows5, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 6: Run<TVector, TOperations, Rows6, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            case 7: Run<TVector, TOperations, Rows7, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
            default: Run<TVector, TOperations, Rows8, TVectors>(a, aRow, aStep, b, bStep, c, cRow, depth, start, startRow); break;
        }
    }
}
