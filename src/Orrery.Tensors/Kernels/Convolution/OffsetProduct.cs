using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// A product on one thread, c[r, j] = start + sum over t of a[r, t] b[offsets[t] + j], cut into tiles. All three products of a
/// convolution have this form: forward (t is a cell of the window, j a position), the gradient of the input (t is an output's cell,
/// j a position) and the gradient of the weight (t is a position, j a cell of the window).
/// </summary>
internal unsafe struct OffsetProduct
{
    /// <summary>Columns by which a row of <see cref="C"/> must be readable and writable beyond its end, and b readable.</summary>
    public const int Slack = 32;

    // What is kept of both factors in the first-level cache while a tile is computed.
    private const int DepthBlock = 512;

    public float* A;
    public int ARow;
    public float* B;
    public int* Offsets;
    public float* C;
    public int CRow;
    public int Rows;
    public int Columns;
    public int Depth;

    /// <summary>A number per row to start from, or null.</summary>
    public float* Bias;

    /// <summary>Whether to add to c; then there is no bias.</summary>
    public bool Accumulate;

    /// <summary>Whether rows of c have <see cref="Slack"/> to write beyond their end; otherwise the last columns go through a copy.</summary>
    public bool HasSlack;

    public readonly void Run()
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Vector512<float>, Wide512>();
        else if (Fma.IsSupported && Vector256.IsHardwareAccelerated)
            Run<Vector256<float>, Wide256>();
        else if (Vector128.IsHardwareAccelerated)
            Run<Vector128<float>, Wide128>();
        else
            Run<float, Narrow>();
    }

    private readonly void Run<TVector, TOperations>()
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int width = TOperations.Width;
        float* edge = stackalloc float[8 * 2 * width];
        for (int start = 0; start == 0 || start < Depth; start += DepthBlock)
        {
            int depth = Math.Min(DepthBlock, Depth - start);
            bool accumulate = Accumulate || start > 0;
            for (int column = 0; column < Columns; column += 2 * width)
            {
                int left = Columns - column;
                int vectors = left > width ? 2 : 1;
                if (HasSlack || left >= vectors * width)
                    Panel<TVector, TOperations>(start, depth, column, vectors, C + column, CRow, accumulate);
                else
                    Edge<TVector, TOperations>(start, depth, column, vectors, accumulate, edge);
            }
        }
    }

    // All rows of a panel of columns; spread evenly over tiles: 8 rows are 4 + 4 rather than 6 + 2.
    private readonly void Panel<TVector, TOperations>(
        int start, int depth, int column, int vectors, float* c, int cRow, bool accumulate)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int tiles = (Rows + TOperations.TileRows - 1) / TOperations.TileRows;
        for (int tile = 0, row = 0; tile < tiles; tile++)
        {
            int height = (Rows - row + tiles - tile - 1) / (tiles - tile);
            Tile<TVector, TOperations>(start, depth, column, vectors, row, height, c + ((long)row * cRow), cRow, accumulate);
            row += height;
        }
    }

    // A panel that is wider than what is left of c goes through a copy, tile by tile.
    private readonly void Edge<TVector, TOperations>(int start, int depth, int column, int vectors, bool accumulate, float* edge)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        int left = Columns - column, pitch = 2 * TOperations.Width;
        for (int row = 0; row < Rows; row += TOperations.TileRows)
        {
            int height = Math.Min(TOperations.TileRows, Rows - row);
            float* c = C + ((long)row * CRow) + column;
            for (int line = 0; line < height && accumulate; line++)
                for (int index = 0; index < pitch; index++)
                    edge[(line * pitch) + index] = index < left ? c[((long)line * CRow) + index] : 0;
            Tile<TVector, TOperations>(start, depth, column, vectors, row, height, edge, pitch, accumulate);
            for (int line = 0; line < height; line++)
                for (int index = 0; index < left; index++)
                    c[((long)line * CRow) + index] = edge[(line * pitch) + index];
        }
    }

    private readonly void Tile<TVector, TOperations>(
        int start, int depth, int column, int vectors, int row, int height, float* c, int cRow, bool accumulate)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
    {
        float* a = A + ((long)row * ARow) + start;
        float* bias = Bias == null ? null : Bias + row;
        if (vectors == 1)
            Tile<TVector, TOperations, Rows1>(height, a, B + column, Offsets + start, depth, c, cRow, bias, accumulate);
        else
            Tile<TVector, TOperations, Rows2>(height, a, B + column, Offsets + start, depth, c, cRow, bias, accumulate);
    }

    private readonly void Tile<TVector, TOperations, TVectors>(
        int height, float* a, float* b, int* offsets, int depth, float* c, int cRow, float* bias, bool accumulate)
        where TVector : unmanaged
        where TOperations : struct, IVectorOperations<TVector>
        where TVectors : struct, IRows
    {
        switch (height)
        {
            case 1: OffsetKernel.Run<TVector, TOperations, Rows1, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 2: OffsetKernel.Run<TVector, TOperations, Rows2, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 3: OffsetKernel.Run<TVector, TOperations, Rows3, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 4: OffsetKernel.Run<TVector, TOperations, Rows4, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 5: OffsetKernel.Run<TVector, TOperations, Rows5, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 6: OffsetKernel.Run<TVector, TOperations, Rows6, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            case 7: OffsetKernel.Run<TVector, TOperations, Rows7, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
            default: OffsetKernel.Run<TVector, TOperations, Rows8, TVectors>(a, ARow, b, offsets, depth, c, cRow, bias, accumulate); break;
        }
    }
}
