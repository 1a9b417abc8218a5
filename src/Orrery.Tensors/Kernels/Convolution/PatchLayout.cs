namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// How one group of a picture is laid out for the gradient of the weight: padded, channels innermost. Then the numbers under one
/// row of the window are neighbours, and the product runs over positions, which share one table of offsets.
/// </summary>
internal unsafe struct PatchLayout
{
    public int Rows;
    public int Columns;

    /// <summary>Numbers under one row of the window.</summary>
    public int Line;

    /// <summary>The same rounded up to what a product may write.</summary>
    public int LinePitch;

    /// <summary>Per position: where its first number is.</summary>
    public int* Offsets;

    public static PatchLayout Create(in ConvolutionPlan plan, int* table)
    {
        ConvolutionGeometry geometry = plan.Geometry;
        PatchLayout layout = new()
        {
            Rows = ((plan.OutputHeight - 1) * geometry.StrideY) + plan.KernelY,
            Columns = ((plan.OutputWidth - 1) * geometry.StrideX) + plan.KernelX,
            Line = plan.KernelX * plan.GroupChannels,
            Offsets = table,
        };
        layout.LinePitch = PitchOf(plan);
        for (int row = 0; row < plan.OutputHeight; row++)
            for (int column = 0; column < plan.OutputWidth; column++)
                *table++ = ((row * geometry.StrideY * layout.Columns) + (column * geometry.StrideX)) * plan.GroupChannels;
        return layout;
    }

    /// <summary>Numbers under one row of the window, rounded up to what a product may write.</summary>
    public static int PitchOf(in ConvolutionPlan plan) =>
        ((plan.KernelX * plan.GroupChannels) + OffsetProduct.Slack - 1) / OffsetProduct.Slack * OffsetProduct.Slack;

    /// <summary>Floats that the table of offsets takes.</summary>
    public static long TableFloats(in ConvolutionPlan plan) => ((long)plan.Places + 15) / 16 * 16;

    /// <summary>Floats that the sums for all weights take.</summary>
    public static long WeightFloats(in ConvolutionPlan plan) => (long)plan.Outputs * plan.KernelY * PitchOf(plan);

    /// <summary>Floats that the sums for all weights, then biases take.</summary>
    public static long SumFloats(in ConvolutionPlan plan) => (WeightFloats(plan) + plan.Outputs + 15) / 16 * 16;

    /// <summary>Floats that one group of a picture takes.</summary>
    public readonly long Floats(in ConvolutionPlan plan) => ((long)Rows * Columns * plan.GroupChannels) + OffsetProduct.Slack;

    /// <summary>Copies the channels of one group, padded and innermost.</summary>
    public readonly void Fill(in ConvolutionPlan plan, float* picture, float* target)
    {
        int channels = plan.GroupChannels;
        int lead = Math.Min(plan.Geometry.PaddingX, Columns), inside = Math.Clamp(plan.Width, 0, Columns - lead);
        for (int row = 0; row < Rows; row++, target += (long)Columns * channels)
        {
            int y = row - plan.Geometry.PaddingY;
            if ((uint)y >= (uint)plan.Height)
            {
                new Span<float>(target, Columns * channels).Clear();
                continue;
            }

            new Span<float>(target, lead * channels).Clear();
            new Span<float>(target + ((lead + inside) * channels), (Columns - lead - inside) * channels).Clear();
            Interleave.Transpose(
                picture + ((long)y * plan.Width), (nint)plan.Height * plan.Width, channels, inside, target + (lead * channels));
        }
    }

    /// <summary>Adds the sums of one group of outputs to the gradient of the weight.</summary>
    public readonly void AddTo(in ConvolutionPlan plan, float* sums, float* weight)
    {
        for (int line = 0; line < plan.Outputs * plan.KernelY; line++, sums += LinePitch)
        {
            int output = line / plan.KernelY, ky = line % plan.KernelY;
            for (int channel = 0; channel < plan.GroupChannels; channel++)
            {
                float* target = weight + ((((((long)output * plan.GroupChannels) + channel) * plan.KernelY) + ky) * plan.KernelX);
                for (int kx = 0; kx < plan.KernelX; kx++)
                    target[kx] += sums[(kx * plan.GroupChannels) + channel];
            }
        }
    }
}
