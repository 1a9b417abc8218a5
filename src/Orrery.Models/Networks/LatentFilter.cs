using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// What the deep state is now, judged from more rows than the encoder sees: the state that the encoder gives for the oldest n rows is advanced
/// by the model itself and corrected, row by row, by what was measured (extended Kalman filter: Jazwinski, Stochastic Processes and
/// Filtering Theory, 1970, chapter 8; one per member of the ensemble, slopes by central differences). Noise is averaged over more rows, and rows unlike
/// those of the log mislead the model less than an encoder, which must know them by heart. Not differentiable.
/// </summary>
internal sealed class LatentFilter : IDisposable
{
    // In standard deviations of a state: the steps of differences.
    private const double Step = 0.02;

    private readonly DeepEnsemble _deep;
    private readonly int _history;
    private readonly int _rows;
    private readonly int _observationSize;
    private readonly int _actionSize;
    private readonly int _states;
    private readonly Parameter _covariance;
    private readonly Parameter _noise;
    private readonly Parameter _trust;
    private readonly Tape _tape;

    /// <summary>Registers what is to be set; until then there is no filter.</summary>
    /// <param name="block">Where it lives.</param>
    /// <param name="deep">Whose states.</param>
    /// <param name="history">n: rows that the encoder sees.</param>
    /// <param name="rows">Rows after them, at least 1.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    public LatentFilter(ParameterBlock block, DeepEnsemble deep, int history, int rows, int observationSize, int actionSize)
    {
        (_deep, _history, _rows, _observationSize, _actionSize) = (deep, history, rows, observationSize, actionSize);
        int members = deep.Members.Count;
        _states = deep.StateSize / members;
        _covariance = block.AddBuffer("filter.covariance", new Shape(members, _states, _states));
        _noise = block.AddBuffer("filter.noise", new Shape(members, observationSize));
        _trust = block.AddBuffer("filter.trust", new Shape(2));
        _tape = new Tape(block.Backend) { Recording = false };
    }

    /// <summary>Rows that it needs: the encoder's, and those that correct.</summary>
    public int SeenRows => _history + _rows;

    /// <summary>Whether there is a filter; where not, the encoder is better, or nothing is known yet.</summary>
    public bool IsSet => Start > 0;

    /// <summary>How far the encoder's state is from the true one, in standard deviations of the states; 0 for no filter.</summary>
    public float Start => _trust.Value.Span[0];

    /// <summary>How far a state wanders from the model within a row, in standard deviations of the states.</summary>
    public float Drift => _trust.Value.Span[1];

    /// <summary>Says how far to trust encoder and model.</summary>
    /// <param name="start">See <see cref="Start"/>.</param>
    /// <param name="drift">See <see cref="Drift"/>.</param>
    public void Trust(float start, float drift) => (_trust.Value.Span[0], _trust.Value.Span[1]) = (start, drift);

    /// <summary>[D, D], the covariance of a member's states over the log.</summary>
    public Span<float> Covariance(int member) => _covariance.Value.Span.Slice(member * _states * _states, _states * _states);

    /// <summary>[O], what a member's prediction of the next row errs in the mean square, normalised.</summary>
    public Span<float> Noise(int member) => _noise.Value.Span.Slice(member * _observationSize, _observationSize);

    /// <summary>[O], <see cref="Noise"/> on average over the members.</summary>
    public float[] MeanNoise()
    {
        float[] mean = new float[_observationSize];
        for (int member = 0; member < _deep.Members.Count; member++)
            for (int output = 0; output < mean.Length; output++)
                mean[output] += Noise(member)[output] / _deep.Members.Count;
        return mean;
    }

    /// <summary>[B, (n + m) (O + A)], normalised, to [B, state].</summary>
    public float[] Estimate(ReadOnlySpan<float> window, int batch)
    {
        float[] states = new float[batch * _deep.StateSize];
        for (int member = 0; member < _deep.Members.Count; member++)
            Estimate(window, batch, member, states);
        return states;
    }

