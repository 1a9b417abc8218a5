using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// Copies blocks of the operands into the order in which tiles read them. What lies along a row is read along the row, across all
/// panels or tiles, because the processor fetches ahead only what is read in sequence.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Floats between steps of a packed tile of a, whatever its height: a whole register is written at a time.</summary>
    public const int TileStep = 8;

    // Panels that are written side by side: their distance is often a power of two, and more of them would evict each other.
    private const int PanelsTogether = 4;

    /// <summary>Panels of b: [panel][k][column within the panel], the last filled up with zeros.</summary>
    public static void Columns(in Product p, int k, int depth, int column, int columns, int panel, float* target)
    {
        float* source = p.B + ((long)k * p.BStep) + ((long)column * p.BColumn);
        int whole = p.BColumn == 1 ? columns / panel : 0;
        for (int group = 0; group < whole; group += PanelsTogether)
            CopyPanels(
                source + (group * panel), p.BStep, depth, Math.Min(PanelsTogether, whole - group), panel, target + ((long)group * panel * depth));
        for (int right = whole * panel; right < columns; right += panel)
        {
            int width = Math.Min(panel, columns - right);
            Block(source + ((long)right * p.BColumn), p.BStep, p.BColumn, depth, width, panel, target + ((long)right * depth));
            Clear(target + ((long)right * depth), depth, width, panel);
        }
    }

    /// <summary>Tiles of a: [tile][k][row within the tile], steps <see cref="TileStep"/> apart.</summary>
    public static void Rows(in Product p, int k, int depth, int row, int rows, int tiles, float* target)
    {
        float* source = p.A + ((long)row * p.ARow) + ((long)k * p.AStep);
        int tile = 0, down = 0;
        if (p.ARow == 1)
            tile = CopyTiles(source, p.AStep, depth, rows, tiles, target, out down);
        for (; tile < tiles; tile++)
        {
            // More than the tile's own rows where there are more: whole registers are turned faster than parts.
            int width = Math.Min(TileStep, rows - down);
            Block(source + ((long)down * p.ARow), p.AStep, p.ARow, depth, width, TileStep, target + ((long)tile * TileStep * depth));
            down += (rows - down + tiles - tile - 1) / (tiles - tile);
        }
    }

    // Whole panels of a matrix whose rows lie as the panel's do, row by row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPanels(float* source, int step, int depth, int panels, int panel, float* target)
    {
        long nextPanel = (long)depth * panel;
        for (int k = 0; k < depth; k++, source += step, target += panel)
        {
            float* from = source, to = target;
            for (int index = 0; index < panels; index++, from += panel, to += nextPanel)
            {
                if (panel == 32 && Vector512.IsHardwareAccelerated)
                {
                    Vector512<float> left = Vector512.Load(from), right = Vector512.Load(from + 16);
                    left.Store(to);
                    right.Store(to + 16);
                }
                else if (panel == 16 && Vector256.IsHardwareAccelerated)
                {
                    Vector256<float> left = Vector256.Load(from), right = Vector256.Load(from + 8);
                    left.Store(to);
                    right.Store(to + 8);
                }
                else
                {
                    for (int lane = 0; lane < panel; lane++)
                        to[lane] = from[lane];
                }
            }
        }
    }

    // All tiles from which a register may be read without leaving the rows, two steps at a time: a line of the cache. Returns their
    // number.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CopyTiles(float* source, int step, int depth, int rows, int tiles, float* target, out int covered)
    {
        int small = rows / tiles, larger = rows % tiles, count = 0;
        covered = 0;
        for (; count < tiles && covered + TileStep <= rows; count++)
            covered += small + (count < larger ? 1 : 0);
        long nextTile = (long)depth * TileStep;
        for (int k = 0; k < depth; k += 2, source += 2 * (long)step, target += 2 * TileStep)
        {
            float* second = k + 1 < depth ? source + step : source, to = target;
            int secondAt = k + 1 < depth ? TileStep : 0;
            for (int tile = 0, down = 0; tile < count; tile++, to += nextTile)
            {
                Vector256<float> low = Vector256.Load(source + down), high = Vector256.Load(second + down);
                low.Store(to);
                high.Store(to + secondAt);
                down += small + (tile < larger ? 1 : 0);
            }
        }

        return count;
    }

    // source[k step + column stride] to target[k panel + column], for width columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(float* source, int step, int stride, int depth, int width, int panel, float* target)
    {
        int column = 0;
        for (; column <= width - 8 && step == 1 && Avx.IsSupported; column += 8)
        {
            float* s = source + ((long)column * stride), t = target + column;
            int k = 0;
            for (; k <= depth - 8; k += 8, t += 8 * panel)
                Transpose8(s + k, stride, t, panel);
            for (; k < depth; k++, t += panel)
                for (int lane = 0; lane < 8; lane++)
                    t[lane] = s[k + ((long)lane * stride)];
        }

        for (; column <= width - 4 && step == 1; column += 4)
        {
            float* s0 = source + ((long)column * stride), s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
            float* t = target + column;
            int k = 0;
            for (; k <= depth - 4; k += 4, t += 4 * panel)
                Transpose4(s0 + k, s1 + k, s2 + k, s3 + k, t, panel);
            for (; k < depth; k++, t += panel)
            {
                t[0] = s0[k];
                t[1] = s1[k];
                t[2] = s2[k];
                t[3] = s3[k];
            }
        }

        if (column == width)
            return;
        for (int k = 0; k < depth; k++, source += step, target += panel)
            for (int rest = column; rest < width; rest++)
                target[rest] = source[(long)rest * stride];
    }

    private static void Clear(float* target, int depth, int width, int panel)
    {
        for (int k = 0; k < depth && width < panel; k++, target += panel)
            for (int column = width; column < panel; column++)
                target[column] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* s, long stride, float* target, int panel)
    {
        float* s4 = s + (4 * stride);
        Vector256<float> r0 = Vector256.Load(s), r1 = Vector256.Load(s + stride), r2 = Vector256.Load(s + (2 * stride));
        Vector256<float> r3 = Vector256.Load(s + (3 * stride)), r4 = Vector256.Load(s4), r5 = Vector256.Load(s4 + stride);
        Vector256<float> r6 = Vector256.Load(s4 + (2 * stride)), r7 = Vector256.Load(s4 + (3 * stride));
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        r0 = Avx.Shuffle(a0, a2, 0x44);
        r1 = Avx.Shuffle(a0, a2, 0xEE);
        r2 = Avx.Shuffle(a1, a3, 0x44);
        r3 = Avx.Shuffle(a1, a3, 0xEE);
        r4 = Avx.Shuffle(a4, a6, 0x44);
        r5 = Avx.Shuffle(a4, a6, 0xEE);
        r6 = Avx.Shuffle(a5, a7, 0x44);
        r7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(r0, r4, 0x20).Store(target);
        Avx.Permute2x128(r1, r5, 0x20).Store(target + panel);
        Avx.Permute2x128(r2, r6, 0x20).Store(target + (2 * panel));
        Avx.Permute2x128(r3, r7, 0x20).Store(target + (3 * panel));
        target += 4 * panel;
        Avx.Permute2x128(r0, r4, 0x31).Store(target);
        Avx.Permute2x128(r1, r5, 0x31).Store(target + panel);
        Avx.Permute2x128(r2, r6, 0x31).Store(target + (2 * panel));
        Avx.Permute2x128(r3, r7, 0x31).Store(target + (3 * panel));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* s0, float* s1, float* s2, float* s3, float* target, int panel)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> r0 = Vector128.Load(s0), r1 = Vector128.Load(s1), r2 = Vector128.Load(s2), r3 = Vector128.Load(s3);
            Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1);
            Vector128<float> low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
            Sse.MoveLowToHigh(low01, low23).Store(target);
            Sse.MoveHighToLow(low23, low01).Store(target + panel);
            Sse.MoveLowToHigh(high01, high23).Store(target + (2 * panel));
            Sse.MoveHighToLow(high23, high01).Store(target + (3 * panel));
            return;
        }

        for (int k = 0; k < 4; k++, target += panel)
        {
            target[0] = s0[k];
            target[1] = s1[k];
            target[2] = s2[k];
            target[3] = s3[k];
        }
    }
}
