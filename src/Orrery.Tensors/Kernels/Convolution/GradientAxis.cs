namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>One axis of the gradient of the input: which cells each phase has, and which positions of the result they meet.</summary>
internal unsafe struct GradientAxis
{
    /// <summary>The first position of the result that is read; negative for zeros before it.</summary>
    public int First;

    /// <summary>Positions that are read, zeros included.</summary>
    public int Full;

    /// <summary>Numbers from the start of one row to the start of the next.</summary>
    public int Pitch;

    /// <summary>How many zeros come first.</summary>
    public int Lead;

    /// <summary>Where the numbers end.</summary>
    public int End;

    /// <summary>Per phase: the padded position of its first cell, divided by the stride.</summary>
    public int* Start;

    /// <summary>Per phase: how many cells it has.</summary>
    public int* Count;

    /// <summary>Per phase: how many cells of the window it meets.</summary>
    public int* Taps;

    /// <summary>Integers that the tables for a stride take.</summary>
    public static int TableLength(int stride) => 3 * stride;

    public static GradientAxis Create(int length, int kernel, int stride, int padding, int positions, int* table)
    {
        GradientAxis axis = new() { Start = table, Count = table + stride, Taps = table + (2 * stride), First = int.MaxValue };
        int last = int.MinValue, widest = 1;
        for (int phase = 0; phase < stride; phase++)
        {
            axis.Start[phase] = PhaseAxis.Up(padding - phase, stride);
            axis.Count[phase] = Math.Max(0, PhaseAxis.Up(padding + length - phase, stride) - axis.Start[phase]);
            axis.Taps[phase] = phase < kernel ? ((kernel - 1 - phase) / stride) + 1 : 0;
            if (axis.Taps[phase] == 0 || axis.Count[phase] == 0)
                continue;
            axis.First = Math.Min(axis.First, axis.Start[phase] - axis.Taps[phase] + 1);
            last = Math.Max(last, axis.Start[phase] + axis.Count[phase] - 1);
            widest = Math.Max(widest, axis.Count[phase]);
        }

        // Strides and paddings can leave every cell between the windows.
        if (last == int.MinValue)
            (axis.First, last) = (0, -1);
        axis.Full = last - axis.First + 1;
        axis.Lead = Math.Clamp(-axis.First, 0, axis.Full);
        axis.End = Math.Clamp(positions - axis.First, axis.Lead, axis.Full);
        int shared = axis.Full - Math.Max(widest, axis.End);
        axis.Pitch = axis.Full - Math.Clamp(shared, 0, axis.Lead);
        return axis;
    }
}
