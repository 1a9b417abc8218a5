namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// How the gradient of the input is computed: cells of the input of one phase (remainder of their padded position modulo the
/// stride) all meet the same cells of the window, so each phase is a convolution with stride 1 of the result's gradient by a part
/// of the turned weight, and no product is with an inserted zero.
/// </summary>
internal unsafe struct GradientLayout
{
    /// <summary>Positions of the result's gradient, along each axis, with zeros around.</summary>
    public GradientAxis X;
    public GradientAxis Y;
    public int PlaneCount;

    /// <summary>Whether the product can be added to the input's gradient where it lies.</summary>
    public bool IsDirect;

    /// <summary>Floats that the results of all phases take.</summary>
    public long ResultFloats;

    public GradientPhase* Phases;
    private int* _offsets;
    private float* _weights;

    /// <summary>Floats that tables and turned weights take.</summary>
    public static long TableFloats(in ConvolutionPlan plan)
    {
        int strides = plan.Geometry.StrideX * plan.Geometry.StrideY;
        return (strides * (long)sizeof(GradientPhase) / sizeof(float))
            + GradientAxis.TableLength(plan.Geometry.StrideX) + GradientAxis.TableLength(plan.Geometry.StrideY)
            + ((long)plan.GroupOutputs * plan.KernelY * plan.KernelX) + ((long)plan.Outputs * plan.Depth) + 16;
    }

    /// <summary>Lays out and turns the weight, with tables in memory that the caller holds.</summary>
    public static GradientLayout Create(in ConvolutionPlan plan, float* weight, float* table)
    {
        ConvolutionGeometry geometry = plan.Geometry;
        GradientLayout layout = new() { Phases = (GradientPhase*)table };
        int* integers = (int*)(layout.Phases + (geometry.StrideX * geometry.StrideY));
        layout.X = GradientAxis.Create(plan.Width, plan.KernelX, geometry.StrideX, geometry.PaddingX, plan.OutputWidth, integers);
        integers += GradientAxis.TableLength(geometry.StrideX);
        layout.Y = GradientAxis.Create(plan.Height, plan.KernelY, geometry.StrideY, geometry.PaddingY, plan.OutputHeight, integers);
        integers += GradientAxis.TableLength(geometry.StrideY);
        layout._offsets = integers;
        layout._weights = (float*)(integers + ((long)plan.GroupOutputs * plan.KernelY * plan.KernelX));
        layout.PlaneCount = (layout.Y.Full * layout.X.Pitch) + layout.X.Full - layout.X.Pitch;
        layout.IsDirect = geometry is { StrideX: 1, StrideY: 1 } && layout.X.Pitch == plan.Width;
        int* offsets = layout._offsets;
        long weights = 0;
        for (int phaseY = 0; phaseY < geometry.StrideY; phaseY++)
        {
            for (int phaseX = 0; phaseX < geometry.StrideX; phaseX++)
            {
                ref GradientPhase phase = ref layout.Phases[(phaseY * geometry.StrideX) + phaseX];
                phase = layout.Phase(plan, phaseY, phaseX);
                phase.Offsets = offsets;
                phase.Weights = weights;
                layout.Tabulate(plan, phase, phaseY, phaseX);
                layout.Turn(plan, phase, phaseY, phaseX, weight);
                offsets += phase.Depth;
                weights += (long)plan.Channels * phase.Depth;
                phase.Result = layout.ResultFloats;
                layout.ResultFloats += (long)plan.GroupChannels * phase.ResultRow;
            }
        }

        return layout;
    }

    /// <summary>Floats that the gradient of one group's result takes with its zeros.</summary>
    public readonly long GradientFloats(in ConvolutionPlan plan) => ((long)plan.GroupOutputs * PlaneCount) + OffsetProduct.Slack;

    /// <summary>Copies the gradient of one group's result and puts zeros around it.</summary>
    public readonly void Fill(in ConvolutionPlan plan, float* source, float* target)
    {
        for (int output = 0; output < plan.GroupOutputs; output++, source += plan.Places)
        {
            for (int row = 0; row < Y.Full; row++, target += X.Pitch)
            {
                int y = Y.First + row, end = Math.Min(X.End, X.Pitch);
                if (row < Y.Lead || row >= Y.End)
                {
                    new Span<float>(target, X.Pitch).Clear();
                    continue;
                }

                for (int column = 0; column < X.Lead; column++)
                    target[column] = 0;
                for (int column = end; column < X.Pitch; column++)
                    target[column] = 0;
                Interleave.Copy(source + (y * plan.OutputWidth) + X.First + X.Lead, target + X.Lead, end - X.Lead);
            }

            for (int column = X.Pitch; column < X.Full; column++)
                *target++ = 0;
        }
    }

    /// <summary>The product of one phase.</summary>
    public readonly OffsetProduct Product(in ConvolutionPlan plan, in GradientPhase phase, int group, float* gradient, float* result) => new()
    {
        A = _weights + phase.Weights + ((long)group * plan.GroupChannels * phase.Depth),
        ARow = phase.Depth,
        B = gradient,
        Offsets = phase.Offsets,
        C = result,
        CRow = phase.ResultRow,
        Rows = plan.GroupChannels,
        Columns = phase.Positions,
        Depth = phase.Depth,
        HasSlack = true,
    };

