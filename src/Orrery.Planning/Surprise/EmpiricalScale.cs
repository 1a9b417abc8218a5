using MathNet.Numerics;

namespace Orrery.Planning.Surprise;

/// <summary>
/// Turns a number into the normal score of its rank among calibration numbers. Beyond the outermost twentieth the tail goes on
/// exponentially with the mean excess seen there, so that an error far outside all that was seen weighs more than one just outside.
/// </summary>
internal sealed class EmpiricalScale
{
    /// <summary>No single row counts for more than this many standard deviations.</summary>
    public const double Largest = 8;

    private const double TailShare = 0.05;
    private const int FewestInTail = 5;

    private readonly double[] _sorted;
    private readonly double[] _scores;
    private readonly Tail _upper;
    private readonly Tail _lower;

    public EmpiricalScale(List<double> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
        int n = _sorted.Length;
        _scores = new double[(2 * n) + 1];
        for (int twice = 0; twice < _scores.Length; twice++)
            _scores[twice] = Normal((twice + 1.0) / (2 * (n + 1)));
        Median = n == 0 ? 0 : _sorted[n / 2];
        double sum = 0;
        foreach (double value in _sorted)
            sum += (value - Median) * (value - Median);
        Deviation = n == 0 ? 1 : Math.Sqrt(sum / n);
        int count = Math.Min(n / 2, Math.Max(FewestInTail, (int)(n * TailShare)));
        _upper = Tail.Fit(_sorted, count, Deviation, 1);
        _lower = Tail.Fit(_sorted, count, Deviation, -1);
    }

    public double Median { get; }

    /// <summary>Standard deviation about the median.</summary>
    public double Deviation { get; }

    /// <summary>The normal score of <paramref name="value"/>; positive for large values.</summary>
    public double Score(double value)
    {
        if (_sorted.Length == 0)
            return 0;
        if (value > _upper.Start)
            return Math.Min(Largest, -Normal(_upper.Probability(value)));
        if (value < _lower.Start)
            return Math.Max(-Largest, Normal(_lower.Probability(value)));
        int first = Array.BinarySearch(_sorted, value);
        if (first < 0)
            return _scores[2 * ~first];
        int last = first;
        while (first > 0 && _sorted[first - 1] == value)
            first--;
        while (last < _sorted.Length - 1 && _sorted[last + 1] == value)
            last++;
        return _scores[first + last + 1];
    }

    /// <summary>The standard normal quantile of a probability.</summary>
    private static double Normal(double probability) => -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * Math.Max(probability, 1e-300));

    /// <summary>The outermost numbers of one side; mirrored for the lower one.</summary>
    private readonly record struct Tail(double Start, double Share, double MeanExcess, int Sign)
    {
        public double Probability(double value) => Share * Math.Exp(-Sign * (value - Start) / MeanExcess);

        public static Tail Fit(double[] sorted, int count, double deviation, int sign)
        {
            int n = sorted.Length;
            if (count == 0)
                return new Tail(sign > 0 ? double.PositiveInfinity : double.NegativeInfinity, 0, 1, sign);
            double start = sign > 0 ? sorted[n - count - 1 < 0 ? 0 : n - count - 1] : sorted[Math.Min(n - 1, count)];
            double excess = 0;
            for (int index = 0; index < count; index++)
                excess += sign > 0 ? sorted[n - 1 - index] - start : start - sorted[index];
            double least = Math.Max(deviation * 0.05, 1e-300);
            return new Tail(start, count / (n + 1.0), Math.Max(excess / count, least), sign);
        }
    }
}
