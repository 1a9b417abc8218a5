using System.Diagnostics;

namespace Orrery.Benchmarks.SideBySide.Measuring;

/// <summary>Times of the same thing, one per round.</summary>
internal sealed class Samples
{
    private readonly List<double> _seconds = [];

    /// <summary>Half of the times are below.</summary>
    public double Median => Quantile(0.5);

    /// <summary>The time that a tenth of the rounds were faster than: mostly free of other work on the machine.</summary>
    public double Fast => Quantile(0.1);

    public void Add(double seconds) => _seconds.Add(seconds);

    /// <summary>The median, and the range that four of five rounds lie in, of another's time over ours, round by round.</summary>
    public (double Median, double Low, double High) RatioOf(Samples other)
    {
        Samples ratios = new();
        for (int round = 0; round < Math.Min(_seconds.Count, other._seconds.Count); round++)
            ratios.Add(other._seconds[round] / _seconds[round]);
        return (ratios.Median, ratios.Quantile(0.1), ratios.Quantile(0.9));
    }

    /// <summary>Seconds per call of something, over as many calls as fill a time.</summary>
    public static double Time(Action run, double seconds, ref int calls)
    {
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++)
                run();
            double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (taken >= 0.4 * seconds)
            {
                calls = Math.Max(1, (int)(calls * seconds / taken));
                return taken / calls;
            }

            calls *= taken < 0.1 * seconds ? 8 : 2;
        }
    }

    private double Quantile(double share)
    {
        double[] ordered = [.. _seconds.Order()];
        return ordered[(int)Math.Round(share * (ordered.Length - 1))];
    }
}
