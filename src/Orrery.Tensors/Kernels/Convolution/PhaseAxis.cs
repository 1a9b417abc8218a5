namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>
/// One axis of a convolution whose cells are sorted by their remainder modulo the stride (the phase), so that the cells under one
/// cell of the moving window lie side by side. Each phase is zeros, then numbers, then zeros; where the zeros at the end of one
/// row can double as the zeros at the start of the next, rows are laid closer together than they are long.
/// </summary>
internal unsafe struct PhaseAxis
{
    /// <summary>Numbers, zeros included, that a row of the longest phase has.</summary>
    public int Full;

    /// <summary>Numbers from the start of one row to the start of the next.</summary>
    public int Pitch;

    /// <summary>Phases that are stored.</summary>
    public int Phases;

    /// <summary>Per phase: how many zeros come first.</summary>
    public int* Lead;

    /// <summary>Per phase: where the numbers end.</summary>
    public int* End;

    /// <summary>Per phase: how many numbers, zeros included, are read.</summary>
    public int* Needed;

    /// <summary>Integers that a table for a stride takes.</summary>
    public static int TableLength(int stride) => 3 * stride;

    /// <summary>The padded input of a convolution.</summary>
    public static PhaseAxis OfInput(int length, int kernel, int stride, int padding, int positions, int* table)
    {
        PhaseAxis axis = new()
        {
            Phases = Math.Min(stride, kernel),
            Full = positions + ((kernel - 1) / stride),
            Lead = table,
            End = table + stride,
            Needed = table + (2 * stride),
        };
        for (int phase = 0; phase < axis.Phases; phase++)
        {
            int needed = positions + ((kernel - 1 - phase) / stride);
            axis.Needed[phase] = needed;
            axis.Lead[phase] = Math.Clamp(Up(padding - phase, stride), 0, needed);
            axis.End[phase] = Math.Clamp(Up(length + padding - phase, stride), axis.Lead[phase], needed);
        }

        axis.Pitch = axis.Closest(positions);
        for (int phase = 0; phase < axis.Phases; phase++)
        {
            axis.Lead[phase] = Math.Min(axis.Lead[phase], axis.Pitch);
            axis.End[phase] = Math.Min(axis.End[phase], axis.Pitch);
        }

        return axis;
    }

    /// <summary>The smallest pitch from a minimum on at which no number is read in the place of a zero.</summary>
    public readonly int Closest(int minimum)
    {
        for (int pitch = minimum; pitch < Full; pitch++)
            if (Fits(pitch))
                return pitch;
        return Math.Max(minimum, Full);
    }

    /// <summary>A quotient rounded up, for positive divisors.</summary>
    public static int Up(int value, int divisor) => value > 0 ? ((value - 1) / divisor) + 1 : -(-value / divisor);

    private readonly bool Fits(int pitch)
    {
        for (int phase = 0; phase < Phases; phase++)
            if (Needed[phase] > pitch && (pitch < End[phase] || Needed[phase] - pitch > Lead[phase]))
                return false;
        return true;
    }
}
