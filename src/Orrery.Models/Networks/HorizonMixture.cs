using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Networks;

/// <summary>
/// A convex mixture of predictors whose shares change with the horizon k: the deep model, the deep model shifted by the error that it
/// made at the last known row, the difference equation and the linear state space. Shares stand at a few knots, per observation, and are
/// linear between them, so that the latent needs no more than the number of rows since the last known one. Combining forecasts: Bates
/// and Granger, 1969.
/// </summary>
internal sealed class HorizonMixture : IHorizonBlend
{
    /// <summary>Predictors: the deep model, itself shifted, the difference equation, the linear state space.</summary>
    public const int Predictors = 4;

    /// <summary>The first of the linear ones.</summary>
    public const int FirstLinear = 2;

    /// <summary>Rows ahead at which the shares stand; beyond the last they stay.</summary>
    public static readonly int[] Knots = [1, 2, 3, 6, 12, 24, 48, 96];

    private readonly int _observationSize;
    private readonly Parameter _advance;
    private readonly Parameter _count;
    private readonly Parameter _rise;
    private readonly Parameter _foot;
    private readonly Parameter _change;
    private readonly Parameter _near;
    private readonly Parameter _ratios;

    /// <summary>Registers the shares, which leave the deep model as it is until they are set.</summary>
    public HorizonMixture(ParameterBlock block, int observationSize)
    {
        _observationSize = observationSize;
        int ramps = Knots.Length - 1, shares = (Predictors - 1) * observationSize;
        _advance = block.AddBuffer("mixture.advance.weight", new Shape(StateSize, StateSize));
        _count = block.AddBuffer("mixture.advance.bias", new Shape(StateSize));
        _rise = block.AddBuffer("mixture.ramp.weight", new Shape(ramps, 1));
        _foot = block.AddBuffer("mixture.ramp.bias", new Shape(ramps));
        _change = block.AddBuffer("mixture.share.weight", new Shape(shares, ramps));
        _near = block.AddBuffer("mixture.share.bias", new Shape(shares));
        _ratios = block.AddBuffer("mixture.linear.ratio", new Shape(observationSize));
        for (int place = 0; place < StateSize; place++)
            _advance.Value.Span[(place * StateSize) + place] = 1;
        _count.Value.Span[0] = 1;
        for (int ramp = 0; ramp < ramps; ramp++)
        {
            float rise = 1f / (Knots[ramp + 1] - Knots[ramp]);
            _rise.Value.Span[ramp] = rise;
            _foot.Value.Span[ramp] = -rise * Knots[ramp];
        }
    }

    /// <inheritdoc/>
    public int StateSize => 1 + _observationSize;

    /// <inheritdoc/>
    public double LinearRatio(int output) => _ratios.Value.Span[output] is > 0 and float known ? known : double.NaN;

    /// <summary>Sets the shares of one observation.</summary>
    /// <param name="output">Which.</param>
    /// <param name="shares">[knots, predictors]: none negative, 1 together at each knot.</param>
    /// <param name="linearRatio">What the linear models' errors on validation rows were over the deep model's.</param>
    public void Set(int output, ReadOnlySpan<double> shares, double linearRatio)
    {
        int ramps = Knots.Length - 1;
        for (int predictor = 1; predictor < Predictors; predictor++)
        {
            int row = ((predictor - 1) * _observationSize) + output;
            _near.Value.Span[row] = (float)shares[predictor];
            for (int ramp = 0; ramp < ramps; ramp++)
                _change.Value.Span[(row * ramps) + ramp] = (float)(shares[((ramp + 1) * Predictors) + predictor] - shares[(ramp * Predictors) + predictor]);
        }

        _ratios.Value.Span[output] = (float)linearRatio;
    }

    /// <summary>All that was set, for a network of the same sizes.</summary>
    public float[] Weights() => [.. _change.Value.Span, .. _near.Value.Span, .. _ratios.Value.Span];

    /// <summary>Sets what <see cref="Weights"/> gave.</summary>
    public void Set(ReadOnlySpan<float> weights)
    {
        Span<float> change = _change.Value.Span, near = _near.Value.Span, ratios = _ratios.Value.Span;
        weights[..change.Length].CopyTo(change);
        weights.Slice(change.Length, near.Length).CopyTo(near);
        weights[(change.Length + near.Length)..].CopyTo(ratios);
    }

    /// <inheritdoc/>
    public double LinearShare(int output, int rows)
    {
        int ramps = Knots.Length - 1;
        double share = 0;
        for (int predictor = FirstLinear; predictor < Predictors; predictor++)
        {
            int row = ((predictor - 1) * _observationSize) + output;
            share += _near.Value.Span[row];
            for (int ramp = 0; ramp < ramps; ramp++)
                share += _change.Value.Span[(row * ramps) + ramp] * Math.Clamp((rows - Knots[ramp]) / (double)(Knots[ramp + 1] - Knots[ramp]), 0, 1);
        }

        return Math.Clamp(share, 0, 1);
    }

    /// <inheritdoc/>
    public Tensor Encode(Tape tape, Tensor measured, Tensor modelled) =>
        tape.Concat(1, tape.Constant(0, new Shape(measured.Shape[0], 1)), tape.Subtract(measured, modelled));

    /// <inheritdoc/>
    public Tensor Predict(Tape tape, Tensor state) => tape.Linear(state, tape.Use(_advance), tape.Use(_count));

    /// <inheritdoc/>
    public Tensor Read(Tape tape, Tensor state, Tensor deep, Tensor equation, Tensor states)
    {
        Tensor rows = tape.Slice(state, 1, 0, 1), error = tape.Slice(state, 1, 1, _observationSize);
        Tensor ramps = tape.Clamp(tape.Linear(rows, tape.Use(_rise), tape.Use(_foot)), 0, 1);
        Tensor shares = tape.Linear(ramps, tape.Use(_change), tape.Use(_near));
        Tensor mixed = tape.Add(deep, tape.Multiply(Share(0), error));
        mixed = tape.Add(mixed, tape.Multiply(Share(1), tape.Subtract(equation, deep)));
        return tape.Add(mixed, tape.Multiply(Share(2), tape.Subtract(states, deep)));

        Tensor Share(int place) => tape.Slice(shares, 1, place * _observationSize, _observationSize);
    }
}
