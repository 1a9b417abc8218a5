using MathNet.Numerics.LinearAlgebra;
using Orrery.Environments.Process;

namespace Orrery.Evaluation.Tracking;

/// <summary>
/// What the state of a process is, judged from what a learned model sees: measurements with noise, and the inputs that were in force.
/// An extended Kalman filter with the process's own equations (Jazwinski, Stochastic Processes and Filtering Theory, 1970, chapter 8);
/// slopes by central differences.
/// </summary>
/// <param name="equations">The process.</param>
public sealed class StateEstimator(ProcessEquations equations)
{
    // In spreads of a state at the start: the steps of differences, and what an estimate may lose in certainty from row to row, so that it
    // goes on listening though nothing but its start is uncertain.
    private const double Step = 1e-3;
    private const double Drift = 1e-3;

    private readonly double[] _state = new double[equations.States.Count];
    private readonly double[] _outputs = new double[equations.Outputs.Count];
    private Matrix<double> _covariance = Matrix<double>.Build.Dense(equations.States.Count, equations.States.Count);
    private TrackingRows? _rows;
    private int _seen;

    /// <summary>Estimates the state at the newest row.</summary>
    /// <param name="rows">All rows of the episode; those that were not seen yet are taken in, and another episode's begin anew.</param>
    /// <param name="state">Receives the state.</param>
    public void Estimate(TrackingRows rows, Span<float> state)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (!ReferenceEquals(rows, _rows))
            Begin(rows);
        ReadOnlySpan<float> observations = rows.LastObservations(rows.Count - _seen), inputs = rows.LastInputs(rows.Count - _seen);
        for (int row = 0; row < rows.Count - _seen; row++)
        {
            if (_seen + row > 0)
                Predict(inputs.Slice(row * equations.Inputs.Count, equations.Inputs.Count));
            Correct(observations.Slice(row * _outputs.Length, _outputs.Length));
        }

        _seen = rows.Count;
        for (int place = 0; place < _state.Length; place++)
            state[place] = (float)_state[place];
    }

    private void Begin(TrackingRows rows)
    {
        (_rows, _seen) = (rows, 0);
        for (int place = 0; place < _state.Length; place++)
            _state[place] = equations.States[place].Nominal;
        _covariance = Matrix<double>.Build.DenseDiagonal(_state.Length, _state.Length, place => equations.States[place].Spread * equations.States[place].Spread);
    }

    private void Predict(ReadOnlySpan<float> row)
    {
        double[] inputs = new double[row.Length];
        for (int place = 0; place < row.Length; place++)
            inputs[place] = row[place];
        Matrix<double> slope = Slope(_state.Length, (state, result) =>
        {
            state.CopyTo(result, 0);
            equations.Advance(result, inputs);
        });
        equations.Advance(_state, inputs);
        _covariance = slope * _covariance * slope.Transpose();
        for (int place = 0; place < _state.Length; place++)
            _covariance[place, place] += Drift * Drift * equations.States[place].Spread * equations.States[place].Spread;
    }

    private void Correct(ReadOnlySpan<float> measured)
    {
        Matrix<double> slope = Slope(_outputs.Length, (state, result) => equations.Measure(state, result));
        Matrix<double> noise = Matrix<double>.Build.DenseDiagonal(_outputs.Length, _outputs.Length, place => equations.Outputs[place].Noise * equations.Outputs[place].Noise);
        Matrix<double> gain = _covariance * slope.Transpose() * ((slope * _covariance * slope.Transpose()) + noise).Inverse();
        equations.Measure(_state, _outputs);
        double[] surprise = new double[_outputs.Length];
        for (int place = 0; place < surprise.Length; place++)
            surprise[place] = measured[place] - _outputs[place];
        Vector<double> change = gain * Vector<double>.Build.Dense(surprise);
        for (int place = 0; place < _state.Length; place++)
            _state[place] = Math.Clamp(_state[place] + change[place], equations.States[place].Dimension.Low, equations.States[place].Dimension.High);
        Matrix<double> left = _covariance - (gain * slope * _covariance);
        _covariance = (left + left.Transpose()) / 2;
    }

    /// <summary>How each result changes with each state, [results, states].</summary>
    private Matrix<double> Slope(int results, Action<double[], double[]> function)
    {
        Matrix<double> slope = Matrix<double>.Build.Dense(results, _state.Length);
        double[] up = new double[results], down = new double[results];
        for (int place = 0; place < _state.Length; place++)
        {
            double step = Step * equations.States[place].Spread;
            double[] moved = [.. _state];
            moved[place] += step;
            function(moved, up);
            moved[place] -= 2 * step;
            function(moved, down);
            for (int result = 0; result < results; result++)
                slope[result, place] = (up[result] - down[result]) / (2 * step);
        }

        return slope;
    }
}
