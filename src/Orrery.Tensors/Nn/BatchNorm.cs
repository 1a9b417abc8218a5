using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Nn;

/// <summary>Batch normalisation per channel, axis 1, with running statistics that are saved but not trained.</summary>
public sealed class BatchNorm
{
    private readonly float _momentum;
    private readonly float _epsilon;

    /// <summary>
    /// Registers <c>NAME.weight</c>, ones, and <c>NAME.bias</c>, zeros, and the statistics <c>NAME.running_mean</c>, zeros, and
    /// <c>NAME.running_var</c>, ones; all [C].
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="channels">C.</param>
    /// <param name="momentum">The share of each batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    public BatchNorm(ParameterBlock block, string name, int channels, float momentum = 0.1f, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(block);
        _momentum = momentum;
        _epsilon = epsilon;
        Gain = block.Add($"{name}.weight", new Shape(channels), decays: false);
        Initialization.Constant(Gain, 1);
        Bias = block.Add($"{name}.bias", new Shape(channels), decays: false);
        RunningMean = block.AddBuffer($"{name}.running_mean", new Shape(channels));
        RunningVariance = block.AddBuffer($"{name}.running_var", new Shape(channels));
        Initialization.Constant(RunningVariance, 1);
    }

    /// <summary>[C].</summary>
    public Parameter Gain { get; }

    /// <summary>[C].</summary>
    public Parameter Bias { get; }

    /// <summary>[C], the mean of the batches seen.</summary>
    public Parameter RunningMean { get; }

    /// <summary>[C], the variance of the batches seen.</summary>
    public Parameter RunningVariance { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, C, ...].</param>
    /// <param name="training">Whether to use, and to learn, the batch's statistics.</param>
    /// <returns>The normalised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, bool training)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.BatchNorm(x, tape.Use(Gain), tape.Use(Bias), RunningMean.Value, RunningVariance.Value, _momentum, _epsilon, training);
    }
}
