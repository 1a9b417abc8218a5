using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Probes;

/// <summary>How a <see cref="MlpProbe"/> is trained.</summary>
/// <param name="Width">Width of its two hidden layers.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Batch">Rows per step.</param>
/// <param name="LearningRate">Peak of a cosine schedule.</param>
/// <param name="Seed">Seed of its weights and batches.</param>
public sealed record MlpProbeOptions(int Width = 128, int Steps = 1500, int Batch = 256, float LearningRate = 2e-3f, ulong Seed = 0);

/// <summary>
/// Reads the state out of the latents by a small network: what is there at all, even if curled up. Trained on latents that
/// are given as numbers, so no gradient can reach the model.
/// </summary>
public static class MlpProbe
{
    /// <summary>Trains on one part and judges on the other.</summary>
    /// <param name="backend">What computes.</param>
    /// <param name="fitted">Rows to train on.</param>
    /// <param name="heldOut">Rows to judge on.</param>
    /// <param name="columns">Names of the state's columns, with units.</param>
    /// <param name="options">How it is trained; null for the defaults.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The result, and the predictions of the held-out rows, [rows, state size].</returns>
    public static (ProbeResult Result, float[] Predictions) Run(Backend backend, ProbeRows fitted, ProbeRows heldOut,
        IReadOnlyList<string> columns, MlpProbeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(heldOut);
        options ??= new MlpProbeOptions();
        LatentScale scale = LatentScale.Of(fitted);
        StateScale states = StateScale.Of(fitted);
        using var block = new ParameterBlock(backend);
        var random = new RandomStream(options.Seed, "evaluation/mlp-probe");
        var network = new Mlp(block, "probe", [fitted.LatentSize, options.Width, options.Width, fitted.StateSize], Activation.Silu, random.Child("weights"));
        block.Seal();
        using var tape = new Tape(backend);
        Train(tape, network, block, fitted, scale, states, options, random.Child("batches"), cancellation);
        float[] predictions = Predict(tape, network, heldOut, scale, states, options.Batch);
        return (heldOut.Judge("MLP", columns, predictions, fitted.Rows), predictions);
    }

    private static void Train(Tape tape, Mlp network, ParameterBlock block, ProbeRows rows, LatentScale scale, StateScale states,
        MlpProbeOptions options, RandomStream random, CancellationToken cancellation)
    {
        var optimizer = new AdamW(block, weightDecay: 1e-4f);
        var schedule = new WarmupCosineSchedule(options.LearningRate, options.Steps / 20, options.Steps);
        var latents = new float[options.Batch * rows.LatentSize];
        var targets = new float[options.Batch * rows.StateSize];
        for (int step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int row = 0; row < options.Batch; row++)
            {
                int drawn = random.NextInt(rows.Rows);
                scale.Fill(rows, drawn, latents.AsSpan(row * rows.LatentSize, rows.LatentSize));
                states.Fill(rows, drawn, targets.AsSpan(row * rows.StateSize, rows.StateSize));
            }

            tape.Reset();
            block.ZeroGradients();
            Tensor output = network.Forward(tape, tape.Constant(latents, new Shape(options.Batch, rows.LatentSize)));
            tape.Backward(tape.MeanSquaredError(output, tape.Constant(targets, new Shape(options.Batch, rows.StateSize))));
            optimizer.Step(schedule.At(step));
        }
    }

    private static float[] Predict(Tape tape, Mlp network, ProbeRows rows, LatentScale scale, StateScale states, int batch)
    {
        var predictions = new float[rows.Rows * rows.StateSize];
        tape.Recording = false;
        for (int start = 0; start < rows.Rows; start += batch)
        {
            int count = Math.Min(batch, rows.Rows - start);
            var latents = new float[count * rows.LatentSize];
            for (int row = 0; row < count; row++)
                scale.Fill(rows, start + row, latents.AsSpan(row * rows.LatentSize, rows.LatentSize));
            tape.Reset();
            Tensor output = network.Forward(tape, tape.Constant(latents, new Shape(count, rows.LatentSize)));
            states.Restore(output.Span, predictions.AsSpan(start * rows.StateSize, count * rows.StateSize));
        }

        return predictions;
    }
}
