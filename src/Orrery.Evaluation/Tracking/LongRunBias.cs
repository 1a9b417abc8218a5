using Orrery.Models;

namespace Orrery.Evaluation.Tracking;

/// <summary>
/// What a model gets wrong in the long run: the output measured now, less what the model said some steps ago about now, knowing the inputs
/// that were then in force. Where a process rests beside its set-point because the model is a little wrong, this is by how much.
/// </summary>
/// <param name="dynamics">Of all inputs.</param>
/// <param name="readout">Reads its latents out.</param>
/// <param name="output">Column of the output.</param>
/// <param name="steps">How many steps ago.</param>
internal sealed class LongRunBias(ILatentDynamics dynamics, IReadout readout, int output, int steps)
{
    // Of each new error: slow against noise, quick against a set-point's hold.
    private const double Share = 0.05;

    private readonly Queue<float[]> _latents = new();
    private readonly float[] _predicted = new float[steps * dynamics.LatentSize];
    private readonly float[] _observation = new float[readout.ObservationSize];

    /// <summary>Measured less predicted, in the output's unit; 0 until there is something to compare.</summary>
    public double Value { get; private set; }

    public void Reset()
    {
        _latents.Clear();
        Value = 0;
    }

    /// <summary>Takes a row in.</summary>
    /// <param name="latent">[D], that of the newest row.</param>
    /// <param name="rows">The rows.</param>
    public void Update(ReadOnlySpan<float> latent, TrackingRows rows)
    {
        _latents.Enqueue(latent.ToArray());
        if (_latents.Count <= steps)
            return;
        dynamics.Rollout(_latents.Dequeue(), rows.LastInputs(steps), 1, steps, _predicted);
        readout.Read(_predicted.AsSpan((steps - 1) * dynamics.LatentSize), 1, _observation);
        double error = rows.Observation[output] - _observation[output];
        if (double.IsFinite(error))
            Value += Share * (error - Value);
    }
}