    public void Dispose() => _tape.Dispose();

    private void Estimate(ReadOnlySpan<float> window, int batch, int member, Span<float> states)
    {
        DeepSubspace model = _deep.Members[member];
        int width = SeenRows * (_observationSize + _actionSize), points = (2 * _states) + 1;
        float[] around = new float[batch * points * _states], state = Encode(model, window, batch, 0);
        double[] steps = Steps(member);
        KalmanStep[] items = [.. Enumerable.Range(0, batch).Select(_ => new KalmanStep(_states, _observationSize, Covariance(member), Start))];
        for (int row = _history; row < SeenRows; row++)
        {
            Spread(state, steps, around);
            _tape.Reset();
            Tensor action = _tape.Input(new Shape(batch * points, _actionSize));
            for (int place = 0; place < batch * points; place++)
                window.Slice((place / points * width) + (SeenRows * _observationSize) + (row * _actionSize), _actionSize)
                    .CopyTo(action.Span[(place * _actionSize)..]);
            ReadOnlySpan<float> next = model.Predict(_tape, _tape.Constant(around, new Shape(batch * points, _states)), action).Span;
            for (int item = 0; item < batch; item++)
                items[item].Advance(next.Slice(item * points * _states, points * _states), steps, Covariance(member), Drift, state.AsSpan(item * _states, _states));

            Spread(state, steps, around);
            _tape.Reset();
            ReadOnlySpan<float> read = model.Read(_tape, _tape.Constant(around, new Shape(batch * points, _states))).Span;
            for (int item = 0; item < batch; item++)
                items[item].Correct(
                    read.Slice(item * points * _observationSize, points * _observationSize), steps,
                    window.Slice((item * width) + (row * _observationSize), _observationSize), Noise(member), state.AsSpan(item * _states, _states));
        }

        // Where numbers ran away, what the encoder makes of the newest rows is better than nothing.
        if (state.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            state = Encode(model, window, batch, _rows);
        for (int item = 0; item < batch; item++)
            state.AsSpan(item * _states, _states).CopyTo(states[((item * _deep.StateSize) + (member * _states))..]);
    }

    /// <summary>What the encoder makes of n rows, from one on.</summary>
    private float[] Encode(DeepSubspace model, ReadOnlySpan<float> window, int batch, int from)
    {
        int width = SeenRows * (_observationSize + _actionSize);
        _tape.Reset();
        Tensor first = _tape.Input(new Shape(batch, _history * (_observationSize + _actionSize)));
        for (int item = 0; item < batch; item++)
        {
            Span<float> into = first.Span.Slice(item * first.Shape[1], first.Shape[1]);
            window.Slice((item * width) + (from * _observationSize), _history * _observationSize).CopyTo(into);
            window.Slice((item * width) + (SeenRows * _observationSize) + (from * _actionSize), _history * _actionSize).CopyTo(into[(_history * _observationSize)..]);
        }

        return model.Encode(_tape, first).Span.ToArray();
    }

    private double[] Steps(int member)
    {
        double[] steps = new double[_states];
        for (int state = 0; state < _states; state++)
            steps[state] = Step * Math.Sqrt(Math.Max(Covariance(member)[(state * _states) + state], 1e-6));
        return steps;
    }

    /// <summary>Each item's state, and behind it a step up and a step down along each number.</summary>
    private void Spread(ReadOnlySpan<float> states, double[] steps, Span<float> around)
    {
        int points = (2 * _states) + 1;
        for (int place = 0; place < around.Length / _states; place++)
        {
            Span<float> point = around.Slice(place * _states, _states);
            states.Slice(place / points * _states, _states).CopyTo(point);
            int moved = place % points;
            if (moved > 0)
                point[(moved - 1) / 2] += (float)(moved % 2 == 1 ? steps[(moved - 1) / 2] : -steps[(moved - 1) / 2]);
        }
    }
}
