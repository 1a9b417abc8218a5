using Orrery.Models;

namespace Orrery.Planning.Costs;

/// <summary>Sums that several costs share. They run in one fixed order, so that a candidate's cost never depends on its place.</summary>
internal static class CostMath
{
    public static double SquaredDistance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = (double)one[i] - other[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>What the predicted latents read as, [S, H, O].</summary>
    public static ReadOnlySpan<float> Read(IReadout readout, in RolloutBatch batch, ref float[] scratch)
    {
        var count = batch.Candidates * batch.Horizon;
        var observations = Scratch.Ask(ref scratch, count * readout.ObservationSize);
        readout.Read(batch.Latents, count, observations);
        return observations;
    }

    public static void CheckColumn(string operation, IReadout readout, string name, int place, double scale)
    {
        ArgumentNullException.ThrowIfNull(readout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (place < 0 || place >= readout.ObservationSize)
            throw new ArgumentException($"{operation}: '{name}' names column {place}; the readout has columns 0 .. {readout.ObservationSize - 1}.");
        if (!(scale > 0) || !double.IsFinite(scale))
            throw new ArgumentException($"{operation}: '{name}' has scale {scale}; it must be positive and finite.");
    }

    public static void CheckFinite(string operation, string what, ReadOnlySpan<float> values)
    {
        if (values.Length == 0)
            throw new ArgumentException($"{operation}: {what} is empty; at least one number is needed.");
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                throw new ArgumentException($"{operation}: {what} holds {value}; every number must be finite.");
        }
    }

    public static void CheckScale(string operation, ReadOnlySpan<float> scale)
    {
        CheckFinite(operation, "the scale", scale);
        foreach (var value in scale)
        {
            if (value <= 0)
                throw new ArgumentException($"{operation}: the scale holds {value}; every number must be positive.");
        }
    }
}
