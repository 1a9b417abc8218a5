using Orrery.Tensors.Autograd.Rules;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Autograd;

/// <content>Weights and activations of few bits, and low-rank changes of weights. Rounding is half to even.</content>
public sealed partial class Tape
{
    private const float LargestLevel = 127;

    /// <summary>
    /// A value that was worked out from x in steps without a useful gradient, such as rounding: the gradient passes as if it
    /// were x. Source: Bengio, Leonard and Courville, "Estimating or propagating gradients through stochastic neurons", 2013.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="value">The shape of <paramref name="x"/>; its memory is shared.</param>
    /// <returns>The value, on the tape as a function of x.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor StraightThrough(Tensor x, Tensor value) => StraightThroughRule.Apply(this, x, value);

    /// <summary>
    /// Weights of -1, 0 and 1: scale = max(mean |W|, epsilon), levels = round(W / scale) limited to -1 .. 1.
    /// Source: Ma et al., "The era of 1-bit LLMs: all large language models are in 1.58 bits", 2024.
    /// </summary>
    /// <param name="weight">Any shape.</param>
    /// <param name="epsilon">The least scale.</param>
    /// <returns>The levels, the scale [] and the value, straight through.</returns>
    public QuantizedTensor TernaryWeight(Tensor weight, float epsilon = 1e-5f)
    {
        var scale = Clamp(Mean(Abs(Detach(weight))), epsilon, null);
        return Rounded(weight, scale, -1, 1);
    }

    /// <summary>
    /// Rows of 8-bit numbers: scale = max(max |x|, epsilon) / 127 for each row of the last axis, levels = round(x / scale).
    /// Source: as <see cref="TernaryWeight"/>.
    /// </summary>
    /// <param name="x">[..., D].</param>
    /// <param name="epsilon">The least of the largest numbers.</param>
    /// <returns>The levels, the scales [..., 1] and the value, straight through.</returns>
    /// <exception cref="ArgumentException">x has no axis.</exception>
    public QuantizedTensor QuantizeRows(Tensor x, float epsilon = 1e-5f) => Rounded(x, RowScale(x, epsilon), -LargestLevel - 1, LargestLevel);

