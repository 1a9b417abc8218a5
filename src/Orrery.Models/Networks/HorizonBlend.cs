using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// The blend of checkpoints that have no linear state space (<c>linearStates</c> is 0): what the deep model says, corrected by the error
/// that it made at the last known row, and the difference equation. Correction and share are sums of decaying exponentials of the
/// horizon, per observation, that live in the latent as a few clocks that run down. New models have a <see cref="HorizonMixture"/>.
/// </summary>
internal sealed class HorizonBlend : IHorizonBlend
{
    /// <summary>What is left of each clock after one row.</summary>
    public static readonly float[] Decays = [0.3f, 0.7f, 0.9f, 0.97f, 1];

    // Clocks stand at 1 one row ahead.
    private static readonly float[] Wound = [.. Decays.Select(decay => 1 / decay)];

    private readonly int _observationSize;
    private readonly Parameter _decay;
    private readonly Parameter _correction;
    private readonly Parameter _share;

    /// <summary>Registers the weights, which leave the deep model as it is.</summary>
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

    /// <inheritdoc/>
    public double LinearRatio(int output) => double.NaN;

    /// <inheritdoc/>
    public double LinearShare(int output, int rows)
    {
        double share = 0;
        for (int clock = 0; clock < Decays.Length; clock++)
            share += _share.Value.Span[(output * Decays.Length) + clock] * Math.Pow(Decays[clock], rows - 1.0);
        return Math.Clamp(share, 0, 1);
    }

    /// <inheritdoc/>
    public Tensor Encode(Tape tape, Tensor measured, Tensor modelled) =>
        tape.Concat(1, tape.Expand(tape.Constant(Wound, new Shape(1, Decays.Length)), new Shape(measured.Shape[0], Decays.Length)), tape.Subtract(measured, modelled));

    /// <inheritdoc/>
    public Tensor Predict(Tape tape, Tensor state) => tape.Concat(
        1, tape.Linear(tape.Slice(state, 1, 0, Decays.Length), tape.Use(_decay)), tape.Slice(state, 1, Decays.Length, _observationSize));

    /// <inheritdoc/>
    public Tensor Read(Tape tape, Tensor state, Tensor deep, Tensor equation, Tensor states)
    {
        Tensor clocks = tape.Slice(state, 1, 0, Decays.Length), error = tape.Slice(state, 1, Decays.Length, _observationSize);
        Tensor corrected = tape.Add(deep, tape.Multiply(Part(tape, clocks, _correction), error));
        return tape.Add(corrected, tape.Multiply(Part(tape, clocks, _share), tape.Subtract(equation, corrected)));
    }

    // At the last known row itself, where clocks stand above 1, it is all.
    private static Tensor Part(Tape tape, Tensor clocks, Parameter weights) => tape.Clamp(tape.Linear(clocks, tape.Use(weights)), 0, 1);
}
