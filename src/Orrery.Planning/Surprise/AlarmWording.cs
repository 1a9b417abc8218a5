namespace Orrery.Planning.Surprise;

/// <summary>The errors of the last rows, to look back at when an alarm is raised.</summary>
internal sealed class ErrorHistory(int size)
{
    private const int Kept = 4096;

    private readonly float[] _values = new float[Kept * size];
    private long _rows;

    public void Add(long row, ReadOnlySpan<float> errors)
    {
        errors.CopyTo(_values.AsSpan((int)(row % Kept) * size, size));
        _rows = row + 1;
    }

    /// <summary>Mean and root mean square of a channel's errors about its usual value since a row, as far back as is kept.</summary>
    public (double Mean, double RootMeanSquare) Since(long row, int channel, double usual)
    {
        double sum = 0, squares = 0;
        int count = 0;
        for (long at = Math.Max(row, _rows - Kept); at < _rows; at++)
        {
            float error = _values[((int)(at % Kept) * size) + channel];
            if (float.IsNaN(error))
                continue;
            count++;
            sum += error - usual;
            squares += (error - usual) * (error - usual);
        }

        return count == 0 ? (double.NaN, double.NaN) : (sum / count, Math.Sqrt(squares / count));
    }
}

/// <summary>Says what an alarm is about.</summary>
internal static class AlarmWording
{
    public static SurpriseAlarm Describe(
        SurpriseCalibration calibration, DetectorBank bank, ErrorHistory history, int detector, double level, long row)
    {
        ResidualLayout layout = calibration.Watched;
        int outputs = layout.Outputs.Count, signal = bank[detector].Signal, horizon = 0, channel;
        SurpriseKind kind;
        long onset = bank.Onset(detector);
        if (signal < layout.Size)
        {
            channel = signal;
            kind = bank[detector].Tilt > 0 ? SurpriseKind.Above : SurpriseKind.Below;
        }
        else if (signal < layout.Size + outputs)
        {
            channel = signal - layout.Size;
            double usual = calibration.Fitted.Signals.Usual(channel).Median;
            kind = bank[detector].Tilt < 0 ? SurpriseKind.Quieter
                : double.IsFinite(bank[detector].Tilt) ? SurpriseKind.Noisier
                : history.Since(onset, channel, usual).Mean > 0 ? SurpriseKind.Above : SurpriseKind.Below;
        }
        else
        {
            horizon = signal - layout.Size - outputs;
            (channel, kind) = Foremost(calibration, history, horizon, onset);
        }

        (double median, double deviation) = calibration.Fitted.Signals.Usual(channel);
        (double mean, double root) = history.Since(onset, channel, median);
        double size = kind is SurpriseKind.Above or SurpriseKind.Below ? mean : root;
        ResidualOutput output = layout.Outputs[layout.OutputOf(channel)];
        // Errors h rows ahead hold what happened in any of the h rows before.
        return new SurpriseAlarm(
            row, onset, null, layout.JointOnly ? SurpriseKind.Together : kind, layout.OutputOf(channel), output.Name, output.Unit,
            Math.Max(1, layout.HorizonOf(channel)), size, size / Math.Max(deviation, 1e-300), level, calibration.RateOf(level));
    }

    /// <summary>Of errors that are strange together, the one that is strangest by itself.</summary>
    private static (int Channel, SurpriseKind Kind) Foremost(SurpriseCalibration calibration, ErrorHistory history, int horizon, long onset)
    {
        int outputs = calibration.Watched.Outputs.Count, best = horizon * outputs;
        double most = -1, direction = 0, constancy = 0;
        for (int channel = horizon * outputs; channel < (horizon + 1) * outputs; channel++)
        {
            (double median, double deviation) = calibration.Fitted.Signals.Usual(channel);
            (double mean, double root) = history.Since(onset, channel, median);
            double away = root / Math.Max(deviation, 1e-300);
            if (away > most)
                (best, most, direction, constancy) = (channel, away, mean, Math.Abs(mean) / Math.Max(root, 1e-300));
        }

        SurpriseKind kind = most < 2 ? SurpriseKind.Together : constancy < 0.5 ? SurpriseKind.Noisier
            : direction > 0 ? SurpriseKind.Above : SurpriseKind.Below;
        return (best, kind);
    }
}
