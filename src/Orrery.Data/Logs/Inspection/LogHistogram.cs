namespace Orrery.Data.Logs.Inspection;

/// <summary>Counts of positive numbers in bins of equal ratio, eight per factor of two, so that quantiles are known to 9 %.</summary>
internal sealed class LogHistogram
{
    private const int Shift = 49; // The exponent and the first three bits of the fraction.
    private const int Bins = 1 << 14; // The sign is left out.

    private readonly long[] _counts = new long[Bins];

    public long Total { get; private set; }

    public void Add(double value)
    {
        _counts[Bin(value)]++;
        Total++;
    }

    /// <summary>The lower edge of the bin of the given share; 0 when nothing was added.</summary>
    public double Quantile(double share)
    {
        var wanted = share * Total;
        var seen = 0L;
        for (var bin = 0; bin < Bins && Total > 0; bin++)
        {
            seen += _counts[bin];
            if (seen >= wanted && seen > 0)
                return BitConverter.Int64BitsToDouble((long)bin << Shift);
        }

        return 0;
    }

    /// <summary>How many were at least <paramref name="value"/>, to within its bin.</summary>
    public long AtLeast(double value)
    {
        var count = 0L;
        for (var bin = Bin(value); bin < Bins; bin++)
            count += _counts[bin];
        return count;
    }

    private static int Bin(double value) => (int)(BitConverter.DoubleToInt64Bits(Math.Abs(value)) >> Shift);
}
