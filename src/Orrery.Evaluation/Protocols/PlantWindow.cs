using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;

namespace Orrery.Evaluation.Protocols;

/// <summary>The last rows of a plant's record, one after the other without a gap: what a plan begins from. Immutable.</summary>
public sealed class PlantWindow
{
    private readonly float[] _observations;
    private readonly float[] _inputs;

    /// <summary>Keeps rows.</summary>
    /// <param name="observations">[T, O] in physical units, oldest first; copied.</param>
    /// <param name="inputs">[T, U], commanded columns and disturbances, each row's with what was measured at its time; copied.</param>
    /// <param name="rows">T, at least 1.</param>
    /// <exception cref="ArgumentException">The numbers are not whole rows.</exception>
    public PlantWindow(ReadOnlySpan<float> observations, ReadOnlySpan<float> inputs, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (observations.Length % rows != 0 || inputs.Length % rows != 0)
            throw new ArgumentException($"PlantWindow: {observations.Length} observed and {inputs.Length} input numbers came; {rows} whole rows of both were needed.", nameof(rows));
        _observations = observations.ToArray();
        _inputs = inputs.ToArray();
        Rows = rows;
    }

    /// <summary>T.</summary>
    public int Rows { get; }

    /// <summary>The end of a record, as far as there is no gap.</summary>
    /// <param name="record">The record.</param>
    /// <param name="most">At most so many rows.</param>
    public static PlantWindow Of(Dataset record, int most)
    {
        ArgumentNullException.ThrowIfNull(record);
        EpisodeRange last = record.Episodes[^1];
        int rows = Math.Min(most, last.Length);
        long first = last.Start + last.Length - rows;
        return new PlantWindow(record.Observation(first, rows), record.Action(first, rows), rows);
    }

    /// <summary>[n, O], what was measured in the last rows.</summary>
    /// <param name="rows">n, at most all of them.</param>
    public ReadOnlySpan<float> Observations(int rows = 1) => _observations.AsSpan()[^(rows * (_observations.Length / Rows))..];

    /// <summary>[n, U], the inputs of the last rows.</summary>
    /// <param name="rows">n, at most all of them.</param>
    public ReadOnlySpan<float> Inputs(int rows = 1) => _inputs.AsSpan()[^(rows * (_inputs.Length / Rows))..];

    /// <summary>Fails unless a model can see its history in it.</summary>
    /// <exception cref="OrreryDataException">There are fewer rows.</exception>
    internal void Require(int history)
    {
        if (Rows < history)
            throw new OrreryDataException($"The record ends in a stretch of {Rows} rows, but the model must see {history}. Plan from a longer record.");
    }
}
