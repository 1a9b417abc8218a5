namespace Orrery.Planning.Surprise;

/// <summary>Where surprise stands after a row.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="JointPValue">Conformal p-value of what is new in this row's errors, all outputs together; NaN without a prediction.</param>
/// <param name="Level">The evidence: minus the logarithm of the rate at which normal operation reaches it, before calibration.</param>
/// <param name="Change">What began or ended with this row.</param>
/// <param name="Alarm">The alarm that began, goes on or ended with this row; null when all is quiet.</param>
public readonly record struct SurpriseStep(long Row, double JointPValue, double Level, AlarmChange Change, SurpriseAlarm? Alarm);

/// <summary>What a row did to the alarm.</summary>
public enum AlarmChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It raised one.</summary>
    Began,

    /// <summary>It is quiet again.</summary>
    Ended,
}

/// <summary>
/// Watches a stream of prediction errors and raises an alarm when they do not look like normal operation any more, no more often
/// than the rate of false alarms that its threshold was made for. Not thread-safe. Allocates only when an alarm begins.
/// </summary>
public sealed class SurpriseMonitor
{
    private const double Renewal = FittedDetectors.CapMargin + 5;
    private const int AlmostOver = 5;

    private readonly SurpriseCalibration _calibration;
    private readonly FittedDetectors _fitted;
    private readonly DetectorBank _bank;
    private readonly DriftFilter? _drift;
    private readonly double[] _signals;
    private readonly float[] _errors;
    private readonly float[] _watched;
    private readonly ErrorWhitener _whitener;
    private readonly ErrorHistory _history;
    private long _quiet;

    internal SurpriseMonitor(SurpriseCalibration calibration, double threshold)
    {
        _calibration = calibration;
        _fitted = calibration.Fitted;
        _bank = _fitted.NewBank();
        _drift = calibration.Drift?.Fresh();
        _signals = new double[_fitted.SignalCount];
        _errors = new float[calibration.Layout.Size];
        _watched = new float[calibration.Watched.Size];
        _whitener = calibration.Whitener.Fresh();
        _history = new ErrorHistory(calibration.Watched.Size);
        Threshold = threshold;
    }

    /// <summary>The level at which an alarm is raised.</summary>
    public double Threshold { get; }

    /// <summary>Rows that came, gaps included.</summary>
    public long Rows { get; private set; }

    /// <summary>Alarms that began.</summary>
    public long Alarms { get; private set; }

    /// <summary>The alarm that goes on; null when all is quiet.</summary>
    public SurpriseAlarm? Current { get; private set; }

    /// <summary>The conformal p-value of what is new in one output's error, in the row that came last; NaN without a prediction.</summary>
    public double PValue(int output) => _fitted.Signals.PValue(_watched, output);

    /// <summary>A gap: evidence from before it does not count together with what comes after.</summary>
    public void Restart()
    {
        _bank.Reset();
        _whitener.Restart();
    }

    /// <summary>Takes the next row.</summary>
    /// <param name="errors">[C], measured less predicted; NaN where there is no prediction.</param>
    public SurpriseStep Step(ReadOnlySpan<float> errors)
    {
        if (errors.Length != _errors.Length)
            throw new ArgumentException($"SurpriseMonitor.Step: {errors.Length} errors came; {_errors.Length} were needed.", nameof(errors));
        long row = Rows++;
        errors.CopyTo(_errors);
        for (int channel = 0; channel < _errors.Length; channel++)
            if (!float.IsFinite(_errors[channel]))
                _errors[channel] = float.NaN;
        _drift?.Apply(_errors, _errors, frozen: Current is not null);
        _whitener.Apply(_errors, _watched);
        _history.Add(row, _watched);
        _fitted.Signals.Transform(_watched, _signals);
        if (Array.TrueForAll(_signals, double.IsNaN))
            return new SurpriseStep(row, double.NaN, double.NaN, AlarmChange.None, Current);
        _bank.Step(_signals, row);
        (int detector, double level) = _fitted.Highest(_bank);
        (AlarmChange change, SurpriseAlarm? alarm) = Decide(row, detector, level);
        return new SurpriseStep(row, _fitted.Signals.JointPValue(_watched), level, change, alarm);
    }

    private (AlarmChange Change, SurpriseAlarm? Alarm) Decide(long row, int detector, double level)
    {
        if (level >= Threshold)
        {
            SurpriseAlarm? fresh = Current is null || level >= Threshold + Renewal
                ? AlarmWording.Describe(_calibration, _bank, _history, detector, level, row)
                : null;
            // Something much stronger while an alarm goes on is news when it is another output, or when the alarm was nearly over.
            bool began = fresh is not null && (Current is null || _quiet >= AlmostOver || fresh.Output != Current.Output);
            if (began)
            {
                Alarms++;
                Current = fresh;
            }

            _quiet = 0;
            _fitted.Cap(_bank, Threshold);
            return (began ? AlarmChange.Began : AlarmChange.None, Current);
        }

        if (Current is null || ++_quiet < _calibration.Hold)
            return (AlarmChange.None, Current);
        SurpriseAlarm over = Current with { LastRow = row - _quiet };
        Current = null;
        return (AlarmChange.Ended, over);
    }
}
