namespace Orrery.Tensors;

/// <summary>
/// The primitive operations that everything above is made of, and the memory they work on. Autograd and layers never touch
/// memory: they call these. Arguments are contiguous and must not overlap unless said. Shapes that do not fit throw an
/// <see cref="ArgumentException"/> that names the operation and the shapes. "Accumulates" means that the result is added to what
/// is there. Results are the same bits at any number of threads.
/// </summary>
public abstract class Backend : IDisposable
{
    /// <summary>What computes, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Threads that it computes with.</summary>
    public abstract int Threads { get; }

    /// <summary>Takes memory, 64-byte aligned.</summary>
    public abstract nint Allocate(long bytes);

    /// <summary>Gives memory back.</summary>
    public abstract void Free(nint address);

    /// <summary>y = value.</summary>
    public abstract void Fill(Tensor y, float value);

    /// <summary>y = x; equal numbers of numbers, any shapes.</summary>
    public abstract void Copy(Tensor x, Tensor y);

    /// <summary>Copies numbers from managed memory.</summary>
    public abstract void Upload(ReadOnlySpan<float> values, Tensor y);

    /// <summary>y = scale * byte + offset.</summary>
    public abstract void Upload(ReadOnlySpan<byte> values, Tensor y, float scale, float offset);

    /// <summary>Copies numbers to managed memory.</summary>
    public abstract void Download(Tensor x, Span<float> values);

    /// <summary>y = f(x); y may be x.</summary>
    public abstract void Unary(UnaryOperation operation, Tensor x, Tensor y, float p0 = 0, float p1 = 0);

    /// <summary>dx += f'(x) dy, where y = f(x) was computed before.</summary>
    public abstract void UnaryGradient(UnaryOperation operation, Tensor x, Tensor y, Tensor dy, Tensor dx, float p0 = 0, float p1 = 0);

    /// <summary>y = a op b, both broadcast from the right to y's shape.</summary>
    public abstract void Binary(BinaryOperation operation, Tensor a, Tensor b, Tensor y);

    /// <summary>Accumulates into da and db (each may be null), summed over the axes that were broadcast.</summary>
    public abstract void BinaryGradient(BinaryOperation operation, Tensor a, Tensor b, Tensor dy, Tensor da, Tensor db);

    /// <summary>y += scale * x, same shape.</summary>
    public abstract void AddScaled(Tensor x, float scale, Tensor y);

    /// <summary>x *= factor.</summary>
    public abstract void ScaleInPlace(Tensor x, float factor);

    /// <summary>Reduces x over axes; y has x's shape with these axes gone or of length 1.</summary>
    public abstract void Reduce(ReduceOperation operation, Tensor x, AxisSet axes, Tensor y);

    /// <summary>Accumulates into dx.</summary>
    public abstract void ReduceGradient(ReduceOperation operation, Tensor x, Tensor y, AxisSet axes, Tensor dy, Tensor dx);

    /// <summary>
    /// y = activation(op(a) op(b) + bias) on the last two axes, where op transposes if asked; leading axes broadcast. With
    /// <paramref name="accumulate"/> the product is added to y, and leading axes that y lacks or has of length 1 are summed over
    /// (so that gradients of broadcast operands come out right); bias and activation must then be absent.
    /// </summary>
    /// <param name="a">[..., M, K], or [..., K, M] when transposed.</param>
    /// <param name="transposeA">Whether a is transposed.</param>
    /// <param name="b">[..., K, N], or [..., N, K] when transposed.</param>
    /// <param name="transposeB">Whether b is transposed.</param>
    /// <param name="y">[..., M, N].</param>
    /// <param name="accumulate">Add to y instead of replacing it.</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="activation">Applied last.</param>
    public abstract void MatMul(
        Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y, bool accumulate = false, Tensor bias = default,
        Activation activation = Activation.Identity);

    /// <summary>How many numbers a packed right factor [rows, columns] takes; see <see cref="PackedMatrix"/>.</summary>
    public abstract int PackedCount(int rows, int columns);

    /// <summary>Copies b into the order in which <see cref="MatMulPacked"/> reads it.</summary>
    /// <param name="b">[K, N], or [N, K] when transposed.</param>
    /// <param name="transposeB">Whether b is transposed.</param>
    /// <param name="packed">Room for [K, N].</param>
    public abstract void Pack(Tensor b, bool transposeB, PackedMatrix packed);

    /// <summary>
    /// y = activation(a b + bias) for a b that was packed before, or y += a b. Every row has the same bits whatever the number of
    /// rows, so that work may be cut into chunks of rows freely. They are <see cref="MatMul"/>'s bits too, except where that sums in
    /// another order: for at most four rows times a transposed b, and for thousands of columns of a.
    /// </summary>
    /// <param name="a">[..., K].</param>
    /// <param name="b">[K, N].</param>
    /// <param name="y">[..., N].</param>
    /// <param name="accumulate">Add to y instead of replacing it; bias and activation must then be absent.</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="activation">Applied last.</param>
    public abstract void MatMulPacked(
        Tensor a, PackedMatrix b, Tensor y, bool accumulate = false, Tensor bias = default, Activation activation = Activation.Identity);