    /// <summary>
    /// y = x W^T + b with rows of x in 8 bits and W of three levels. The gradients are those of a linear layer at the rounded
    /// values. Source: as <see cref="TernaryWeight"/>.
    /// </summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="normalize">Whether the rows of x are divided by their root mean square first.</param>
    /// <param name="normEpsilon">Added to the mean square.</param>
    /// <param name="epsilon">The least scale.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor BitLinear(
        Tensor x, Tensor weight, Tensor bias = default, bool normalize = false, float normEpsilon = 1e-6f, float epsilon = 1e-5f)
    {
        var rows = normalize ? RmsNorm(x, epsilon: normEpsilon) : x;
        return Linear(QuantizeRows(rows, epsilon).Value, TernaryWeight(weight, epsilon).Value, bias);
    }

    /// <summary>A weight in signed bytes: scale = max |W| / 127 for each row, levels = round(W / scale). It has no gradient.</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="arena">Where it is kept; the tape's own arena if null.</param>
    /// <returns>The levels and scales.</returns>
    /// <exception cref="ArgumentException">The weight has not two axes.</exception>
    public Int8Weight QuantizeWeight(Tensor weight, TensorArena? arena = null)
    {
        Shapes.RequireRank("QuantizeWeight", nameof(weight), weight, 2, "[out, in]");
        arena ??= Arena;
        // A row of zeros has any scale but 0.
        var scale = arena.Allocate(new Shape(weight.Shape[0]));
        Backend.Copy(RowScale(weight, 1e-30f), scale);
        var integers = arena.AllocateByte(weight.Shape);
        Backend.Quantize(weight, scale, integers);
        return new Int8Weight(integers, scale);
    }

    /// <summary>The numbers that an 8-bit weight stands for.</summary>
    /// <param name="weight">The weight.</param>
    /// <returns>[out, in], a constant.</returns>
    public Tensor Dequantize(Int8Weight weight)
    {
        var y = Arena.Allocate(weight.Integers.Shape);
        Backend.Dequantize(weight.Integers, weight.Scale, y);
        return y;
    }

    /// <summary>y = x W^T + b with an 8-bit weight. The gradient reaches x and b.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Int8Linear(Tensor x, Int8Weight weight, Tensor bias = default) => Linear(x, Dequantize(weight), bias);

    /// <summary>
    /// y = x W^T + b with an 8-bit weight and rows of x rounded to 8 bits as they come (as by <see cref="QuantizeRows"/>): the
    /// products are summed as whole numbers, then scaled. For inference; there is no gradient.
    /// </summary>
    /// <param name="x">[..., in], a constant.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="epsilon">The least of the largest numbers of a row.</param>
    /// <returns>[..., out], a constant.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">A gradient was expected to flow through.</exception>
    public Tensor Int8LinearDynamic(Tensor x, Int8Weight weight, Tensor bias = default, float epsilon = 1e-5f)
    {
        var (outputs, inputs) = (weight.Integers.Shape[0], weight.Integers.Shape[1]);
        if (x.Shape.Rank == 0 || x.Shape[-1] != inputs)
            throw new ArgumentException($"Int8LinearDynamic: x {x.Shape} must end in the {inputs} inputs of the weight {weight.Integers.Shape}.", nameof(x));
        if (!bias.IsNull) Shapes.Require("Int8LinearDynamic", nameof(bias), bias, new Shape(outputs));
        if (Records(x, bias))
            throw new InvalidOperationException("Int8LinearDynamic: x or the bias is recorded, but rounding x has no gradient; use Int8Linear, Detach, or a tape that does not record.");
        var rows = Reshape(x, new Shape(x.Shape.Count / Math.Max(inputs, 1), inputs));
        var scale = Reshape(RowScale(rows, epsilon), new Shape(rows.Shape[0]));
        var integers = Arena.AllocateByte(rows.Shape);
        Backend.Quantize(rows, scale, integers);
        var y = Arena.Allocate(new Shape(rows.Shape[0], outputs));
        Backend.MatMulInt8(integers, scale, weight.Integers, weight.Scale, bias, y);
        return Reshape(y, x.Shape.With(x.Shape.Rank - 1, outputs));
    }

    /// <summary>
    /// y = x W^T + bias + alpha / rank (x A^T) B^T: a layer with a change of low rank, which is usually all that is trained.
    /// Source: Hu et al., "LoRA: low-rank adaptation of large language models", 2021.
    /// </summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">W, [out, in].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="down">A, [rank, in].</param>
    /// <param name="up">B, [out, rank].</param>
    /// <param name="alpha">The strength of the change.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor LoraLinear(Tensor x, Tensor weight, Tensor bias, Tensor down, Tensor up, float alpha)
    {
        RequireLowRank("LoraLinear", weight, down, up);
        return Add(Linear(x, weight, bias), Scale(Linear(Linear(x, down), up), alpha / down.Shape[0]));
    }

    /// <summary>W + alpha / rank B A: the single weight that does the same as <see cref="LoraLinear"/>.</summary>
    /// <param name="weight">W, [out, in].</param>
    /// <param name="down">A, [rank, in].</param>
    /// <param name="up">B, [out, rank].</param>
    /// <param name="alpha">The strength of the change.</param>
    /// <returns>[out, in].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor MergeLora(Tensor weight, Tensor down, Tensor up, float alpha)
    {
        RequireLowRank("MergeLora", weight, down, up);
        return Add(weight, Scale(MatMul(up, down), alpha / down.Shape[0]));
    }

    private static void RequireLowRank(string operation, Tensor weight, Tensor down, Tensor up)
    {
        Shapes.RequireRank(operation, nameof(weight), weight, 2, "[out, in]");
        Shapes.RequireRank(operation, nameof(down), down, 2, "[rank, in]");
        Shapes.Require(operation, nameof(down), down, new Shape(down.Shape[0], weight.Shape[1]));
        Shapes.Require(operation, nameof(up), up, new Shape(weight.Shape[0], down.Shape[0]));
    }

    private Tensor RowScale(Tensor x, float epsilon) =>
        Scale(Clamp(Max(Abs(Detach(x)), [-1], keepDims: true), epsilon, null), 1 / LargestLevel);

    private QuantizedTensor Rounded(Tensor x, Tensor scale, float low, float high)
    {
        var integers = Arena.Allocate(x.Shape);
        Backend.Quantize(x, scale, low, high, integers);
        return new QuantizedTensor(integers, scale, StraightThrough(x, Multiply(integers, scale)));
    }
}
