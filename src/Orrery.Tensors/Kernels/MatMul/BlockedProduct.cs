using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// A matrix product, or a part of one, on one thread. The right factor is packed in panels as wide as a tile, block of k by
/// block of k, and tiles run down each panel while it is in the first-level cache. How a product is cut into parts changes no bit:
/// every element is summed over k in order.
/// </summary>
internal static unsafe class BlockedProduct
{
    private const int ColumnBlock = 1024;
    private const int TilesDown = 24;

    // Panels of b that are packed just before one block of rows uses them: they stay in the second-level cache.
    private const int FewPanels = 4;
    private const int DirectRows = 16;
    private const int RowPairs = 4;
    private const int MostDepth = 768;
    private const int WidestPanel = 32;

    /// <summary>The scratch memory that a product of at most this depth and width needs, in floats.</summary>
    public static long ScratchFor(int depth, int columns) =>
        ((long)Math.Min(depth, MostDepth) * (Math.Min(columns, ColumnBlock) + WidestPanel + (TilesDown * Packing.TileStep))) + 64;

    /// <summary>The width of a panel of b for a product of this many columns.</summary>
    public static int PanelFor(int columns) => 2 * (int)WidthOf(columns);

    /// <summary>The rows of a tile for a product.</summary>
    public static int TileRowsOf(in Product p) => WidthOf(p) == Width.Sixteen ? Wide512.TileRows : Wide256.TileRows;

    /// <summary>The whole product, packing on the way.</summary>
    public static void Run(in Product product, float* scratch)
    {
        switch (WidthOf(product))
        {
            case Width.Sixteen: Run<Vector512<float>, Wide512>(product, scratch); break;
            case Width.Eight: Run<Vector256<float>, Wide256>(product, scratch); break;
            case Width.Four: Run<Vector128<float>, Wide128>(product, scratch); break;
            default: Run<float, Narrow>(product, scratch); break;
        }
    }