    /// <summary>Softmax over the last axis; a row of -inf with one finite number is fine.</summary>
    public abstract void Softmax(Tensor x, Tensor y);

    /// <summary>Accumulates into dx.</summary>
    public abstract void SoftmaxGradient(Tensor y, Tensor dy, Tensor dx);

    /// <summary>Logarithm of the softmax over the last axis.</summary>
    public abstract void LogSoftmax(Tensor x, Tensor y);

    /// <summary>Accumulates into dx.</summary>
    public abstract void LogSoftmaxGradient(Tensor y, Tensor dy, Tensor dx);

    /// <summary>
    /// (x - mean) / sqrt(var + epsilon) * gain + bias over rows of <c>gain.Count</c> trailing numbers (the last axis when gain is null).
    /// </summary>
    /// <param name="x">[..., D].</param>
    /// <param name="gain">[D] or null.</param>
    /// <param name="bias">[D] or null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">Shape of x.</param>
    /// <param name="mean">[rows], kept for the gradient.</param>
    /// <param name="inverseDeviation">[rows], kept for the gradient.</param>
    public abstract void LayerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation);

    /// <summary>Accumulates into dx, dGain and dBias, each of which may be null.</summary>
    public abstract void LayerNormGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias);

    /// <summary>x / sqrt(mean(x^2) + epsilon) * gain over the last axis.</summary>
    public abstract void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y, Tensor inverseRoot);

    /// <summary>Accumulates into dx and dGain, each of which may be null.</summary>
    public abstract void RmsNormGradient(Tensor x, Tensor gain, Tensor inverseRoot, Tensor dy, Tensor dx, Tensor dGain);

    /// <summary>Normalises x [B, C, ...] per sample and group of C / groups channels; gain and bias are [C].</summary>
    /// <param name="x">[B, C, ...].</param>
    /// <param name="groups">Number of groups; divides C.</param>
    /// <param name="gain">[C] or null.</param>
    /// <param name="bias">[C] or null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">Shape of x.</param>
    /// <param name="mean">[B, groups], kept for the gradient.</param>
    /// <param name="inverseDeviation">[B, groups], kept for the gradient.</param>
    public abstract void GroupNorm(
        Tensor x, int groups, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation);

    /// <summary>Accumulates into dx, dGain and dBias, each of which may be null.</summary>
    public abstract void GroupNormGradient(
        Tensor x, int groups, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias);

    /// <summary>Normalises x [B, C, ...] per channel over all other axes; mean and variance (divisor n) are [C] results.</summary>
    public abstract void BatchNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor variance);

    /// <summary>Accumulates into dx, dGain and dBias, each of which may be null.</summary>
    public abstract void BatchNormGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor variance, float epsilon, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias);

    /// <summary>Cross-correlation with zero padding.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="weight">[O, C / groups, kernelY, kernelX].</param>
    /// <param name="bias">[O] or null.</param>
    /// <param name="geometry">Strides, padding, groups.</param>
    /// <param name="y">[B, O, H', W'].</param>
    /// <param name="activation">Applied last.</param>
    public abstract void Convolution2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Tensor y, Activation activation = Activation.Identity);

    /// <summary>Accumulates into dx (also the forward of a transposed convolution, when dx starts as zeros).</summary>
    public abstract void Convolution2dGradientInput(Tensor dy, Tensor weight, ConvolutionGeometry geometry, Tensor dx);

    /// <summary>Accumulates into dWeight and dBias, each of which may be null.</summary>
    public abstract void Convolution2dGradientWeight(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dWeight, Tensor dBias);

    /// <summary>Largest number in each window of x [B, C, H, W]; indices are positions within each H x W plane.</summary>
    public abstract void MaxPool2d(Tensor x, PoolGeometry geometry, Tensor y, IntTensor indices);

    /// <summary>Accumulates into dx.</summary>
    public abstract void MaxPool2dGradient(Tensor dy, IntTensor indices, Tensor dx);

    /// <summary>Average of each window of x [B, C, H, W].</summary>
    public abstract void AveragePool2d(Tensor x, PoolGeometry geometry, Tensor y);

    /// <summary>Accumulates into dx.</summary>
    public abstract void AveragePool2dGradient(Tensor dy, PoolGeometry geometry, Tensor dx);

    /// <summary>Axis k of y is axis permutation[k] of x.</summary>
    public abstract void Permute(Tensor x, ReadOnlySpan<int> permutation, Tensor y, bool accumulate = false);

    /// <summary>Copies or accumulates positions [xStart, xStart + length) of x along an axis to y from yStart on; other axes are equal.</summary>
    public abstract void CopyAxis(Tensor x, int xStart, Tensor y, int yStart, int axis, int length, bool accumulate = false);

    /// <summary>y[i] = table[rows[i]], table [V, ...].</summary>
    public abstract void GatherRows(Tensor table, IntTensor rows, Tensor y);

    /// <summary>table[rows[i]] += y[i], in the order of i.</summary>
    public abstract void ScatterAddRows(Tensor y, IntTensor rows, Tensor table);

    /// <summary>
    /// y = softmax(scale query key^T + mask) value for every sequence and head. Keys that a query does not see have no part in it; a
    /// query that sees none, or whose largest score is not finite, yields NaN.
    /// </summary>
    /// <param name="query">[B, H, Tq, d], H being heads here.</param>
    /// <param name="key">[B, H, Tk, d].</param>
    /// <param name="value">[B, H, Tk, e].</param>
    /// <param name="scores">Scale and mask.</param>
    /// <param name="y">[B, H, Tq, e].</param>
    /// <param name="rowStatistics">[B, H, Tq, 2]: each row's largest score and the reciprocal of its sum, kept for the gradient; may be null.</param>
    public abstract void Attention(HeadView query, HeadView key, HeadView value, AttentionScores scores, HeadView y, Tensor rowStatistics);

    /// <summary>Accumulates into dQuery, dKey and dValue, each of which may be null; they may be parts of one tensor.</summary>
    public abstract void AttentionGradient(
        HeadView query, HeadView key, HeadView value, AttentionScores scores, Tensor rowStatistics, HeadView dy, HeadView dQuery, HeadView dKey,
        HeadView dValue);

    /// <summary>
    /// The gates of a GRU: r = sigmoid(gi_r + gh_r), z = sigmoid(gi_z + gh_z), n = tanh(gi_n + r gh_n), h' = (1 - z) n + z h.
    /// </summary>
    /// <param name="gi">[B, 3 D]: reset, update, new, from the input.</param>
    /// <param name="gh">[B, 3 D]: the same from the state.</param>
    /// <param name="h">[B, D].</param>
    /// <param name="hNew">[B, D].</param>
    /// <param name="gates">[B, 3 D]: r, z, n, kept for the gradient.</param>
    public abstract void GruGates(Tensor gi, Tensor gh, Tensor h, Tensor hNew, Tensor gates);

    /// <summary>Accumulates into dGi, dGh and dH, each of which may be null.</summary>
    public abstract void GruGatesGradient(Tensor gh, Tensor h, Tensor gates, Tensor dhNew, Tensor dGi, Tensor dGh, Tensor dH);

    /// <summary>
    /// The Epps-Pulley statistic against N(0, 1) of each column, with knots t_k = 3 k / 16, k = 0 .. 16, trapezoid weights and
    /// window exp(-t^2 / 2): B sum_k w_k phi_k [(mean_b cos(t_k x) - phi_k)^2 + (mean_b sin(t_k x))^2]
    /// (Balestriero and LeCun, LeJEPA, 2025).
    /// </summary>
    /// <param name="x">[T, B, M].</param>
    /// <param name="y">[T, M].</param>
    public abstract void NormalityStatistic(Tensor x, Tensor y);

    /// <summary>Accumulates into dx.</summary>
    public abstract void NormalityStatisticGradient(Tensor x, Tensor dy, Tensor dx);

    /// <summary>
    /// The natural logarithm of the determinant of symmetric positive definite matrices, by their Cholesky factors in double
    /// precision. Only the lower triangles are read. A matrix that holds NaN gives NaN.
    /// </summary>
    /// <param name="a">[..., N, N].</param>
    /// <param name="y">One number per matrix.</param>
    /// <param name="inverse">The inverses, in the shape of <paramref name="a"/>, or null: they are the gradient.</param>
    /// <exception cref="ArgumentException">A matrix is not positive definite.</exception>
    public abstract void LogDeterminant(Tensor a, Tensor y, Tensor inverse);

    /// <summary>y = round(x / scale), halves to even, limited to low .. high; <c>x.Count / scale.Count</c> neighbours share a scale.</summary>
    public abstract void Quantize(Tensor x, Tensor scale, float low, float high, Tensor y);

    /// <summary>y = round(x / scale), halves to even, limited to -128 .. 127; <c>x.Count / scale.Count</c> neighbours share a scale.</summary>
    public abstract void Quantize(Tensor x, Tensor scale, ByteTensor y);

    /// <summary>y = x * scale for signed bytes x; <c>x.Count / scale.Count</c> neighbours share a scale.</summary>
    public abstract void Dequantize(ByteTensor x, Tensor scale, Tensor y);

    /// <summary>y = (a b^T) scaleA scaleB + bias: the products and sums of signed bytes are whole numbers, hence exact.</summary>
    /// <param name="a">[M, K].</param>
    /// <param name="scaleA">[M].</param>
    /// <param name="b">[N, K].</param>
    /// <param name="scaleB">[N].</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="y">[M, N].</param>
    public abstract void MatMulInt8(ByteTensor a, Tensor scaleA, ByteTensor b, Tensor scaleB, Tensor bias, Tensor y);

    /// <summary>One AdamW step on flat tensors; where decayMask is 0 weight decay does not apply (null: applies everywhere).</summary>
    public abstract void AdamWStep(
        Tensor values, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor decayMask, in AdamWSettings settings);

    /// <summary>Sum of x^2 over everything, summed in double.</summary>
    public abstract double SumOfSquares(Tensor x);

    /// <summary>Whether every number is finite.</summary>
    public abstract bool IsFinite(Tensor x);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the workers.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