    /// <summary>Adds the results of all phases to one group of the input's gradient.</summary>
    public readonly void Scatter(in ConvolutionPlan plan, float* results, float* picture)
    {
        ConvolutionGeometry geometry = plan.Geometry;
        for (int channel = 0; channel < plan.GroupChannels; channel++)
        {
            for (int y = 0; y < plan.Height; y++, picture += plan.Width)
            {
                int phaseY = (y + geometry.PaddingY) % geometry.StrideY;
                int row = ((y + geometry.PaddingY) / geometry.StrideY) - Y.Start[phaseY];
                GradientPhase* phases = Phases + (phaseY * geometry.StrideX);
                if (geometry.StrideX == 2 && phases[0].Depth > 0 && phases[1].Depth > 0)
                {
                    GradientPhase* even = phases + (geometry.PaddingX & 1), odd = phases + 1 - (geometry.PaddingX & 1);
                    Interleave.ZipAdd(Row(even, results, channel, row), Row(odd, results, channel, row), picture, plan.Width);
                    continue;
                }

                for (int phaseX = 0; phaseX < geometry.StrideX; phaseX++)
                    ScatterRow(plan, phases + phaseX, phaseX, Row(phases + phaseX, results, channel, row), picture);
            }
        }
    }

    private readonly float* Row(GradientPhase* phase, float* results, int channel, int row) =>
        results + phase->Result + ((long)channel * phase->ResultRow) + ((long)row * X.Pitch);

    private readonly void ScatterRow(in ConvolutionPlan plan, GradientPhase* phase, int phaseX, float* source, float* target)
    {
        int stride = plan.Geometry.StrideX;
        if (phase->Depth == 0)
            return;
        target += (X.Start[phaseX] * stride) + phaseX - plan.Geometry.PaddingX;
        if (stride == 1)
            Interleave.Add(source, target, X.Count[phaseX]);
        else
            for (int index = 0; index < X.Count[phaseX]; index++)
                target[(nint)index * stride] += source[index];
    }

    private readonly GradientPhase Phase(in ConvolutionPlan plan, int phaseY, int phaseX)
    {
        bool isEmpty = Y.Count[phaseY] <= 0 || X.Count[phaseX] <= 0;
        int positions = isEmpty ? 0 : ((Y.Count[phaseY] - 1) * X.Pitch) + X.Count[phaseX];
        return new GradientPhase
        {
            Depth = isEmpty ? 0 : plan.GroupOutputs * Y.Taps[phaseY] * X.Taps[phaseX],
            Positions = positions,
            ResultRow = (positions + OffsetProduct.Slack - 1) / OffsetProduct.Slack * OffsetProduct.Slack,
        };
    }

    private readonly void Tabulate(in ConvolutionPlan plan, in GradientPhase phase, int phaseY, int phaseX)
    {
        if (phase.Depth == 0)
            return;
        int* offset = phase.Offsets;
        int start = ((Y.Start[phaseY] - Y.First) * X.Pitch) + X.Start[phaseX] - X.First;
        for (int output = 0; output < plan.GroupOutputs; output++)
            for (int tapY = 0; tapY < Y.Taps[phaseY]; tapY++)
                for (int tapX = 0; tapX < X.Taps[phaseX]; tapX++)
                    *offset++ = (output * PlaneCount) + start - (tapY * X.Pitch) - tapX;
    }

    private readonly void Turn(in ConvolutionPlan plan, in GradientPhase phase, int phaseY, int phaseX, float* weight)
    {
        if (phase.Depth == 0)
            return;
        float* target = _weights + phase.Weights;
        for (int channel = 0; channel < plan.Channels; channel++)
        {
            int group = channel / plan.GroupChannels, within = channel % plan.GroupChannels;
            for (int output = group * plan.GroupOutputs; output < (group + 1) * plan.GroupOutputs; output++)
            {
                float* window = weight + ((((long)output * plan.GroupChannels) + within) * plan.KernelY * plan.KernelX);
                for (int ky = phaseY; ky < plan.KernelY; ky += plan.Geometry.StrideY)
                    for (int kx = phaseX; kx < plan.KernelX; kx += plan.Geometry.StrideX)
                        *target++ = window[(ky * plan.KernelX) + kx];
            }
        }
    }
}

/// <summary>The cells of the input that are in one phase along both axes.</summary>
internal unsafe struct GradientPhase
{
    /// <summary>Cells of the window they meet, times the outputs of a group; 0 if there are no such cells.</summary>
    public int Depth;

    /// <summary>Positions from the first to the last cell, with those between rows that do not count.</summary>
    public int Positions;

    /// <summary>Floats between channels of the result.</summary>
    public int ResultRow;

    /// <summary>Where the results begin, in floats.</summary>
    public long Result;

    /// <summary>Where the turned weights begin, in floats.</summary>
    public long Weights;
    public int* Offsets;
}
