using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Intervals;

/// <summary>How far off a free run was from one start.</summary>
/// <param name="First">Place of the first predicted row among all held-out rows, those of earlier stretches included.</param>
/// <param name="Stretch">Place of its stretch.</param>
/// <param name="Row">Row of the stretch that the first prediction is for.</param>
/// <param name="Outputs">O.</param>
/// <param name="Errors">[steps, O] absolute errors in physical units; not a number where nothing was measured.</param>
internal sealed record ErrorWindow(int First, int Stretch, int Row, int Outputs, double[] Errors)
{
    public int Steps => Errors.Length / Outputs;

    public double Error(int step, int output) => Errors[((step - 1) * Outputs) + output];

    /// <summary>The largest error up to a step, each in units of its typical one; not a number when one is missing.</summary>
    public double Largest(int steps, int output, double[] typical)
    {
        double largest = 0;
        for (int step = 1; step <= steps; step++)
        {
            double error = Error(step, output) / typical[step - 1];
            if (double.IsNaN(error))
                return double.NaN;
            largest = Math.Max(largest, error);
        }

        return largest;
    }

    /// <summary>Runs the model from starts all over the stretches; a window ends with its stretch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stretches">Rows that it was not fitted to.</param>
    /// <param name="initial">Rows at the beginning of each stretch that are not predicted.</param>
    /// <param name="longest">Rows ahead.</param>
    /// <param name="mostStarts">About the most starts.</param>
    /// <param name="cancellation">Stops between two starts.</param>
    public static (List<ErrorWindow> Windows, int Rows) Predict(
        IFreeRunModel model, IReadOnlyList<LogStretch> stretches, int initial, int longest, int mostStarts, CancellationToken cancellation)
    {
        List<ErrorWindow> windows = [];
        int rows = stretches.Sum(stretch => Math.Max(0, stretch.Rows - initial)), stride = Math.Max(1, rows / mostStarts), before = 0;
        for (int place = 0; place < stretches.Count; place++)
        {
            LogStretch stretch = stretches[place];
            for (int row = initial; row < stretch.Rows; row += stride)
            {
                cancellation.ThrowIfCancellationRequested();
                double[] errors = new double[Math.Min(longest, stretch.Rows - row) * stretch.ObservationSize];
                int steps = errors.Length / stretch.ObservationSize, first = row - model.History;
                model.FreeRun(stretch.Observations(first, model.History), stretch.Actions(first, model.History + steps), errors);
                ReadOnlySpan<double> truth = stretch.Observations(row, steps);
                for (int index = 0; index < errors.Length; index++)
                    errors[index] = Math.Abs(errors[index] - truth[index]);
                windows.Add(new ErrorWindow(before + row - initial, place, row, stretch.ObservationSize, errors));
            }

            before += Math.Max(0, stretch.Rows - initial);
        }

        return (windows, rows);
    }
}