    // Narrow products use narrower registers, rather than multiply zeros.
    private static Width WidthOf(int columns)
    {
        if (Vector512.IsHardwareAccelerated && columns > 8)
            return Width.Sixteen;
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported && columns > 4)
            return Width.Eight;
        return Vector128.IsHardwareAccelerated ? Width.Four : Width.One;
    }

    private static Width WidthOf(in Product p) => p.Panel > 0 ? (Width)(p.Panel / 2) : WidthOf(p.Columns);

    // Whether b is read where it lies: packing it would cost more than it saves.
    private static bool IsDirect(in Product p) => p.Panel == 0 && p.Rows <= DirectRows && p.BColumn == 1;

    // Whether a is packed. Reading it where it lies is faster, unless its lines fall into the same few places of the caches.
    private static bool PacksRows(in Product p) => p.AStep == 1
        ? p.ARow % 1024 == 0 && p.Columns >= 512
        : p.AStep % 1024 == 0 || (p.AStep % 512 == 0 && p.Columns >= 512);

    // Steps of k that are packed and multiplied together: a panel of them fits the first-level cache.
    private static int DepthBlock(int depth, int panel)
    {
        int block = Math.Min(512, 8192 / panel);
        return depth <= block * 3 / 2 ? depth : block;
    }

    private static void Run<TVector, TOperations>(in Product p, float* scratch)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        if (p.Depth == 0)
        {
            Empty(p);
            return;
        }

        if (IsDirect(p))
        {
            RunDirect<TVector, TOperations>(p, scratch);
            return;
        }

        int panel = 2 * TOperations.Width, depthBlock = DepthBlock(p.Depth, panel), rowBlock = TilesDown * TOperations.TileRows;
        int columnBlock = p.Rows <= rowBlock && p.Panel == 0 ? FewPanels * panel : ColumnBlock;
        bool packs = PacksRows(p);
        for (int k = 0; k < p.Depth; k += depthBlock)
        {
            int depth = Math.Min(depthBlock, p.Depth - k);
            float* packedA = scratch + ((long)((Math.Min(columnBlock, p.Columns) + panel - 1) / panel) * panel * depth), b = scratch;
            for (int column = 0; column < p.Columns; column += columnBlock)
            {
                int columns = Math.Min(columnBlock, p.Columns - column);
                long nextPanel = (long)panel * depth;
                if (p.Panel == 0)
                {
                    Packing.Columns(p, k, depth, column, columns, panel, scratch);
                }
                else
                {
                    nextPanel = (long)panel * p.Depth;
                    b = p.B + (column / panel * nextPanel) + ((long)k * panel);
                }

                for (int row = 0; row < p.Rows; row += rowBlock)
                {
                    int rows = Math.Min(rowBlock, p.Rows - row);
                    if (packs && (column == 0 || p.Rows > rowBlock))
                        Packing.Rows(p, k, depth, row, rows, TilesOf<TVector, TOperations>(rows), packedA);
                    Tiles<TVector, TOperations>(p, k, depth, column, columns, row, rows, b, panel, nextPanel, packs ? packedA : null);
                }
            }
        }
    }

    private static int TilesOf<TVector, TOperations>(int rows)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector> => (rows + TOperations.TileRows - 1) / TOperations.TileRows;

    // b where it lies; only a last, partial panel is packed.
    private static void RunDirect<TVector, TOperations>(in Product p, float* scratch)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width, whole = p.Columns / panel * panel;
        if (whole > 0)
            Tiles<TVector, TOperations>(p, 0, p.Depth, 0, whole, 0, p.Rows, p.B, p.BStep, panel, null);
        if (whole == p.Columns)
            return;
        int depthBlock = DepthBlock(p.Depth, panel);
        for (int k = 0; k < p.Depth; k += depthBlock)
        {
            int depth = Math.Min(depthBlock, p.Depth - k);
            Packing.Columns(p, k, depth, whole, p.Columns - whole, panel, scratch);
            Tiles<TVector, TOperations>(p, k, depth, whole, p.Columns - whole, 0, p.Rows, scratch, panel, (long)panel * depth, null);
        }
    }

    // All tiles of some rows and columns for a block of k. Steps of b are bStep apart and its panels nextPanel. Rows are spread
    // evenly over tiles: 9 rows are 5 + 4 rather than 8 + 1. Without room to pack a, it is read in place.
    private static void Tiles<TVector, TOperations>(
        in Product p, int k, int depth, int column, int columns, int row, int rows, float* b, int bStep, long nextPanel,
        float* packedA)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width, tiles = TilesOf<TVector, TOperations>(rows);
        bool packs = packedA != null;
        bool first = k == 0, last = k + depth == p.Depth;
        float* edge = stackalloc float[8 * WidestPanel];
        int wide = rows == 1 && !packs ? columns / (RowPairs * panel) * (RowPairs * panel) : 0;
        if (wide > 0)
            Row<TVector, TOperations>(p, k, depth, column, wide, row, b, bStep, nextPanel);
        for (int right = wide; right < columns; right += panel)
        {
            int width = Math.Min(panel, columns - right);
            float* panelB = b + (right / panel * nextPanel);
            for (int tile = 0, down = 0; tile < tiles; tile++)
            {
                int height = (rows - down + tiles - tile - 1) / (tiles - tile);
                float* c = p.C + ((long)(row + down) * p.CRow) + column + right;
                float* a = packs ? packedA + ((long)tile * Packing.TileStep * depth) : p.A + ((long)(row + down) * p.ARow) + ((long)k * p.AStep);
                nint aRow = packs ? 1 : p.ARow, aStep = packs ? Packing.TileStep : p.AStep;
                float* bias = first && p.Bias != null ? p.Bias + column + right : null;
                bool continues = !first || p.Accumulate;
                if (continues && tile + 1 < tiles)
                    Prefetch(c + ((long)height * p.CRow), p.CRow, height, width);
                if (width % TOperations.Width == 0)
                    MicroKernel.Run<TVector, TOperations>(
                        height, width / TOperations.Width, a, aRow, aStep, panelB, bStep, c, p.CRow, depth,
                        continues ? c : bias, continues ? p.CRow : 0);
                else
                    Edge<TVector, TOperations>(
                        height, width, a, aRow, aStep, panelB, bStep, c, p.CRow, depth, continues, bias, edge);
                if (last && p.Activation != Activation.Identity)
                    for (int line = 0; line < height; line++)
                        UnaryKernel.Activate(p.Activation, c + ((long)line * p.CRow), width);
                down += height;
            }
        }
    }

    // A single row, several panels at a time.
    private static void Row<TVector, TOperations>(
        in Product p, int k, int depth, int column, int columns, int row, float* b, int bStep, long nextPanel)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int panel = 2 * TOperations.Width;
        float* c = p.C + ((long)row * p.CRow) + column, a = p.A + ((long)row * p.ARow) + ((long)k * p.AStep);
        for (int right = 0; right < columns; right += RowPairs * panel)
        {
            float* start = k > 0 || p.Accumulate ? c + right : p.Bias != null ? p.Bias + column + right : null;
            MicroKernel.RunRow<TVector, TOperations>(a, p.AStep, b + (right / panel * nextPanel), bStep, (nint)nextPanel, c + right, depth, start);
        }

        if (k + depth == p.Depth)
            UnaryKernel.Activate(p.Activation, c, columns);
    }

    // Asks for the tile that comes next while this one is computed.
    private static void Prefetch(float* c, int row, int height, int width)
    {
        if (!Sse.IsSupported)
            return;
        for (int line = 0; line < height; line++)
            for (int index = 0; index < width; index += 16)
                Sse.Prefetch0(c + ((long)line * row) + index);
    }

    // A tile that is wider than what is left of c goes through a copy.
    private static void Edge<TVector, TOperations>(
        int height, int width, float* a, nint aRow, nint aStep, float* b, int bStep, float* c, int cRow, int depth, bool continues, float* bias,
        float* edge)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int vectors = width > TOperations.Width ? 2 : 1, stride = vectors * TOperations.Width;
        for (int line = 0; line < height; line++)
            for (int index = 0; index < width; index++)
                edge[(line * stride) + index] = continues ? c[((long)line * cRow) + index] : bias == null ? 0 : bias[index];
        MicroKernel.Run<TVector, TOperations>(height, vectors, a, aRow, aStep, b, bStep, edge, stride, depth, edge, stride);
        for (int line = 0; line < height; line++)
            for (int index = 0; index < width; index++)
                c[((long)line * cRow) + index] = edge[(line * stride) + index];
    }

    // No k at all: what is left is the start.
    private static void Empty(in Product p)
    {
        for (int row = 0; row < p.Rows; row++)
        {
            float* c = p.C + ((long)row * p.CRow);
            for (int column = 0; column < p.Columns && !p.Accumulate; column++)
                c[column] = p.Bias != null ? p.Bias[column] : 0;
            UnaryKernel.Activate(p.Activation, c, p.Columns);
        }
    }

    private enum Width
    {
        One = 1,
        Four = 4,
        Eight = 8,
        Sixteen = 16,
    }
}
