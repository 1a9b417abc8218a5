namespace Orrery.Tensors.Kernels;

/// <summary>Windows over one plane. Padding never wins a maximum; NaN does.</summary>
internal static unsafe class PoolKernel
{
    public static void Max(
        in PoolGeometry geometry, float* x, int height, int width, float* y, int* indices, int outputHeight, int outputWidth)
    {
        for (int row = 0; row < outputHeight; row++)
        {
            int top = (row * geometry.StrideY) - geometry.PaddingY;
            int firstY = Math.Max(0, top), endY = Math.Min(height, top + geometry.KernelY);
            for (int column = 0; column < outputWidth; column++)
            {
                int left = (column * geometry.StrideX) - geometry.PaddingX;
                int firstX = Math.Max(0, left), endX = Math.Min(width, left + geometry.KernelX);
                int winner = (firstY * width) + firstX;
                float best = x[winner];
                for (int cellY = firstY; cellY < endY; cellY++)
                {
                    for (int cellX = firstX; cellX < endX; cellX++)
                    {
                        float value = x[(cellY * width) + cellX];
                        if (!(value > best) && !float.IsNaN(value))
                            continue;
                        best = value;
                        winner = (cellY * width) + cellX;
                    }
                }

                *y++ = best;
                *indices++ = winner;
            }
        }
    }

    /// <summary>y = the averages of x; or, as the gradient, x += y spread over each window.</summary>
    public static void Average(
        in PoolGeometry geometry, float* x, int height, int width, float* y, int outputHeight, int outputWidth, bool gradient)
    {
        for (int row = 0; row < outputHeight; row++)
        {
            int top = (row * geometry.StrideY) - geometry.PaddingY;
            int firstY = Math.Max(0, top), endY = Math.Min(height, top + geometry.KernelY);
            int paddedHeight = Math.Min(height + geometry.PaddingY, top + geometry.KernelY) - top;
            for (int column = 0; column < outputWidth; column++, y++)
            {
                int left = (column * geometry.StrideX) - geometry.PaddingX;
                int firstX = Math.Max(0, left), endX = Math.Min(width, left + geometry.KernelX);
                int paddedWidth = Math.Min(width + geometry.PaddingX, left + geometry.KernelX) - left;
                int cells = geometry.CountPadding ? paddedHeight * paddedWidth : (endY - firstY) * (endX - firstX);
                float share = gradient ? *y / cells : 0;
                float sum = 0;
                for (int cellY = firstY; cellY < endY; cellY++)
                {
                    float* line = x + (cellY * width);
                    for (int cellX = firstX; cellX < endX; cellX++)
                    {
                        if (gradient)
                            line[cellX] += share;
                        else
                            sum += line[cellX];
                    }
                }

                if (!gradient)
                    *y = sum / cells;
            }
        }
    }
}
