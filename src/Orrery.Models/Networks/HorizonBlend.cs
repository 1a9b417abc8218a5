using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// Joins two predictors of the same observations over the horizon k: what the deep model says, corrected by the error that it made at
/// the last known row, and the linear equation. Correction and share of the linear equation are sums of decaying exponentials of k, per
/// observation, so that both live in the latent as a few clocks that run down. Combining forecasts: Bates and Granger, 1969.
/// </summary>
internal sealed class HorizonBlend
{
    /// <summary>What is left of each clock after one row.</summary>
    public static readonly float[] Decays = [0.3f, 0.7f, 0.9f, 0.97f, 1];

    // Clocks stand at 1 one row ahead.
    private static readonly float[] Wound = [.. Decays.Select(decay => 1 / decay)];

    private readonly int _observationSize;
    private readonly Parameter _decay;
    private readonly Parameter _correction;
    private readonly Parameter _share;

    /// <summary>Registers the weights, which leave the deep model as it is until they are set.</summary>
    public HorizonBlend(ParameterBlock block, int observationSize)
    {
        _observationSize = observationSize;
        _decay = block.AddBuffer("blend.decay.weight", new Shape(Decays.Length, Decays.Length));
        _correction = block.AddBuffer("blend.correction.weight", new Shape(observationSize, Decays.Length));
        _share = block.AddBuffer("blend.share.weight", new Shape(observationSize, Decays.Length));
        for (int clock = 0; clock < Decays.Length; clock++)
            _decay.Value.Span[(clock * Decays.Length) + clock] = Decays[clock];
    }

    /// <summary>Numbers in the latent: the clocks and the error at the last known row.</summary>
    public int StateSize => Decays.Length + _observationSize;

    /// <summary>Sets the weights of the clocks.</summary>
    /// <param name="correction">[O, clocks]: how much of the last known error is added.</param>
    /// <param name="share">[O, clocks]: the share of the linear equation.</param>
    public void Set(ReadOnlySpan<float> correction, ReadOnlySpan<float> share)
    {
        correction.CopyTo(_correction.Value.Span);
        share.CopyTo(_share.Value.Span);
    }

    /// <summary>What <see cref="Set(ReadOnlySpan{float})"/> takes: the corrections, then the shares.</summary>
    public float[] Weights() => [.. _correction.Value.Span, .. _share.Value.Span];

    /// <summary>Sets all weights.</summary>
    public void Set(ReadOnlySpan<float> weights) => Set(weights[..(weights.Length / 2)], weights[(weights.Length / 2)..]);

    /// <summary>The share of the linear equation in one observation some rows ahead, from 1.</summary>
    public double Share(int output, int rows)
    {
        double share = 0;
        for (int clock = 0; clock < Decays.Length; clock++)
            share += _share.Value.Span[(output * Decays.Length) + clock] * Math.Pow(Decays[clock], rows - 1.0);
        return Math.Clamp(share, 0, 1);
    }

    /// <summary>Rows ahead up to which the linear equation's share is above a half; null where it is at any.</summary>
    public int? LeadingRows(int output)
    {
        if (Share(output, int.MaxValue) > 0.5)
            return null;
        int rows = 0;
        while (Share(output, rows + 1) > 0.5)
            rows++;
        return rows;
    }

    /// <summary>[B, O] measured and [B, O] modelled at the last known row to [B, clocks + O].</summary>
    public static Tensor Encode(Tape tape, Tensor measured, Tensor modelled) =>
        tape.Concat(1, tape.Expand(tape.Constant(Wound, new Shape(1, Decays.Length)), new Shape(measured.Shape[0], Decays.Length)), tape.Subtract(measured, modelled));

    /// <summary>[B, clocks + O] one row later.</summary>
    public Tensor Predict(Tape tape, Tensor state) => tape.Concat(
        1, tape.Linear(tape.Slice(state, 1, 0, Decays.Length), tape.Use(_decay)), tape.Slice(state, 1, Decays.Length, _observationSize));

    /// <summary>[B, clocks + O], and what both predictors say, [B, O], to [B, O].</summary>
    public Tensor Read(Tape tape, Tensor state, Tensor deep, Tensor linear)
    {
        Tensor clocks = tape.Slice(state, 1, 0, Decays.Length), error = tape.Slice(state, 1, Decays.Length, _observationSize);
        Tensor corrected = tape.Add(deep, tape.Multiply(Part(tape, clocks, _correction), error));
        return tape.Add(corrected, tape.Multiply(Part(tape, clocks, _share), tape.Subtract(linear, corrected)));
    }

    // At the last known row itself, where clocks stand above 1, it is all.
    private static Tensor Part(Tape tape, Tensor clocks, Parameter weights) => tape.Clamp(tape.Linear(clocks, tape.Use(weights)), 0, 1);
}
