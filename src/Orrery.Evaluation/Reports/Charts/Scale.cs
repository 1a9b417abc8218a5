namespace Orrery.Evaluation.Reports.Charts;

/// <summary>Maps values of one axis to the drawing, straight or by logarithm, and says where the ticks go.</summary>
internal sealed class Scale
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;

    private Scale(bool logarithmic, double minimum, double maximum, double from, double to)
    {
        IsLogarithmic = logarithmic;
        Minimum = minimum;
        Maximum = maximum;
        _low = logarithmic ? Math.Log10(minimum) : minimum;
        _high = logarithmic ? Math.Log10(maximum) : maximum;
        _from = from;
        _to = to;
    }

    public bool IsLogarithmic { get; }

    public double Minimum { get; }

    public double Maximum { get; }

    /// <summary>A scale that holds all finite values, with a little room; a logarithmic one leaves out values that are not positive.</summary>
    /// <param name="values">The values; none at all gives 0 to 1.</param>
    /// <param name="from">Coordinate of the minimum.</param>
    /// <param name="to">Coordinate of the maximum.</param>
    /// <param name="logarithmic">Whether equal ratios get equal lengths.</param>
    /// <param name="margin">Room at both ends, as a share of the range.</param>
    /// <param name="includeZero">Whether a straight scale must show zero.</param>
    public static Scale Over(IEnumerable<double> values, double from, double to, bool logarithmic = false, double margin = 0.05,
        bool includeZero = false)
    {
        double minimum = double.PositiveInfinity;
        double maximum = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value) || Math.Abs(value) > 1e30 || (logarithmic && value <= 0))
                continue;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        if (minimum > maximum)
            (minimum, maximum) = logarithmic ? (0.1, 1) : (0, 1);
        if (includeZero && !logarithmic)
            (minimum, maximum) = (Math.Min(0, minimum), Math.Max(0, maximum));
        return logarithmic ? Logarithmic(minimum, maximum, from, to, margin) : Straight(minimum, maximum, from, to, margin, includeZero);
    }

    /// <summary>Where a value lies, clamped to half a length beyond either end; not a number stays so.</summary>
    public double Map(double value)
    {
        double position = IsLogarithmic ? (value > 0 ? Math.Log10(value) : double.NaN) : value;
        double share = (position - _low) / (_high - _low);
        return _from + (Math.Clamp(share, -0.5, 1.5) * (_to - _from));
    }

    public bool Contains(double value) => value >= Minimum && value <= Maximum;

    /// <summary>Round values for labels, about <paramref name="wanted"/> of them.</summary>
    public IReadOnlyList<double> Ticks(int wanted) => IsLogarithmic ? Decades(wanted) : RoundSteps(Minimum, Maximum, wanted);

    /// <summary>A label that tells neighbouring ticks apart.</summary>
    public string Label(double tick, IReadOnlyList<double> ticks)
    {
        if (IsLogarithmic || ticks.Count < 2)
            return Markup.Figures.Short(tick, 3);
        double step = Math.Abs(ticks[1] - ticks[0]);
        double largest = Math.Max(Math.Abs(ticks[0]), Math.Abs(ticks[^1]));
        int digits = largest == 0 ? 1 : (int)Math.Floor(Math.Log10(largest)) - (int)Math.Floor(Math.Log10(step)) + 2;
        return Math.Abs(tick) < step * 1e-9 ? "0" : Markup.Figures.Short(tick, Math.Clamp(digits, 1, 9));
    }

    private static Scale Straight(double minimum, double maximum, double from, double to, double margin, bool includeZero)
    {
        double range = maximum - minimum;
        if (range <= Math.Abs(maximum) * 1e-9)
            range = Math.Max(Math.Abs(maximum) * 0.2, 1e-6);
        double middle = (minimum + maximum) / 2;
        bool flat = maximum - minimum < range;
        double low = flat ? middle - (range / 2) : minimum - (range * margin);
        double high = flat ? middle + (range / 2) : maximum + (range * margin);
        // An axis that begins at zero must not begin below it.
        if (includeZero && minimum == 0)
            low = 0;
        return new Scale(false, low, high, from, to);
    }

    private static Scale Logarithmic(double minimum, double maximum, double from, double to, double margin)
    {
        double ratio = Math.Max(maximum / minimum, 2);
        double room = Math.Pow(ratio, margin);
        return new Scale(true, minimum / room, Math.Max(maximum, minimum * 2) * room, from, to);
    }

    private static List<double> RoundSteps(double minimum, double maximum, int wanted)
    {
        double rough = (maximum - minimum) / Math.Max(1, wanted);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { < 1.5 => 1, < 3 => 2, < 7 => 5, _ => 10 };
        var ticks = new List<double>();
        for (double index = Math.Ceiling(minimum / step); index * step <= maximum && ticks.Count < 50; index++)
            ticks.Add(index * step);
        return ticks;
    }

    private List<double> Decades(int wanted)
    {
        int first = (int)Math.Floor(_low);
        int last = (int)Math.Ceiling(_high);
        double decades = _high - _low;
        double[] within = decades > wanted ? [1] : decades > wanted / 3.0 ? [1, 3] : [1, 2, 5];
        int stride = Math.Max(1, (int)Math.Ceiling((last - first) / (double)Math.Max(1, wanted)));
        var ticks = new List<double>();
        for (int decade = first; decade <= last; decade++)
        {
            if (within.Length == 1 && (decade - first) % stride != 0)
                continue;
            foreach (double digit in within)
                if (Contains(digit * Math.Pow(10, decade)))
                    ticks.Add(digit * Math.Pow(10, decade));
        }

        return ticks.Count >= 2 ? ticks : RoundSteps(Minimum, Maximum, wanted);
    }
}
