using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// A matrix product on one thread: b is packed in panels as wide as a tile, block of k by block of k, and tiles run down each
/// panel while it is in the first-level cache.
/// </summary>
internal static unsafe class BlockedProduct
{
    private const int ColumnBlock = 1024;
    private const int RowBlock = 96;
    private const int DirectDepth = 320;

    /// <summary>The scratch memory that <see cref="Run"/> needs, in floats, for any product of at most this depth and width.</summary>
    public static long ScratchFor(int depth, int columns) =>
        ((long)Math.Min(depth, MaximumDepthBlock) * (Math.Min(columns, ColumnBlock) + 32 + RowBlock + 8)) + (2 * 8 * 32) + 64;

    private const int MaximumDepthBlock = 768;

    public static void Run(in Product product, float* scratch)
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Vector512<float>, Wide512>(product, scratch);
        else if (Fma.IsSupported && Vector256.IsHardwareAccelerated)
            Run<Vector256<float>, Wide256>(product, scratch);
        else if (Vector128.IsHardwareAccelerated)
            Run<Vector128<float>, Wide128>(product, scratch);
        else
            Run<float, Narrow>(product, scratch);
    }

    private static void Run<TVector, TOperations>(in Product p, float* scratch)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width;
        int depthBlock = DepthBlock(p.Depth, panel);
        if (p.Depth == 0)
        {
            Empty(p);
            return;
        }

        for (int column = 0; column < p.Columns; column += ColumnBlock)
        {
            int columns = Math.Min(ColumnBlock, p.Columns - column);
            int panels = (columns + panel - 1) / panel;
            for (int k = 0; k < p.Depth; k += depthBlock)
            {
                int depth = Math.Min(depthBlock, p.Depth - k);
                float* packedB = scratch;
                float* packedA = packedB + ((long)panels * panel * depth);
                Packing.Columns(p, k, depth, column, columns, panel, packedB);
                for (int row = 0; row < p.Rows; row += RowBlock)
                    Rows<TVector, TOperations>(p, k, depth, column, columns, row, Math.Min(RowBlock, p.Rows - row), packedB, packedA);
            }
        }
    }

    // Rows are spread evenly over tiles: 8 rows are 4 + 4 rather than 6 + 2.
    private static void Rows<TVector, TOperations>(
        in Product p, int k, int depth, int column, int columns, int row, int rows, float* packedB, float* packedA)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width;
        int tiles = (rows + TOperations.TileRows - 1) / TOperations.TileRows;
        bool packs = p.AStep != 1 || p.Depth >= DirectDepth;
        if (packs)
            Packing.Rows(p, k, depth, row, rows, tiles, packedA);
        bool first = k == 0, last = k + depth == p.Depth;
        float* edge = stackalloc float[(8 * panel) + panel];
        for (int right = 0; right < columns; right += panel)
        {
            int width = Math.Min(panel, columns - right);
            float* b = packedB + ((long)right * depth);
            for (int tile = 0, down = 0; tile < tiles; tile++)
            {
                int height = (rows - down + tiles - tile - 1) / (tiles - tile);
                float* c = p.C + ((long)(row + down) * p.CRow) + column + right;
                float* a = packs ? packedA + ((long)down * depth) : p.A + ((long)(row + down) * p.ARow) + k;
                nint aRow = packs ? 1 : p.ARow, aStep = packs ? height : 1;
                if (first && p.RowBias != null)
                    FillRows(c, p.CRow, p.RowBias + row + down, height, width);
                bool continues = !first || p.Accumulate || p.RowBias != null;
                if (width == panel)
                {
                    float* start = continues ? c : p.Bias == null ? null : p.Bias + column + right;
                    MicroKernel.Run<TVector, TOperations>(
                        height, a, aRow, aStep, b, panel, c, p.CRow, depth, start, continues ? p.CRow : 0);
                }
                else
                {
                    Edge<TVector, TOperations>(
                        height, width, a, aRow, aStep, b, c, p.CRow, depth, continues, p.Bias == null ? null : p.Bias + column + right, edge);
                }

                if (last && p.Activation != Activation.Identity)
                    for (int line = 0; line < height; line++)
                        UnaryKernel.Activate(p.Activation, c + ((long)line * p.CRow), width);
                down += height;
            }
        }
    }

    // A tile that is wider than what is left of c goes through a copy.
    private static void Edge<TVector, TOperations>(
        int height, int width, float* a, nint aRow, nint aStep, float* b, float* c, int cRow, int depth, bool continues, float* bias, float* edge)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width;
        for (int line = 0; line < height; line++)
            for (int index = 0; index < width; index++)
                edge[(line * panel) + index] = continues ? c[((long)line * cRow) + index] : bias == null ? 0 : bias[index];
        MicroKernel.Run<TVector, TOperations>(height, a, aRow, aStep, b, panel, edge, panel, depth, edge, panel);
        for (int line = 0; line < height; line++)
            for (int index = 0; index < width; index++)
                c[((long)line * cRow) + index] = edge[(line * panel) + index];
    }

    private static void FillRows(float* c, int cRow, float* values, int height, int width)
    {
        for (int line = 0; line < height; line++)
            new Span<float>(c + ((long)line * cRow), width).Fill(values[line]);
    }

    private static void Empty(in Product p)
    {
        for (int row = 0; row < p.Rows; row++)
        {
            float* c = p.C + ((long)row * p.CRow);
            for (int column = 0; column < p.Columns && !p.Accumulate; column++)
                c[column] = p.Bias != null ? p.Bias[column] : p.RowBias != null ? p.RowBias[row] : 0;
            UnaryKernel.Activate(p.Activation, c, p.Columns);
        }
    }

    private static int DepthBlock(int depth, int panel)
    {
        int block = Math.Min(512, 8192 / panel);
        return depth <= block * 3 / 2 ? depth : block;
    }
}
