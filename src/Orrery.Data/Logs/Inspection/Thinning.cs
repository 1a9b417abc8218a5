namespace Orrery.Data.Logs.Inspection;

/// <summary>Every k-th of a column's values, k growing with the rows, so that a few thousand stand for all of them.</summary>
internal sealed class Thinning
{
    private const int Most = 8192;

    private readonly List<double> _kept = [];
    private long _stride = 1;
    private long _seen;

    public void Add(double value)
    {
        if (_seen++ % _stride != 0)
            return;
        _kept.Add(value);
        if (_kept.Count < Most)
            return;
        for (var i = 0; i < Most / 2; i++)
            _kept[i] = _kept[2 * i];
        _kept.RemoveRange(Most / 2, Most / 2);
        _stride *= 2;
    }

    /// <summary>The values between which the given share of them lies, the rest on both sides alike.</summary>
    public (double Low, double High) Middle(double share)
    {
        if (_kept.Count == 0)
            return (double.NaN, double.NaN);
        var ordered = _kept.Order().ToArray();
        var aside = (int)((1 - share) / 2 * (ordered.Length - 1));
        return (ordered[aside], ordered[^(aside + 1)]);
    }
}
