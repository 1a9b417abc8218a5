namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// How one group of a picture is laid out for the forward product: a plane per channel and phase. The position that is q places
/// into the result reads cell (channel, ky, kx) of the window at <c>offsets[cell] + q</c>.
/// </summary>
internal unsafe struct InputLayout
{
    public PhaseAxis X;
    public PhaseAxis Y;
    public int PlaneCount;

    /// <summary>Positions from the first to the last that counts, with those between rows that do not.</summary>
    public int Positions;

    /// <summary>Per cell of the window: where its numbers begin.</summary>
    public int* Offsets;

    /// <summary>Integers that the tables take.</summary>
    public static long TableLength(in ConvolutionPlan plan) =>
        plan.Depth + PhaseAxis.TableLength(plan.Geometry.StrideX) + PhaseAxis.TableLength(plan.Geometry.StrideY);

    /// <summary>Lays out, with tables in memory that the caller holds.</summary>
    public static InputLayout Create(in ConvolutionPlan plan, int* table)
    {
        ConvolutionGeometry geometry = plan.Geometry;
        InputLayout layout = new() { Offsets = table };
        table += plan.Depth;
        layout.X = PhaseAxis.OfInput(plan.Width, plan.KernelX, geometry.StrideX, geometry.PaddingX, plan.OutputWidth, table);
        table += PhaseAxis.TableLength(geometry.StrideX);
        layout.Y = PhaseAxis.OfInput(plan.Height, plan.KernelY, geometry.StrideY, geometry.PaddingY, plan.OutputHeight, table);
        layout.PlaneCount = (layout.Y.Full * layout.X.Pitch) + layout.X.Full - layout.X.Pitch;
        layout.Positions = ((plan.OutputHeight - 1) * layout.X.Pitch) + plan.OutputWidth;
        int* offset = layout.Offsets;
        for (int channel = 0; channel < plan.GroupChannels; channel++)
        {
            for (int ky = 0; ky < plan.KernelY; ky++)
            {
                int place = layout.Plane(channel, ky % geometry.StrideY, 0) + (ky / geometry.StrideY * layout.X.Pitch);
                for (int kx = 0, phase = 0; kx < plan.KernelX; kx++)
                {
                    *offset++ = place + (phase * layout.PlaneCount);
                    if (++phase == geometry.StrideX)
                        (phase, place) = (0, place + 1);
                }
            }
        }

        return layout;
    }

    /// <summary>Floats that the planes of one group take.</summary>
    public readonly long Floats(in ConvolutionPlan plan) =>
        ((long)plan.GroupChannels * Y.Phases * X.Phases * PlaneCount) + OffsetProduct.Slack;

    /// <summary>Copies the channels of one group into their planes.</summary>
    public readonly void Fill(in ConvolutionPlan plan, float* picture, float* planes)
    {
        for (int channel = 0; channel < plan.GroupChannels; channel++, picture += (long)plan.Height * plan.Width)
            for (int phase = 0; phase < Y.Phases; phase++)
                FillPlanes(plan, picture, planes + Plane(channel, phase, 0), phase);
    }

    private readonly int Plane(int channel, int phaseY, int phaseX) => ((((channel * Y.Phases) + phaseY) * X.Phases) + phaseX) * PlaneCount;

    private readonly void FillPlanes(in ConvolutionPlan plan, float* picture, float* planes, int phaseY)
    {
        int rows = Y.Needed[phaseY];
        for (int row = 0; row < rows; row++, planes += X.Pitch)
        {
            int y = (row * plan.Geometry.StrideY) + phaseY - plan.Geometry.PaddingY;
            if ((uint)y < (uint)plan.Height)
                FillRow(plan, picture + ((long)y * plan.Width), planes);
            else
                ClearRow(planes, X.Pitch);
        }

        // The last row's zeros at its end, where it is longer than the pitch.
        ClearRow(planes, X.Full - X.Pitch);
    }

    private readonly void ClearRow(float* planes, int length)
    {
        for (int phase = 0; phase < X.Phases; phase++)
            new Span<float>(planes + (phase * PlaneCount), length).Clear();
    }

    private readonly void FillRow(in ConvolutionPlan plan, float* source, float* planes)
    {
        int stride = plan.Geometry.StrideX;
        for (int phase = 0; phase < X.Phases; phase++)
        {
            float* target = planes + (phase * PlaneCount);
            for (int column = 0; column < X.Lead[phase]; column++)
                target[column] = 0;
            for (int column = X.End[phase]; column < X.Pitch; column++)
                target[column] = 0;
        }

        if (stride == 2 && X.Phases == 2)
        {
            int even = plan.Geometry.PaddingX & 1, odd = 1 - even;
            Interleave.Split(
                source, planes + (even * PlaneCount) + X.Lead[even], X.End[even] - X.Lead[even],
                planes + (odd * PlaneCount) + X.Lead[odd], X.End[odd] - X.Lead[odd]);
            return;
        }

        for (int phase = 0; phase < X.Phases; phase++)
        {
            float* target = planes + (phase * PlaneCount);
            int first = X.Lead[phase], end = X.End[phase];
            if (first == end)
                continue;
            float* from = source + (first * stride) + phase - plan.Geometry.PaddingX;
            if (stride == 1)
                Interleave.Copy(from, target + first, end - first);
            else
                for (int column = first; column < end; column++, from += stride)
                    target[column] = *from;
        }
    }
}
