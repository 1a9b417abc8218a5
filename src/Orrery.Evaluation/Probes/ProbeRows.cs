namespace Orrery.Evaluation.Probes;

/// <summary>Latents and the true states that they were encoded from, row by row.</summary>
public sealed class ProbeRows
{
    /// <summary>Wraps (does not copy) the rows.</summary>
    /// <param name="latents">[rows, D].</param>
    /// <param name="latentSize">D, at least 1.</param>
    /// <param name="states">[rows, state size], physical units.</param>
    /// <param name="stateSize">Numbers per state, at least 1.</param>
    /// <exception cref="ArgumentException">The arrays do not hold the same number of whole rows, or none.</exception>
    public ProbeRows(float[] latents, int latentSize, float[] states, int stateSize)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentOutOfRangeException.ThrowIfLessThan(latentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stateSize, 1);
        int rows = latents.Length / latentSize;
        if (rows == 0 || rows * latentSize != latents.Length || rows * stateSize != states.Length)
            throw new ArgumentException(
                $"ProbeRows: {latents.Length} latent numbers in rows of {latentSize} and {states.Length} state numbers in rows of {stateSize} "
                + "are not the same number of whole rows, at least one.", nameof(latents));
        Latents = latents;
        LatentSize = latentSize;
        States = states;
        StateSize = stateSize;
        Rows = rows;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    /// <summary>Numbers per state.</summary>
    public int StateSize { get; }

    /// <summary>[rows, D].</summary>
    public float[] Latents { get; }

    /// <summary>[rows, state size].</summary>
    public float[] States { get; }

    /// <summary>
    /// Cuts the rows in two: the first part to fit a probe on, the rest to judge it on. Neighbouring rows of an episode are
    /// alike, so the cut is between rows, never a shuffle.
    /// </summary>
    /// <param name="share">Share of the rows in the first part, between 0 and 1.</param>
    public (ProbeRows Fitted, ProbeRows HeldOut) Split(double share = 0.7)
    {
        int cut = Math.Clamp((int)(share * Rows), 1, Rows - 1);
        return (new ProbeRows(Latents[..(cut * LatentSize)], LatentSize, States[..(cut * StateSize)], StateSize),
            new ProbeRows(Latents[(cut * LatentSize)..], LatentSize, States[(cut * StateSize)..], StateSize));
    }

    internal ProbeResult Judge(string name, IReadOnlyList<string> columns, float[] predictions, int fittedRows)
    {
        var errors = new Statistics.PredictionError[StateSize];
        for (int column = 0; column < StateSize; column++)
            errors[column] = new Statistics.PredictionError();
        double distance = 0;
        for (int row = 0; row < Rows; row++)
        {
            double squared = 0;
            for (int column = 0; column < StateSize; column++)
            {
                double prediction = predictions[(row * StateSize) + column];
                double truth = States[(row * StateSize) + column];
                errors[column].Add(prediction, truth);
                squared += (prediction - truth) * (prediction - truth);
            }

            distance += Math.Sqrt(squared);
        }

        return new ProbeResult(name, columns, [.. errors.Select(error => error.RSquared)], [.. errors.Select(error => error.Rmse)],
            distance / Rows, fittedRows, Rows);
    }
}
