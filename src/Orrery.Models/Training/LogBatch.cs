using Orrery.Data.Replay;

namespace Orrery.Models.Training;

/// <summary>
/// The windows of one update: rows to encode, and the actions and observations of the rows that follow. Every member of an ensemble has
/// windows of its own. Laid out by step, so that one step of all windows lies together.
/// </summary>
internal sealed class LogBatch
{
    private readonly LogRows _rows;
    private readonly WindowSampler _sampler;
    private readonly int _history;
    private readonly long[] _starts;
    private readonly float[] _windows;
    private readonly float[] _actions;
    private readonly float[] _observations;
    private readonly float[] _later;
    private readonly int[] _laterSteps;

    /// <summary>Prepares room.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="sampler">Draws where windows begin.</param>
    /// <param name="history">n.</param>
    /// <param name="steps">T: rows after the encoded ones.</param>
    /// <param name="windows">B: windows per update, of all members.</param>
    /// <param name="laterSteps">Steps whose rows are wanted for the encoder, too.</param>
    public LogBatch(LogRows rows, WindowSampler sampler, int history, int steps, int windows, int[] laterSteps)
    {
        (_rows, _sampler, _history, Steps, Windows, _laterSteps) = (rows, sampler, history, steps, windows, laterSteps);
        WindowSize = history * (rows.ObservationSize + rows.ActionSize);
        _starts = new long[windows];
        _windows = new float[windows * WindowSize];
        _actions = new float[steps * windows * rows.ActionSize];
        _observations = new float[steps * windows * rows.ObservationSize];
        _later = new float[laterSteps.Length * windows * WindowSize];
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>B.</summary>
    public int Windows { get; }

    /// <summary>n (O + A).</summary>
    public int WindowSize { get; }

    /// <summary>[T, B, O].</summary>
    public ReadOnlySpan<float> Observations => _observations;

    /// <summary>Reads the windows of an update.</summary>
    /// <param name="update">From 0.</param>
    public void Fill(long update)
    {
        _sampler.FillAt(update * Windows, _starts);
        int actions = _rows.ActionSize, observations = _rows.ObservationSize;
        for (int window = 0; window < Windows; window++)
        {
            long first = _starts[window] + _rows.LongestDelay;
            _rows.ReadWindow(first, _history, _windows.AsSpan(window * WindowSize, WindowSize));
            for (int step = 0; step < Steps; step++)
            {
                int place = (step * Windows) + window;
                _rows.ReadAction(first + _history + step, _actions.AsSpan(place * actions, actions));
                _rows.ReadObservation(first + _history + step, _observations.AsSpan(place * observations, observations));
            }

            for (int later = 0; later < _laterSteps.Length; later++)
                _rows.ReadWindow(first + _laterSteps[later], _history, _later.AsSpan(((later * Windows) + window) * WindowSize, WindowSize));
        }
    }

    /// <summary>[count, n (O + A)]: what some of the windows encode.</summary>
    public ReadOnlySpan<float> Encoded(int first, int count) => _windows.AsSpan(first * WindowSize, count * WindowSize);

    /// <summary>[count, A]: the actions of some of the windows at a step.</summary>
    public ReadOnlySpan<float> Actions(int step, int first, int count) =>
        _actions.AsSpan(((step * Windows) + first) * _rows.ActionSize, count * _rows.ActionSize);

    /// <summary>[count, n (O + A)]: the rows that end at one of the later steps, for some of the windows.</summary>
    public ReadOnlySpan<float> Later(int later, int first, int count) =>
        _later.AsSpan(((later * Windows) + first) * WindowSize, count * WindowSize);
}
