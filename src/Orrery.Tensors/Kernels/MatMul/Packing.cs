using System.Runtime.CompilerServices;

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

    private static void CopyPanel(float* source, int step, int depth, int width, int panel, float* target)
    {
        for (int k = 0; k < depth; k++)
        {
            float* from = source + ((long)k * step);
            float* to = target + ((long)k * panel);
            int index = 0;
            for (; index < width; index++)
                to[index] = from[index];
            for (; index < panel; index++)
                to[index] = 0;
        }
    }

    private static void TransposePanel(float* source, int step, int stride, int depth, int width, int panel, float* target)
    {
        for (int k = 0; k < depth; k++)
        {
            float* from = source + ((long)k * step);
            float* to = target + ((long)k * panel);
            int index = 0;
            for (; index < width; index++)
                to[index] = from[(long)index * stride];
            for (; index < panel; index++)
                to[index] = 0;
        }
    }
}
