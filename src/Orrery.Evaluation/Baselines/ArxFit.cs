using MathNet.Numerics.LinearAlgebra;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.Baselines;

/// <summary>Fits <see cref="ArxModel"/> by least squares on one-step predictions.</summary>
public static class ArxFit
{
    /// <summary>The orders that are tried when none is asked for.</summary>
    public static IReadOnlyList<int> UsualOrders { get; } = [1, 2, 3, 5];

    /// <summary>Fits one order on all rows whose history lies in the same stretch.</summary>
    /// <param name="training">The training stretches; rows that contain a value that is not a number are left out.</param>
    /// <param name="order">n, the number of past rows in the equation, at least 1.</param>
    /// <param name="directInput">Whether a(t) may act on o(t) of the same row.</param>
    /// <exception cref="ArgumentException">There are fewer usable rows than coefficients.</exception>
    public static ArxModel Fit(IReadOnlyList<LogStretch> training, int order, bool directInput = false)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (training.Count == 0)
            throw new ArgumentException("ARX: there is no training stretch to fit on.", nameof(training));

        int outputs = training[0].ObservationSize;
        int inputs = training[0].ActionSize;
        int size = ArxModel.RegressorCount(order, directInput, outputs, inputs);
        List<double[]> rows = UsableRows(training, order, directInput, size, outputs);
        if (rows.Count < size)
            throw new ArgumentException(
                $"ARX({order}): {rows.Count} usable training rows for {size} coefficients per output; "
                + "train on a longer stretch or ask for a smaller order.", nameof(training));
        return new ArxModel(order, directInput, outputs, inputs, Solve(rows, size, outputs));
    }

    /// <summary>
    /// Fits each order on the training stretches and keeps the one with the least free-run error on the validation stretches
    /// (mean NRMSE over the outputs), so that the test part plays no role in the choice.
    /// </summary>
    /// <param name="training">Stretches to fit on.</param>
    /// <param name="validation">Stretches to choose on.</param>
    /// <param name="orders">Orders to try; those without enough rows are passed over. <see cref="UsualOrders"/> when null.</param>
    /// <param name="directInput">Whether a(t) may act on o(t) of the same row; both are tried when null.</param>
    /// <exception cref="ArgumentException">No order could be fitted.</exception>
    public static ArxModel FitBestOrder(IReadOnlyList<LogStretch> training, IReadOnlyList<LogStretch> validation,
        IReadOnlyList<int>? orders = null, bool? directInput = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArxModel? best = null;
        double bestError = double.PositiveInfinity;
        ArgumentException? failure = null;
        bool[] feedThrough = directInput is bool asked ? [asked] : [false, true];
        foreach ((int order, bool direct) in (orders ?? UsualOrders).SelectMany(order => feedThrough.Select(direct => (order, direct))))
        {
            ArxModel candidate;
            try
            {
                candidate = Fit(training, order, direct);
            }
            catch (ArgumentException exception)
            {
                failure ??= exception;
                continue;
            }

            double error = FreeRunNrmse(candidate, validation);
            if (best is null || error < bestError)
                (best, bestError) = (candidate, error);
        }

        return best ?? throw failure ?? new ArgumentException("ARX: no order was given.", nameof(orders));
    }

    /// <summary>Mean over the outputs of the NRMSE of running free over each whole stretch; infinity if the model diverges.</summary>
    internal static double FreeRunNrmse(IFreeRunModel model, IReadOnlyList<LogStretch> stretches)
    {
        double total = 0;
        int outputs = 0;
        foreach (LogStretch stretch in stretches)
        {
            if (stretch.Rows <= model.History)
                continue;
            foreach (PredictionError error in WholeRecord.Errors(model, stretch, model.History))
            {
                total += error.Nrmse;
                outputs++;
            }
        }

        return outputs == 0 || !double.IsFinite(total) ? double.PositiveInfinity : total / outputs;
    }

    private static List<double[]> UsableRows(IReadOnlyList<LogStretch> training, int order, bool directInput, int size, int outputs)
    {
        var rows = new List<double[]>();
        foreach (LogStretch stretch in training)
        {
            ReadOnlySpan<double> observations = stretch.Observations(0, stretch.Rows);
            ReadOnlySpan<double> actions = stretch.Actions(0, stretch.Rows);
            for (int row = order; row < stretch.Rows; row++)
            {
                var line = new double[size + outputs];
                ArxModel.FillRegressors(observations, actions, row, order, directInput, outputs, stretch.ActionSize, line);
                stretch.Observations(row, 1).CopyTo(line.AsSpan(size));
                if (Array.TrueForAll(line, double.IsFinite))
                    rows.Add(line);
            }
        }

        return rows;
    }

    /// <summary>
    /// Least squares by QR on centred columns of unit deviation, with a ridge far below any signal's noise: a constant or
    /// repeated column then gets a finite coefficient instead of breaking the fit. The constant follows from the means.
    /// </summary>
    private static double[] Solve(List<double[]> rows, int size, int outputs)
    {
        int slopes = size - 1;
        (double[] mean, double[] scale) = Moments(rows, size + outputs);
        const double Ridge = 1e-9;
        double ridge = Ridge * Math.Sqrt(rows.Count);
        Matrix<double> left = Matrix<double>.Build.Dense(rows.Count + slopes, slopes, (row, column) =>
            row < rows.Count ? (rows[row][column] - mean[column]) / scale[column] : row - rows.Count == column ? ridge : 0);
        Matrix<double> right = Matrix<double>.Build.Dense(rows.Count + slopes, outputs, (row, output) =>
            row < rows.Count ? rows[row][size + output] - mean[size + output] : 0);
        Matrix<double> solution = left.QR().Solve(right);
        var coefficients = new double[outputs * size];
        for (int output = 0; output < outputs; output++)
        {
            Span<double> equation = coefficients.AsSpan(output * size, size);
            equation[slopes] = mean[size + output];
            for (int column = 0; column < slopes; column++)
            {
                equation[column] = solution[column, output] / scale[column];
                equation[slopes] -= equation[column] * mean[column];
            }
        }

        return coefficients;
    }

    /// <summary>Mean and deviation per column; a column that does not move has deviation 1.</summary>
    private static (double[] Mean, double[] Scale) Moments(List<double[]> rows, int columns)
    {
        var mean = new double[columns];
        var scale = new double[columns];
        for (int column = 0; column < columns; column++)
        {
            mean[column] = rows.Average(row => row[column]);
            double deviation = Math.Sqrt(rows.Average(row => (row[column] - mean[column]) * (row[column] - mean[column])));
            scale[column] = deviation > 1e-12 * Math.Abs(mean[column]) ? deviation : 1;
        }

        return (mean, scale);
    }
}
