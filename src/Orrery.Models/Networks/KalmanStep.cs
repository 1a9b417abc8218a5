namespace Orrery.Models.Networks;

/// <summary>
/// The covariance of one extended Kalman filter, and what prediction and measurement do to it. Slopes come as values at a point and, behind
/// it, a step up and a step down along each state.
/// </summary>
internal sealed class KalmanStep
{
    private readonly int _states;
    private readonly double[] _covariance;
    private readonly double[] _slope;
    private readonly double[] _product;
    private readonly double[] _gain;

    /// <summary>Begins with start² of the states' covariance.</summary>
    /// <param name="states">D.</param>
    /// <param name="outputs">O.</param>
    /// <param name="covariance">[D, D], the states'.</param>
    /// <param name="start">In standard deviations of the states.</param>
    public KalmanStep(int states, int outputs, ReadOnlySpan<float> covariance, double start)
    {
        _states = states;
        _covariance = new double[states * states];
        _product = new double[states * states];
        _slope = new double[Math.Max(states, outputs) * states];
        _gain = new double[states];
        for (int place = 0; place < _covariance.Length; place++)
            _covariance[place] = start * start * covariance[place];
    }

    /// <summary>The model's prediction: P becomes F P F' + drift² of the states' covariance.</summary>
    /// <param name="next">[1 + 2 D, D]: where the points go.</param>
    /// <param name="steps">[D].</param>
    /// <param name="covariance">[D, D], the states'.</param>
    /// <param name="drift">In standard deviations of the states.</param>
    /// <param name="state">[D], receives the predicted state.</param>
    public void Advance(ReadOnlySpan<float> next, double[] steps, ReadOnlySpan<float> covariance, double drift, Span<float> state)
    {
        next[.._states].CopyTo(state);
        TakeSlope(next, steps, _states);
        for (int to = 0; to < _states; to++)
            for (int other = 0; other < _states; other++)
            {
                double sum = 0;
                for (int from = 0; from < _states; from++)
                    sum += _slope[(to * _states) + from] * _covariance[(from * _states) + other];
                _product[(to * _states) + other] = sum;
            }

        for (int to = 0; to < _states; to++)
            for (int other = 0; other <= to; other++)
            {
                double sum = drift * drift * covariance[(to * _states) + other];
                for (int from = 0; from < _states; from++)
                    sum += _product[(to * _states) + from] * _slope[(other * _states) + from];
                _covariance[(to * _states) + other] = _covariance[(other * _states) + to] = sum;
            }
    }

    /// <summary>Corrects by what was measured, one output after the other.</summary>
    /// <param name="read">[1 + 2 D, O]: what is read at the points.</param>
    /// <param name="steps">[D].</param>
    /// <param name="measured">[O].</param>
    /// <param name="noise">[O], variances.</param>
    /// <param name="state">[D], corrected in place.</param>
    public void Correct(ReadOnlySpan<float> read, double[] steps, ReadOnlySpan<float> measured, ReadOnlySpan<float> noise, Span<float> state)
    {
        TakeSlope(read, steps, measured.Length);
        Span<double> moved = stackalloc double[_states];
        moved.Clear();
        for (int output = 0; output < measured.Length; output++)
        {
            ReadOnlySpan<double> slope = _slope.AsSpan(output * _states, _states);
            double spread = noise[output], surprise = measured[output] - read[output];
            for (int from = 0; from < _states; from++)
            {
                double sum = 0;
                for (int other = 0; other < _states; other++)
                    sum += _covariance[(from * _states) + other] * slope[other];
                _gain[from] = sum;
                spread += slope[from] * sum;
                surprise -= slope[from] * moved[from];
            }

            for (int to = 0; to < _states; to++)
                moved[to] += _gain[to] * surprise / spread;
            for (int to = 0; to < _states; to++)
                for (int other = 0; other < _states; other++)
                    _covariance[(to * _states) + other] -= _gain[to] * _gain[other] / spread;
        }

        for (int to = 0; to < _states; to++)
            state[to] += (float)moved[to];
    }

    /// <summary>[results, D], by central differences.</summary>
    private void TakeSlope(ReadOnlySpan<float> values, double[] steps, int results)
    {
        for (int result = 0; result < results; result++)
            for (int from = 0; from < _states; from++)
                _slope[(result * _states) + from] =
                    ((double)values[(((2 * from) + 1) * results) + result] - values[(((2 * from) + 2) * results) + result]) / (2 * steps[from]);
    }
}
