using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Orrery.Models.Identification;

/// <summary>
/// Finds a linear state space model by regressing the future on the past (a subspace method in the family of Van Overschee and
/// De Moor's N4SID, 1994): the part of the future that the past predicts has low rank, and its principal directions are the state.
/// Sums are accumulated row by row, so that memory does not grow with the log.
/// </summary>
public static class SubspaceIdentification
{
    private const double Ridge = 1e-3;
    private const double SmallestSingularValue = 1e-3;
    private const double LargestSpectralRadius = 0.998;

    /// <summary>Identifies.</summary>
    /// <param name="stretches">Normalised training rows.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="history">n: rows of the past that the state is read from.</param>
    /// <param name="future">Rows of the future that the state must explain.</param>
    /// <param name="latentSize">The most latent dimensions to keep.</param>
    /// <returns>The model, of at most <paramref name="latentSize"/> dimensions; null when there are too few rows to tell.</returns>
    public static LinearStateSpace? Identify(
        IReadOnlyList<NormalizedStretch> stretches, int observationSize, int actionSize, int history, int future, int latentSize)
    {
        WindowReader reader = new(observationSize, actionSize, history, future);
        return Encoder(stretches, reader) is { } encoder ? FitDynamics(stretches, reader, Leading(encoder, latentSize)) : null;
    }

    /// <summary>
    /// Chooses how many states by free runs over the validation stretches, near and far, and identifies with as many on all that may be
    /// fitted; null when there are too few rows to tell.
    /// </summary>
    /// <param name="training">Normalised rows to choose with.</param>
    /// <param name="validation">Normalised rows to choose on.</param>
    /// <param name="fitted">Normalised rows to identify on in the end.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="history">n.</param>
    /// <param name="future">Rows of the future that the state must explain.</param>
    /// <param name="mostStates">The most states to try.</param>
    internal static LinearStateSpace? IdentifyBestSize(
        IReadOnlyList<NormalizedStretch> training, IReadOnlyList<NormalizedStretch> validation, IReadOnlyList<NormalizedStretch> fitted,
        int observationSize, int actionSize, int history, int future, int mostStates)
    {
        WindowReader reader = new(observationSize, actionSize, history, future);
        int best = mostStates;
        if (Encoder(training, reader) is { } encoder)
        {
            double least = double.PositiveInfinity;
            for (int states = 1; states <= Math.Min(mostStates, encoder.ColumnCount); states++)
            {
                LinearStateSpace candidate = FitDynamics(training, reader, Leading(encoder, states));
                double error = NearAndFar.Error(validation, observationSize, history, (stretch, start, predictions) => Simulate(candidate, reader, stretch, start, predictions));
                if (error < least)
                    (best, least) = (states, error);
            }
        }

        return Identify(fitted, observationSize, actionSize, history, future, best);
    }

    private static Matrix<double> Leading(Matrix<double> encoder, int states) =>
        encoder.SubMatrix(0, encoder.RowCount, 0, Math.Min(states, encoder.ColumnCount));

    /// <summary>Windows to states, as many as the rows support, the most important first; null when there are too few rows to tell.</summary>
    private static Matrix<double>? Encoder(IReadOnlyList<NormalizedStretch> stretches, WindowReader reader)
    {
        (Matrix<double> gram, Matrix<double> moment, long rows) = AccumulateFuture(stretches, reader);
        if (rows < reader.RegressorSize)
            return null;
        for (int index = 0; index < gram.RowCount; index++)
            gram[index, index] += Ridge * rows;
        Matrix<double> past = gram.Cholesky().Solve(moment).SubMatrix(0, reader.WindowSize, 0, moment.ColumnCount);

        // The predicted future's covariance; its eigenvectors are the right singular vectors of the predictions themselves.
        Matrix<double> windowGram = gram.SubMatrix(0, reader.WindowSize, 0, reader.WindowSize);
        Matrix<double> covariance = past.TransposeThisAndMultiply(windowGram * past) / rows;
        Evd<double> spectrum = ((covariance + covariance.Transpose()) / 2).Evd(Symmetricity.Symmetric);
        int count = spectrum.EigenValues.Count;
        double[] singular = [.. spectrum.EigenValues.Select(value => Math.Sqrt(Math.Max(0, value.Real))).Reverse()];
        int rank = singular.Count(value => value > SmallestSingularValue * singular[0]);
        if (rank == 0)
            return null;
        Matrix<double> encoder = Matrix<double>.Build.Dense(reader.WindowSize, rank);
        for (int column = 0; column < rank; column++)
            encoder.SetColumn(column, past * spectrum.EigenVectors.Column(count - 1 - column) / singular[column]);
        return encoder;
    }

