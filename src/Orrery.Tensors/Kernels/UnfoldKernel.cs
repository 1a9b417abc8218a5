namespace Orrery.Tensors.Kernels;

/// <summary>
/// Turns a picture into the matrix [channels x window, places] whose product with the kernels is the convolution, and adds such a
/// matrix back to a picture.
/// </summary>
internal static unsafe class UnfoldKernel
{
    /// <summary>Unfolds the channels of one group.</summary>
    public static void Unfold(in ConvolutionPlan plan, float* picture, float* columns)
    {
        for (int channel = 0; channel < plan.GroupChannels; channel++)
        {
            float* plane = picture + ((long)channel * plan.Height * plan.Width);
            for (int ky = 0; ky < plan.KernelY; ky++)
            {
                for (int kx = 0; kx < plan.KernelX; kx++)
                {
                    Line(plan, plane, ky, kx, columns);
                    columns += plan.Places;
                }
            }
        }
    }

    /// <summary>picture += the matrix folded back.</summary>
    public static void FoldAdd(in ConvolutionPlan plan, float* columns, float* picture)
    {
        for (int channel = 0; channel < plan.GroupChannels; channel++)
        {
            float* plane = picture + ((long)channel * plan.Height * plan.Width);
            for (int ky = 0; ky < plan.KernelY; ky++)
            {
                for (int kx = 0; kx < plan.KernelX; kx++)
                {
                    LineAdd(plan, columns, ky, kx, plane);
                    columns += plan.Places;
                }
            }
        }
    }

    private static void Line(in ConvolutionPlan plan, float* plane, int ky, int kx, float* target)
    {
        int stride = plan.Geometry.StrideX;
        Inside(plan.Width, plan.OutputWidth, stride, kx - plan.Geometry.PaddingX, out int first, out int end);
        for (int row = 0; row < plan.OutputHeight; row++, target += plan.OutputWidth)
        {
            int y = (row * plan.Geometry.StrideY) + ky - plan.Geometry.PaddingY;
            if ((uint)y >= (uint)plan.Height || first >= end)
            {
                new Span<float>(target, plan.OutputWidth).Clear();
                continue;
            }

            float* source = plane + ((long)y * plan.Width) + kx - plan.Geometry.PaddingX;
            for (int column = 0; column < first; column++)
                target[column] = 0;
            if (stride == 1)
                new ReadOnlySpan<float>(source + first, end - first).CopyTo(new Span<float>(target + first, end - first));
            else
                for (int column = first; column < end; column++)
                    target[column] = source[(long)column * stride];
            for (int column = end; column < plan.OutputWidth; column++)
                target[column] = 0;
        }
    }

    private static void LineAdd(in ConvolutionPlan plan, float* source, int ky, int kx, float* plane)
    {
        int stride = plan.Geometry.StrideX;
        Inside(plan.Width, plan.OutputWidth, stride, kx - plan.Geometry.PaddingX, out int first, out int end);
        for (int row = 0; row < plan.OutputHeight && first < end; row++)
        {
            int y = (row * plan.Geometry.StrideY) + ky - plan.Geometry.PaddingY;
            if ((uint)y >= (uint)plan.Height)
                continue;
            float* from = source + ((long)row * plan.OutputWidth);
            float* to = plane + ((long)y * plan.Width) + kx - plan.Geometry.PaddingX;
            if (stride == 1)
                SumKernel.Add(from + first, to + first, end - first);
            else
                for (int column = first; column < end; column++)
                    to[(long)column * stride] += from[column];
        }
    }

    // The positions whose cell lies inside the picture: 0 <= column stride + offset < width.
    private static void Inside(int width, int positions, int stride, int offset, out int first, out int end)
    {
        first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        end = Math.Min(positions, width - offset <= 0 ? 0 : (width - offset - 1) / stride + 1);
    }
}
