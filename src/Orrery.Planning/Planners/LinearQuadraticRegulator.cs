namespace Orrery.Planning.Planners;

/// <summary>
/// The exact plan for a linear model x' = A x + B u and the cost sum x' Q x + u' R u, plus x' Qf x at the end: u = -K x. What search
/// reaches can be measured against it. Source: Kalman, "Contributions to the theory of optimal control", 1960.
/// </summary>
public sealed class LinearQuadraticRegulator
{
    private const int MostIterations = 1_000_000;
    private const double Converged = 1e-13;

    private LinearQuadraticRegulator(double[][] gains, double[][] costs) => (Gains, Costs) = (gains, costs);

    /// <summary>K of each step, [m, n] row-major; a single one where the horizon is infinite.</summary>
    public IReadOnlyList<double[]> Gains { get; }

    /// <summary>P, [n, n] row-major: the least cost from state x at step t on is x' P_t x. One more than gains where the horizon is finite.</summary>
    public IReadOnlyList<double[]> Costs { get; }

    /// <summary>The regulator over a number of steps.</summary>
    /// <param name="a">A, [n, n] row-major.</param>
    /// <param name="b">B, [n, m] row-major.</param>
    /// <param name="q">Q, [n, n], symmetric and not negative.</param>
    /// <param name="r">R, [m, m], symmetric and positive.</param>
    /// <param name="final">Qf, [n, n], symmetric and not negative.</param>
    /// <param name="horizon">How many steps; at least 1.</param>
    /// <returns>The regulator.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or R is not positive.</exception>
    public static LinearQuadraticRegulator Finite(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> q, ReadOnlySpan<float> r, ReadOnlySpan<float> final, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(horizon);
        Riccati riccati = new(a, b, q, r);
        double[][] gains = new double[horizon][], costs = new double[horizon + 1][];
        costs[horizon] = Widened("Qf", final, q.Length);
        for (int step = horizon - 1; step >= 0; step--)
            (gains[step], costs[step]) = riccati.Before(costs[step + 1]);
        return new LinearQuadraticRegulator(gains, costs);
    }

    /// <summary>The regulator for ever: the fixed point of the same recursion.</summary>
    /// <param name="a">A, [n, n] row-major.</param>
    /// <param name="b">B, [n, m] row-major.</param>
    /// <param name="q">Q, [n, n], symmetric and not negative.</param>
    /// <param name="r">R, [m, m], symmetric and positive.</param>
    /// <returns>The regulator, with one gain and one cost.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or R is not positive.</exception>
    /// <exception cref="InvalidOperationException">There is no fixed point: no feedback can stabilise the model.</exception>
    public static LinearQuadraticRegulator Infinite(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> q, ReadOnlySpan<float> r)
    {
        Riccati riccati = new(a, b, q, r);
        double[] cost = Widened("Q", q, q.Length);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            (double[] gain, double[] next) = riccati.Before(cost);
            double change = 0, size = 0;
            for (int index = 0; index < cost.Length; index++)
            {
                change = Math.Max(change, Math.Abs(next[index] - cost[index]));
                size = Math.Max(size, Math.Abs(next[index]));
            }

            if (!double.IsFinite(size))
                break;
            cost = next;
            if (change <= Converged * size)
                return new LinearQuadraticRegulator([gain], [cost]);
        }

