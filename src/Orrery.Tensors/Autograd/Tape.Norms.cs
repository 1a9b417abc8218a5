using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Normalisation. Gains and biases may be null tensors, which stand for 1 and 0.</content>
public sealed partial class Tape
{
    /// <summary>
    /// Normalises each row: (x - mean) / sqrt(variance + epsilon) * gain + bias. A row is the last axis, or as many trailing axes
    /// as the gain has. Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
    /// </summary>
    /// <param name="x">[..., D].</param>
    /// <param name="gain">[D], or a null tensor.</param>
    /// <param name="bias">[D], or a null tensor.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The normalised rows.</returns>
    /// <exception cref="ArgumentException">The gain or the bias does not match the trailing axes.</exception>
    public Tensor LayerNorm(Tensor x, Tensor gain = default, Tensor bias = default, float epsilon = 1e-5f)
    {
        var axes = gain.IsNull ? bias.IsNull ? 1 : bias.Shape.Rank : gain.Shape.Rank;
        return LayerNorm(x, axes, gain, bias, epsilon);
    }

    /// <summary>Normalises together the elements of the trailing axes.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="trailingAxes">How many trailing axes make a row; at least 1.</param>
    /// <param name="gain">The shape of the trailing axes, or a null tensor.</param>
    /// <param name="bias">The shape of the trailing axes, or a null tensor.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The normalised rows.</returns>
    /// <exception cref="ArgumentException">The gain or the bias does not match the trailing axes.</exception>
    public Tensor LayerNorm(Tensor x, int trailingAxes, Tensor gain, Tensor bias, float epsilon)
    {
        if (trailingAxes < 1 || trailingAxes > x.Shape.Rank)
            throw new ArgumentException($"LayerNorm: {trailingAxes} trailing axes were asked of x {x.Shape}; use 1 .. {x.Shape.Rank}.", nameof(trailingAxes));
        Span<int> dims = stackalloc int[trailingAxes];
        for (var index = 0; index < trailingAxes; index++) dims[index] = x.Shape[index - trailingAxes];
        var row = new Shape(dims);
        if (!gain.IsNull) Shapes.Require("LayerNorm", nameof(gain), gain, row);
        if (!bias.IsNull) Shapes.Require("LayerNorm", nameof(bias), bias, row);
        return LayerNormRule.Apply(this, x, row.Count, gain, bias, epsilon);
    }

    /// <summary>x / sqrt(mean(x^2) + epsilon) * gain along the last axis. Source: Zhang and Sennrich, 2019.</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="gain">[D], or a null tensor.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <returns>The normalised rows.</returns>
    /// <exception cref="ArgumentException">The gain does not match.</exception>
    public Tensor RmsNorm(Tensor x, Tensor gain = default, float epsilon = 1e-6f) => RmsNormRule.Apply(this, x, gain, epsilon);

    /// <summary>Normalises each sample's groups of channels. Source: Wu and He, "Group normalization", 2018.</summary>
    /// <param name="x">[B, C, ...].</param>
    /// <param name="groups">How many groups; divides C.</param>
    /// <param name="gain">[C], or a null tensor.</param>
    /// <param name="bias">[C], or a null tensor.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The normalised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">The groups do not divide C, or gain or bias do not match.</exception>
    public Tensor GroupNorm(Tensor x, int groups, Tensor gain = default, Tensor bias = default, float epsilon = 1e-5f) =>
        GroupNormRule.Apply(this, x, groups, gain, bias, epsilon);

    /// <summary>
    /// Normalises each channel: by the batch's own statistics while training, when the running statistics are updated too; by
    /// the running statistics otherwise. Source: Ioffe and Szegedy, "Batch normalization", 2015.
    /// </summary>
    /// <param name="x">[B, C, ...].</param>
    /// <param name="gain">[C], or a null tensor.</param>
    /// <param name="bias">[C], or a null tensor.</param>
    /// <param name="runningMean">[C]; updated in place while training.</param>
    /// <param name="runningVariance">[C]; updated in place while training.</param>
    /// <param name="momentum">The share of the batch in the update.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="training">Whether to use the batch's statistics.</param>
    /// <returns>The normalised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not match, or the batch has a single value per channel.</exception>
    public Tensor BatchNorm(
        Tensor x, Tensor gain, Tensor bias, Tensor runningMean, Tensor runningVariance, float momentum = 0.1f, float epsilon = 1e-5f, bool training = true)
    {
        if (training) return BatchNormRule.Apply(this, x, gain, bias, runningMean, runningVariance, momentum, epsilon);

        // With fixed statistics it is one scale and one shift per channel.
        Span<int> dims = stackalloc int[x.Shape.Rank];
        dims.Fill(1);
        dims[1] = x.Shape[1];
        var perChannel = new Shape(dims);
        var scale = Rsqrt(AddScalar(Detach(runningVariance), epsilon));
        if (!gain.IsNull) scale = Multiply(scale, gain);
        var y = Multiply(Subtract(x, Reshape(Detach(runningMean), perChannel)), Reshape(scale, perChannel));
        return bias.IsNull ? y : Add(y, Reshape(bias, perChannel));
    }
}
