using Orrery.Models;

namespace Orrery.Planning.Surprise;

/// <summary>
/// Watches rows of a log as they come: predicts each from those before, and raises an alarm when the errors do not look like normal
/// operation. Not thread-safe.
/// </summary>
public sealed class SurpriseWatcher
{
    private readonly PredictionErrors _errors;
    private readonly SurpriseMonitor _monitor;
    private readonly float[] _row;

    /// <summary>Begins with an empty history.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="calibration">What normal operation looks like to this very model.</param>
    /// <param name="ratePerRow">False alarms per row that are put up with.</param>
    public SurpriseWatcher(WorldModel model, SurpriseCalibration calibration, double ratePerRow)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        _errors = new PredictionErrors(model, calibration.Layout.Horizons);
        if (!_errors.Layout.Outputs.SequenceEqual(calibration.Layout.Outputs))
            throw new ArgumentException("SurpriseWatcher: the calibration is for other outputs than the model's; calibrate with this model.", nameof(calibration));
        _monitor = calibration.Monitor(ratePerRow);
        _row = new float[_errors.Layout.Size];
    }

    /// <summary>The alarm that goes on; null when all is quiet.</summary>
    public SurpriseAlarm? Current => _monitor.Current;

    /// <summary>Alarms that began.</summary>
    public long Alarms => _monitor.Alarms;

    /// <summary>The level at which an alarm is raised.</summary>
    public double Threshold => _monitor.Threshold;

    /// <summary>Errors of the row that came last, [C]: measured less predicted, NaN without a prediction.</summary>
    public ReadOnlySpan<float> Errors => _row;

    /// <summary>The conformal p-value of one output's error in the row that came last; NaN without a prediction.</summary>
    public double PValue(int output) => _monitor.PValue(output);

    /// <summary>Takes the next row. One with a missing number counts as a gap.</summary>
    /// <param name="observation">[O] in physical units.</param>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="afterGap">Whether rows are missing before it.</param>
    public SurpriseStep Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, bool afterGap = false)
    {
        if (afterGap)
            Gap();
        if (!_errors.Next(observation, action, _row) && _errors.RowsSinceGap == 0)
            _monitor.Restart();
        return _monitor.Step(_row);
    }

    /// <summary>A row that says nothing, such as one with missing numbers: it counts as a row, and what comes after begins anew.</summary>
    public SurpriseStep Missing()
    {
        Gap();
        _row.AsSpan().Fill(float.NaN);
        return _monitor.Step(_row);
    }

    /// <summary>A row that is passed over, such as one out of order: it counts as a row, and the history goes on without it.</summary>
    public SurpriseStep Skip()
    {
        _row.AsSpan().Fill(float.NaN);
        return _monitor.Step(_row);
    }

    private void Gap()
    {
        _errors.Restart();
        _monitor.Restart();
    }
}
