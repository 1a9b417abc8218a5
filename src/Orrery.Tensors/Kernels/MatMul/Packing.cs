using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>Copies blocks of the operands into the order in which tiles read them.</summary>
internal static unsafe class Packing
{
    /// <summary>Panels of b: [panel][k][column within the panel], the last filled up with zeros.</summary>
    public static void Columns(in Product p, int k, int depth, int column, int columns, int panel, float* target)
    {
        for (int right = 0; right < columns; right += panel)
        {
            int width = Math.Min(panel, columns - right);
            float* source = p.B + ((long)k * p.BStep) + ((long)(column + right) * p.BColumn);
            if (p.BColumn == 1)
                CopyPanel(source, p.BStep, depth, width, panel, target);
            else
                TransposePanel(source, p.BStep, p.BColumn, depth, width, panel, target);
            target += (long)depth * panel;
        }
    }

    /// <summary>Tiles of a: [tile][k][row within the tile].</summary>
    public static void Rows(in Product p, int k, int depth, int row, int rows, int tiles, float* target)
    {
        for (int tile = 0, down = 0; tile < tiles; tile++)
        {
            int height = (rows - down + tiles - tile - 1) / (tiles - tile);
            float* source = p.A + ((long)(row + down) * p.ARow) + ((long)k * p.AStep);
            if (p.ARow == 1)
                CopyPanel(source, p.AStep, depth, height, height, target);
            else
                TransposePanel(source, p.AStep, p.ARow, depth, height, height, target);
            target += (long)depth * height;
            down += height;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPanel(float* source, int step, int depth, int width, int panel, float* target)
    {
        int whole = width & ~3;
        for (int k = 0; k < depth; k++)
        {
            int index = 0;
            for (; index <= width - Vector<float>.Count; index += Vector<float>.Count)
                Vector.Load(source + index).Store(target + index);
            for (; index < whole; index += 4)
                Vector128.Load(source + index).Store(target + index);
            for (; index < width; index++)
                target[index] = source[index];
            for (; index < panel; index++)
                target[index] = 0;
            source += step;
            target += panel;
        }
    }

    // source[k + column stride] to target[k panel + column]: four columns and four steps at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposePanel(float* source, int step, int stride, int depth, int width, int panel, float* target)
    {
        int column = 0;
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

        for (; column < width; column++)
            for (int k = 0; k < depth; k++)
                target[((long)k * panel) + column] = source[((long)k * step) + ((long)column * stride)];
        for (; column < panel; column++)
            for (int k = 0; k < depth; k++)
                target[((long)k * panel) + column] = 0;
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