        throw new InvalidOperationException("LinearQuadraticRegulator: the cost does not settle; no feedback through B stabilises A where Q sees it.");
    }

    /// <summary>u = -K x.</summary>
    /// <param name="step">The step; any where the horizon is infinite.</param>
    /// <param name="state">x, [n].</param>
    /// <param name="action">u, [m], replaced.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Act(int step, ReadOnlySpan<float> state, Span<float> action)
    {
        double[] gain = Gains.Count == 1 ? Gains[0] : Gains[step];
        if (state.Length * state.Length != Costs[0].Length || action.Length * state.Length != gain.Length)
            throw new ArgumentException($"LinearQuadraticRegulator: a state of {state.Length} and an action of {action.Length} numbers do not fit the gain of {gain.Length}.", nameof(state));
        for (int row = 0; row < action.Length; row++)
        {
            double sum = 0;
            for (int column = 0; column < state.Length; column++)
                sum += gain[(row * state.Length) + column] * state[column];
            action[row] = (float)-sum;
        }
    }

    private static double[] Widened(string name, ReadOnlySpan<float> matrix, int count)
    {
        if (matrix.Length != count)
            throw new ArgumentException($"LinearQuadraticRegulator: {name} has {matrix.Length} numbers; {count} are needed.", name);
        double[] wide = new double[count];
        for (int index = 0; index < count; index++)
            wide[index] = matrix[index];
        return wide;
    }

    /// <summary>One step of the recursion, backwards in time.</summary>
    private sealed class Riccati
    {
        private readonly int _states;
        private readonly int _controls;
        private readonly double[] _a;
        private readonly double[] _b;
        private readonly double[] _q;
        private readonly double[] _r;

        public Riccati(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> q, ReadOnlySpan<float> r)
        {
            _states = (int)Math.Round(Math.Sqrt(a.Length));
            if (_states < 1 || _states * _states != a.Length || b.Length % _states != 0 || b.Length == 0)
                throw new ArgumentException($"LinearQuadraticRegulator: A of {a.Length} and B of {b.Length} numbers are not [n, n] and [n, m].", nameof(a));
            _controls = b.Length / _states;
            _a = Widened("A", a, a.Length);
            _b = Widened("B", b, b.Length);
            _q = Widened("Q", q, a.Length);
            _r = Widened("R", r, _controls * _controls);
        }

        /// <summary>K = (R + B' P B)^-1 B' P A and P = Q + A' P (A - B K).</summary>
        public (double[] Gain, double[] Cost) Before(double[] cost)
        {
            double[] weighted = TransposedProduct(_b, cost, _controls, _states, _states);
            double[] system = Product(weighted, _b, _controls, _states, _controls);
            for (int index = 0; index < system.Length; index++)
                system[index] += _r[index];
            double[] gain = Product(weighted, _a, _controls, _states, _states);
            Solve(system, gain);
            double[] closed = Product(_b, gain, _states, _controls, _states);
            for (int index = 0; index < closed.Length; index++)
                closed[index] = _a[index] - closed[index];
            double[] before = Product(TransposedProduct(_a, cost, _states, _states, _states), closed, _states, _states, _states);
            for (int row = 0; row < _states; row++)
            {
                for (int column = 0; column <= row; column++)
                {
                    // Rounding must not make it less and less symmetric.
                    int place = (row * _states) + column, mirrored = (column * _states) + row;
                    before[place] = before[mirrored] = (_q[place] + _q[mirrored] + before[place] + before[mirrored]) / 2;
                }
            }

            return (gain, before);
        }

        // Elimination without exchanges: the system is symmetric and positive.
        private void Solve(double[] system, double[] right)
        {
            for (int pivot = 0; pivot < _controls; pivot++)
            {
                double value = system[(pivot * _controls) + pivot];
                if (!(value > 0))
                    throw new ArgumentException("LinearQuadraticRegulator: R + B' P B is not positive definite; R must be.", nameof(system));
                for (int row = 0; row < _controls; row++)
                {
                    double factor = system[(row * _controls) + pivot] / value;
                    if (row == pivot || factor == 0)
                        continue;
                    for (int column = 0; column < _controls; column++)
                        system[(row * _controls) + column] -= factor * system[(pivot * _controls) + column];
                    for (int column = 0; column < _states; column++)
                        right[(row * _states) + column] -= factor * right[(pivot * _states) + column];
                }
            }

            for (int row = 0; row < _controls; row++)
                for (int column = 0; column < _states; column++)
                    right[(row * _states) + column] /= system[(row * _controls) + row];
        }

        private static double[] Product(double[] left, double[] right, int rows, int inner, int columns)
        {
            double[] result = new double[rows * columns];
            for (int row = 0; row < rows; row++)
                for (int middle = 0; middle < inner; middle++)
                    for (int column = 0; column < columns; column++)
                        result[(row * columns) + column] += left[(row * inner) + middle] * right[(middle * columns) + column];
            return result;
        }

        private static double[] TransposedProduct(double[] left, double[] right, int rows, int inner, int columns)
        {
            double[] result = new double[rows * columns];
            for (int middle = 0; middle < inner; middle++)
                for (int row = 0; row < rows; row++)
                    for (int column = 0; column < columns; column++)
                        result[(row * columns) + column] += left[(middle * rows) + row] * right[(middle * columns) + column];
            return result;
        }
    }
}