    private static void Simulate(LinearStateSpace model, WindowReader reader, NormalizedStretch stretch, int start, Span<float> predictions)
    {
        double[] window = new double[reader.WindowSize], action = new double[reader.ActionSize];
        reader.ReadWindow(stretch, start - 1, window);
        Vector<double> state = model.Encoder.LeftMultiply(Vector<double>.Build.Dense(window));
        for (int step = 0; step < predictions.Length / reader.ObservationSize; step++)
        {
            state = model.Transition.LeftMultiply(state);
            if (action.Length > 0)
            {
                reader.ReadAction(stretch, start + step, action);
                state += model.Input.LeftMultiply(Vector<double>.Build.Dense(action));
            }

            Vector<double> observation = model.Output.LeftMultiply(state);
            for (int output = 0; output < observation.Count; output++)
                predictions[(step * observation.Count) + output] = (float)observation[output];
        }
    }

    private static (Matrix<double> Gram, Matrix<double> Moment, long Rows) AccumulateFuture(
        IReadOnlyList<NormalizedStretch> stretches, WindowReader reader)
    {
        NormalEquations sums = new(reader.RegressorSize, reader.FutureObservations);
        double[] regressor = new double[reader.RegressorSize];
        double[] target = new double[reader.FutureObservations];
        foreach (NormalizedStretch stretch in stretches)
            for (int row = reader.History - 1; row + reader.Future < stretch.Rows(reader.ObservationSize); row++)
            {
                reader.ReadWindow(stretch, row, regressor);
                reader.ReadFutureActions(stretch, row, regressor.AsSpan(reader.WindowSize));
                reader.ReadFutureObservations(stretch, row, target);
                sums.Add(regressor, target);
            }

        return (sums.Gram(), sums.Moment(), sums.Rows);
    }

    private static LinearStateSpace FitDynamics(IReadOnlyList<NormalizedStretch> stretches, WindowReader reader, Matrix<double> encoder)
    {
        int rank = encoder.ColumnCount;
        NormalEquations transition = new(rank + reader.ActionSize, rank);
        NormalEquations output = new(rank, reader.ObservationSize);
        double[] window = new double[reader.WindowSize];
        double[] regressor = new double[rank + reader.ActionSize];
        double[] observation = new double[reader.ObservationSize];
        foreach (NormalizedStretch stretch in stretches)
        {
            double[]? before = null;
            for (int row = reader.History - 1; row < stretch.Rows(reader.ObservationSize); row++)
            {
                reader.ReadWindow(stretch, row, window);
                double[] state = encoder.LeftMultiply(Vector<double>.Build.Dense(window)).ToArray();
                reader.ReadObservation(stretch, row, observation);
                output.Add(state, observation);
                if (before is not null)
                {
                    before.CopyTo(regressor, 0);
                    reader.ReadAction(stretch, row, regressor.AsSpan(rank));
                    transition.Add(regressor, state);
                }

                before = state;
            }
        }

        Matrix<double> dynamics = transition.Solve();
        Matrix<double> stable = dynamics.SubMatrix(0, rank, 0, rank);
        double radius = stable.Evd().EigenValues.Max(value => value.Magnitude);
        if (radius > LargestSpectralRadius)
            stable *= LargestSpectralRadius / radius;
        return new LinearStateSpace(encoder, stable, dynamics.SubMatrix(rank, reader.ActionSize, 0, rank), output.Solve());
    }
}
