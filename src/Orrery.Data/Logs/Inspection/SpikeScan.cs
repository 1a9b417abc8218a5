namespace Orrery.Data.Logs.Inspection;

/// <summary>A value far from its neighbours.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Value">The value.</param>
/// <param name="Distance">How far it is from the neighbours' median.</param>
internal readonly record struct Spike(long Row, double Value, double Distance);

/// <summary>
/// Compares every value with the running median of its neighbours. Source: the Hampel identifier (Davies and Gather 1993),
/// with a trimmed range for the neighbours' spread, which rounded signals do not bring to zero as easily as the median deviation.
/// </summary>
internal sealed class SpikeScan
{
    private const int Window = Thresholds.SpikeWindow;
    private const int Middle = Window / 2;
    private const int CandidatesKept = 512;

    private readonly double[] _recent = new double[Window];
    private readonly long[] _rows = new long[Window];
    private readonly double[] _ordered = new double[Window];
    private readonly LogHistogram _distances = new();
    private readonly PriorityQueue<Spike, double> _candidates = new();
    private long _seen;
    private long _first;
    private long _latest;

    /// <summary>Values that are far from their neighbours by the neighbours' own measure.</summary>
    public long Candidates { get; private set; }

    /// <summary>Whether a row is so near to an end of the log that a step there cannot be told from a spike.</summary>
    public bool IsAtEnd(long row) => row < _first + Thresholds.SpikeTrim || row > _latest - Thresholds.SpikeTrim;

    public void Add(long row, double value)
    {
        _first = _seen == 0 ? row : _first;
        _latest = row;
        var place = (int)(_seen % Window);
        if (_seen < Window)
            Insert((int)_seen, value);
        else
            Replace(_recent[place], value);
        _recent[place] = value;
        _rows[place] = row;
        _seen++;
        if (_seen < Window)
            return;
        if (_seen == Window)
        {
            for (var i = 0; i < Middle; i++)
                Judge(i);
        }

        Judge((int)((_seen - 1 - Middle) % Window));
    }

    /// <summary>Judges the last values, which have fewer neighbours after them.</summary>
    public void End()
    {
        if (_seen < Window)
            return;
        for (var back = Middle; back > 0; back--)
            Judge((int)((_seen - back) % Window));
    }

    /// <summary>The outliers in the order of their rows, the farthest of them when there are very many.</summary>
    /// <param name="least">Smallest distance that counts.</param>
    public List<Spike> Outliers(double least)
    {
        // 1.4826 makes the median deviation of Gaussian noise its standard deviation.
        var limit = Math.Max(least, Thresholds.SpikeGlobal * 1.4826 * _distances.Quantile(0.5));
        return [.. _candidates.UnorderedItems.Select(item => item.Element).Where(spike => spike.Distance > limit).OrderBy(spike => spike.Row)];
    }

    private void Judge(int place)
    {
        var value = _recent[place];
        var distance = Math.Abs(value - _ordered[Middle]);
        if (distance == 0)
            return;
        _distances.Add(distance);
        var spread = _ordered[Window - 1 - Thresholds.SpikeTrim] - _ordered[Thresholds.SpikeTrim];
        if (distance <= Thresholds.SpikeLocal * spread)
            return;
        Candidates++;
        var spike = new Spike(_rows[place], value, distance);
        if (_candidates.Count < CandidatesKept)
            _candidates.Enqueue(spike, distance);
        else
            _candidates.EnqueueDequeue(spike, distance);
    }

    private void Insert(int count, double value)
    {
        var at = count;
        for (; at > 0 && _ordered[at - 1] > value; at--)
            _ordered[at] = _ordered[at - 1];
        _ordered[at] = value;
    }

    private void Replace(double old, double value)
    {
        var at = Array.IndexOf(_ordered, old);
        for (; at + 1 < Window && _ordered[at + 1] < value; at++)
            _ordered[at] = _ordered[at + 1];
        for (; at > 0 && _ordered[at - 1] > value; at--)
            _ordered[at] = _ordered[at - 1];
        _ordered[at] = value;
    }
}
