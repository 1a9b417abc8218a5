using System.Globalization;
using System.Runtime.InteropServices;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Steps between the numbers of a column, in case it tells the time.</summary>
internal sealed class ClockScan
{
    private const int MostSteps = 10_000;
    private const int RowsToTry = 1000;

    /// <summary>A clock goes back now and then (merged logs); a sensor does so all the time.</summary>
    private const double MostBackwards = 0.1;

    /// <summary>Steps are told apart by their first 20 bits, a millionth: decimal numbers carry rounding.</summary>
    private const long Rounding = ~((1L << 32) - 1);

    private readonly Dictionary<long, (long Count, double Sum)> _steps = [];
    private double _last = double.NaN;

    public long Steps { get; private set; }

    public RowList Backwards { get; } = new();

    public RowList Same { get; } = new();

    /// <summary>The longest step back, below 0; 0 without any.</summary>
    public double LongestBack { get; private set; }

    /// <summary>The longest steps, the longest first, each by the row after it.</summary>
    public List<(double Step, long Row)> Longest { get; } = new(Thresholds.RowsToList + 1);

    /// <summary>Whether this can still be a clock.</summary>
    public bool IsPlausible { get; private set; } = true;

    public bool IsLastStepZero { get; private set; }

    public void Add(long row, double time)
    {
        IsLastStepZero = time == _last;
        var step = time - _last;
        _last = time;
        if (double.IsNaN(step) || !IsPlausible)
            return;
        Steps++;
        if (step < 0)
        {
            Backwards.Add(row, time);
            LongestBack = Math.Min(LongestBack, step);
        }
        else if (step == 0)
        {
            Same.Add(row, time);
        }
        else
        {
            Count(step, row);
        }

        if (Steps == RowsToTry || Steps % (64 * RowsToTry) == 0)
            IsPlausible = Backwards.Count + Same.Count <= MostBackwards * Steps;
    }

    /// <summary>The next row does not follow the one before.</summary>
    public void Break() => _last = double.NaN;

    /// <summary>Median of the steps forward, rounded as the import rounds it; NaN without any.</summary>
    public double MedianStep()
    {
        var ordered = _steps.Values.OrderBy(step => step.Sum / step.Count).ToArray();
        var half = ordered.Sum(step => step.Count) / 2;
        foreach (var (count, sum) in ordered)
        {
            half -= count;
            if (half < 0)
                return double.Parse((sum / count).ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        return double.NaN;
    }

    /// <summary>Share of all steps that are not the median within the tolerance.</summary>
    public double OtherShare(double median) =>
        Steps == 0 ? 0 : 1 - (_steps.Values.Where(step => Math.Abs((step.Sum / step.Count) - median) <= Thresholds.StepTolerance * median).Sum(step => step.Count) / (double)Steps);

    /// <summary>Number of steps longer than <paramref name="limit"/>; where steps are of very many lengths, at least as many.</summary>
    public long LongerThan(double limit) => Math.Max(
        _steps.Values.Where(step => step.Sum / step.Count > limit).Sum(step => step.Count), Longest.Count(step => step.Step > limit));

    private void Count(double step, long row)
    {
        var key = BitConverter.DoubleToInt64Bits(step) & Rounding;
        if (_steps.Count < MostSteps || _steps.ContainsKey(key))
        {
            ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(_steps, key, out _);
            counted = (counted.Count + 1, counted.Sum + step);
        }
        if (Longest.Count == Thresholds.RowsToList && step <= Longest[^1].Step)
            return;
        var at = Longest.Count;
        while (at > 0 && Longest[at - 1].Step < step)
            at--;
        Longest.Insert(at, (step, row));
        if (Longest.Count > Thresholds.RowsToList)
            Longest.RemoveAt(Thresholds.RowsToList);
    }
}
