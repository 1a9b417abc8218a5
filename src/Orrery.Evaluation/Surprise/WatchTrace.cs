using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Surprise;

/// <summary>What was watched, for the report: the newest rows whole, and the rows around every alarm.</summary>
public sealed class WatchTrace
{
    private const int MostRows = 20_000;
    private const int MostAlarms = 200;
    private const int Before = 150;
    private const int After = 60;

    private readonly ResidualLayout _layout;
    private readonly List<WatchedRow> _rows = [];
    private readonly List<WatchedAlarm> _alarms = [];

    /// <summary>An empty trace.</summary>
    public WatchTrace(ResidualLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
    }

    /// <summary>The rows, oldest first: at least the newest 10,000.</summary>
    public IReadOnlyList<WatchedRow> Rows => _rows;

    /// <summary>The alarms, oldest first; of very many, the first 200.</summary>
    public IReadOnlyList<WatchedAlarm> Alarms => _alarms;

    /// <summary>Takes a row.</summary>
    /// <param name="step">Where surprise stands.</param>
    /// <param name="observation">[O], or empty where there is none to show, as for pictures and missing rows.</param>
    /// <param name="errors">[C], measured less predicted.</param>
    /// <param name="time">Its time as it was written, or empty.</param>
    public void Add(SurpriseStep step, ReadOnlySpan<float> observation, ReadOnlySpan<float> errors, string time = "")
    {
        float[] measured = observation.ToArray(), predicted = new float[observation.Length];
        for (int output = 0; output < predicted.Length; output++)
            predicted[output] = observation[output] - errors[output];
        WatchedRow row = new(step.Row, step.Level, step.JointPValue, measured, predicted);
        _rows.Add(row);
        if (_rows.Count > MostRows)
            _rows.RemoveRange(0, MostRows / 2);
        foreach (WatchedAlarm shown in _alarms)
            if (step.Row - shown.Alarm.Row <= After)
                shown.Window.Add(row);
        if (step.Change == AlarmChange.Began && _alarms.Count < MostAlarms)
            _alarms.Add(new WatchedAlarm(step.Alarm!, time, [.. _rows.SkipWhile(kept => kept.Row < Math.Min(step.Row - Before, step.Alarm!.Onset - 30))]));
        if (step.Change == AlarmChange.Ended && _alarms.Count > 0 && _alarms[^1].Alarm.Row == step.Alarm!.Row)
            _alarms[^1] = _alarms[^1] with { Alarm = step.Alarm };
    }

    /// <summary>The outputs to draw.</summary>
    internal IReadOnlyList<ResidualOutput> Drawn => _layout.JointOnly ? [] : _layout.Outputs;
}

/// <summary>A row that was watched.</summary>
/// <param name="Row">Its place, from 0.</param>
/// <param name="Level">The evidence.</param>
/// <param name="PValue">Of all outputs together.</param>
/// <param name="Measured">[O].</param>
/// <param name="Predicted">[O], one row ahead.</param>
public sealed record WatchedRow(long Row, double Level, double PValue, float[] Measured, float[] Predicted);

/// <summary>An alarm with the rows around it.</summary>
/// <param name="Alarm">The alarm.</param>
/// <param name="Time">When, as it was written; empty when no column tells.</param>
/// <param name="Window">The rows around it.</param>
public sealed record WatchedAlarm(SurpriseAlarm Alarm, string Time, List<WatchedRow> Window);
