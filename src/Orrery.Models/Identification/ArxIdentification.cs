using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Models.Identification;

/// <summary>Fits difference equations by least squares on one-step predictions, and chooses their order by free runs.</summary>
internal static class ArxIdentification
{
    private static readonly int[] Orders = [1, 2, 3, 5, 8, 12, 20];

    /// <summary>The order that errs least over the validation stretches, near and far; 0 when none does better than no change at all.</summary>
    /// <param name="training">Normalised rows to fit on.</param>
    /// <param name="validation">Normalised rows to choose on.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="largest">The greatest order to try.</param>
    public static int ChooseOrder(
        IReadOnlyList<NormalizedStretch> training, IReadOnlyList<NormalizedStretch> validation, int observationSize, int actionSize, int largest)
    {
        int best = 0;
        double least = Error(ArxEquation.Persistence(observationSize, actionSize), validation);
        foreach (int order in Orders.Where(order => order <= largest))
        {
            if (Fit(training, observationSize, actionSize, order) is not { } equation)
                continue;
            double error = Error(equation, validation) + Penalty(training, observationSize, actionSize, order);
            if (error < least)
                (best, least) = (order, error);
        }

        return best;
    }

    /// <summary>Fits one order; null when there are too few rows for it.</summary>
    public static ArxEquation? Fit(IReadOnlyList<NormalizedStretch> training, int observationSize, int actionSize, int order)
    {
        int size = ArxEquation.RegressorSize(order, observationSize, actionSize);
        NormalEquations sums = new(size, observationSize);
        double[] regressor = new double[size], target = new double[observationSize];
        foreach (NormalizedStretch stretch in training)
        {
            for (int row = order; row < stretch.Rows(observationSize); row++)
            {
                Fill(stretch.Observations, stretch.Actions, row, order, observationSize, actionSize, regressor);
                for (int output = 0; output < observationSize; output++)
                    target[output] = stretch.Observations[(row * observationSize) + output];
                sums.Add(regressor, target);
            }
        }

        if (sums.Rows < 2 * size)
            return null;
        Matrix<double> solution = sums.Solve();
        double[] coefficients = new double[observationSize * size];
        for (int output = 0; output < observationSize; output++)
            for (int column = 0; column < size; column++)
                coefficients[(output * size) + column] = solution[column, output];
        return new ArxEquation(order, observationSize, actionSize, coefficients);
    }

    /// <summary>
    /// Validation rows are few, too, and like those before them; what lies further ahead is not. So a longer memory must be worth its numbers
    /// as if it were judged on the rows that it was fitted to (Schwarz, "Estimating the dimension of a model", 1978).
    /// </summary>
    private static double Penalty(IReadOnlyList<NormalizedStretch> training, int observationSize, int actionSize, int order)
    {
        double rows = training.Sum(stretch => stretch.Rows(observationSize));
        return ArxEquation.RegressorSize(order, observationSize, actionSize) * Math.Log(rows) / rows;
    }

    private static double Error(ArxEquation equation, IReadOnlyList<NormalizedStretch> stretches)
    {
        int outputs = equation.ObservationSize;
        float[] strip = new float[(equation.Order + NearAndFar.LongestHorizon) * outputs];
        double[] regressor = new double[ArxEquation.RegressorSize(equation.Order, outputs, equation.ActionSize)];
        return NearAndFar.Error(stretches, outputs, Orders[^1], (stretch, start, predictions) =>
        {
            stretch.Observations.AsSpan((start - equation.Order) * outputs, equation.Order * outputs).CopyTo(strip);
            for (int step = 0; step < predictions.Length / outputs; step++)
            {
                Span<float> predicted = strip.AsSpan((equation.Order + step) * outputs, outputs);
                Predict(equation, strip, equation.Order + step, stretch.Actions, start + step, regressor, predicted);
                predicted.CopyTo(predictions[(step * outputs)..]);
            }
        });
    }

    private static void Predict(
        ArxEquation equation, ReadOnlySpan<float> strip, int at, ReadOnlySpan<float> actions, int row, Span<double> regressor, Span<float> predicted)
    {
        int next = 0;
        for (int lag = 1; lag <= equation.Order; lag++)
            for (int output = 0; output < equation.ObservationSize; output++)
                regressor[next++] = strip[((at - lag) * equation.ObservationSize) + output];
        for (int lag = 0; lag <= equation.Order; lag++)
            for (int input = 0; input < equation.ActionSize; input++)
                regressor[next++] = actions[((row - lag) * equation.ActionSize) + input];
        regressor[next] = 1;
        for (int output = 0; output < predicted.Length; output++)
        {
            double sum = 0;
            for (int column = 0; column < regressor.Length; column++)
                sum += equation.Coefficients[(output * regressor.Length) + column] * regressor[column];
            predicted[output] = (float)sum;
        }
    }

    private static void Fill(
        ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, int row, int order, int observationSize, int actionSize, Span<double> regressor)
    {
        int next = 0;
        for (int lag = 1; lag <= order; lag++)
            for (int output = 0; output < observationSize; output++)
                regressor[next++] = observations[((row - lag) * observationSize) + output];
        for (int lag = 0; lag <= order; lag++)
            for (int input = 0; input < actionSize; input++)
                regressor[next++] = actions[((row - lag) * actionSize) + input];
        regressor[next] = 1;
    }
}
