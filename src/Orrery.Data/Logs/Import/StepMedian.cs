using System.Globalization;

namespace Orrery.Data.Logs.Import;

/// <summary>The median time between two rows, of all of them up to a million, then of as many spread evenly over the log.</summary>
internal sealed class StepMedian(int capacity = StepMedian.MostSteps) : IRowStage
{
    private const int MostSteps = 1 << 20;

    private readonly List<double> _steps = [];
    private double _last = double.NaN;
    private double _largest;
    private long _seen;
    private long _stride = 1;

    public void Accept(LogRow row)
    {
        if (!row.IsComplete)
            return;
        double step = row.Time - _last;
        _last = row.Time;
        _largest = Math.Max(_largest, Math.Abs(row.Time));
        if (step > 0 && _seen++ % _stride == 0)
            Keep(step);
    }

    public void Complete()
    {
    }

    /// <summary>The median, rounded to the digits that the times carry; null when no two rows have different times.</summary>
    public double? Result()
    {
        if (_steps.Count == 0)
            return null;
        _steps.Sort();
        double median = _steps[_steps.Count / 2];

        // The differences of decimal numbers carry rounding; the sampling time should not.
        double resolution = 2 * (Math.BitIncrement(_largest) - _largest);
        int digits = (int)Math.Clamp(Math.Floor(-Math.Log10(resolution / median)), 1, 9);
        return double.Parse(median.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private void Keep(double step)
    {
        if (_steps.Count == capacity)
        {
            for (int index = 0; index < capacity / 2; index++)
                _steps[index] = _steps[index * 2];
            _steps.RemoveRange(capacity / 2, capacity - (capacity / 2));
            _stride *= 2;
            if ((_seen - 1) % _stride != 0)
                return;
        }

        _steps.Add(step);
    }
}
