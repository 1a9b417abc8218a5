using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Softmax, attention and positions.</content>
public sealed partial class Tape
{
    /// <summary>e^x / sum(e^x) along an axis, without overflow.</summary>
    /// <param name="x">Any shape; a slice along the axis must not be -inf throughout.</param>
    /// <param name="axis">The axis; the last is fastest.</param>
    /// <returns>Values in [0, 1] that sum to 1.</returns>
    /// <exception cref="ArgumentException">The axis does not exist.</exception>
    public Tensor Softmax(Tensor x, int axis = -1) => IsLast("Softmax", x, axis)
        ? SoftmaxRule.Apply(this, x)
        : Transpose(SoftmaxRule.Apply(this, Transpose(x, axis, -1)), axis, -1);

    /// <summary>The logarithm of <see cref="Softmax"/>, exact where the softmax itself would be 0.</summary>
    /// <param name="x">Any shape; a slice along the axis must not be -inf throughout.</param>
    /// <param name="axis">The axis; the last is fastest.</param>
    /// <returns>Values not above 0.</returns>
    /// <exception cref="ArgumentException">The axis does not exist.</exception>
    public Tensor LogSoftmax(Tensor x, int axis = -1) => IsLast("LogSoftmax", x, axis)
        ? LogSoftmaxRule.Apply(this, x)
        : Transpose(LogSoftmaxRule.Apply(this, Transpose(x, axis, -1)), axis, -1);

    /// <summary>softmax(q k^T scale + mask) v. Source: Vaswani et al., "Attention is all you need", 2017.</summary>
    /// <param name="query">[B, H, Tq, d], H being heads here.</param>
    /// <param name="key">[B, H, Tk, d].</param>
    /// <param name="value">[B, H, Tk, e].</param>
    /// <param name="mask">Which keys a query may look at.</param>
    /// <param name="scale">The factor of the scores; null for 1 / sqrt(d).</param>
    /// <returns>[B, H, Tq, e].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Attention(Tensor query, Tensor key, Tensor value, AttentionMask mask = default, float? scale = null)
    {
        Shapes.RequireRank("Attention", nameof(query), query, 4, "[B, H, Tq, d]");
        Shapes.RequireRank("Attention", nameof(key), key, 4, "[B, H, Tk, d]");
        Shapes.RequireRank("Attention", nameof(value), value, 4, "[B, H, Tk, e]");
        var factor = scale ?? 1 / MathF.Sqrt(query.Shape[-1]);
        if (!Records(mask.Scores)) return AttentionRule.Apply(this, query, key, value, AttentionRule.Layout.HeadsFirst, query.Shape[1], mask, factor);

        // A mask that is learned needs the gradient of every score.
        var scores = Add(MatMul(Scale(query, factor), key, transposeB: true), mask.Scores);
        return MatMul(SoftmaxRule.Apply(this, scores), value);
    }

    /// <summary>Self-attention on query, key and value as one linear layer leaves them; heads are read where they lie.</summary>
    /// <param name="packed">[B, T, 3 H d]: of each token first the queries of all heads, then the keys, then the values.</param>
    /// <param name="heads">H.</param>
    /// <param name="mask">Which keys a query may look at; without a gradient of its own.</param>
    /// <param name="scale">The factor of the scores; null for 1 / sqrt(d).</param>
    /// <returns>[B, T, H d].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor SelfAttention(Tensor packed, int heads, AttentionMask mask = default, float? scale = null)
    {
        Shapes.RequireRank("SelfAttention", nameof(packed), packed, 3, "[B, T, 3 H d]");
        RequireHeads("SelfAttention", nameof(packed), packed, heads, 3);
        RequireConstant("SelfAttention", mask);
        return AttentionRule.Apply(
            this, packed, default, default, AttentionRule.Layout.Packed, heads, mask, scale ?? 1 / MathF.Sqrt(packed.Shape[2] / (3 * heads)));
    }

    /// <summary>Attention of some tokens to others, on queries and packed keys and values as linear layers leave them.</summary>
    /// <param name="query">[B, Tq, H d].</param>
    /// <param name="keyValue">[B, Tk, 2 H d]: of each token first the keys of all heads, then the values.</param>
    /// <param name="heads">H.</param>
    /// <param name="mask">Which keys a query may look at; without a gradient of its own.</param>
    /// <param name="scale">The factor of the scores; null for 1 / sqrt(d).</param>
    /// <returns>[B, Tq, H d].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor CrossAttention(Tensor query, Tensor keyValue, int heads, AttentionMask mask = default, float? scale = null)
    {
        Shapes.RequireRank("CrossAttention", nameof(query), query, 3, "[B, Tq, H d]");
        Shapes.RequireRank("CrossAttention", nameof(keyValue), keyValue, 3, "[B, Tk, 2 H d]");
        RequireHeads("CrossAttention", nameof(query), query, heads, 1);
        RequireHeads("CrossAttention", nameof(keyValue), keyValue, heads, 2);
        RequireConstant("CrossAttention", mask);
        return AttentionRule.Apply(
            this, query, keyValue, default, AttentionRule.Layout.QueryAndPair, heads, mask, scale ?? 1 / MathF.Sqrt(query.Shape[2] / heads));
    }

    /// <summary>
    /// Rotary positions: each pair (a, b) of row t is turned by the angle (offset + t) theta^(-2j/d), j being the pair.
    /// Source: Su et al., "RoFormer", 2021.
    /// </summary>
    /// <param name="x">[..., T, d], d even.</param>
    /// <param name="interleaved">Whether pair j is (x[2j], x[2j+1]); otherwise it is (x[j], x[j + d/2]).</param>
    /// <param name="theta">The base of the wave lengths.</param>
    /// <param name="offset">The position of the first row.</param>
    /// <returns>The turned rows, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">d is odd, or x has fewer than two axes.</exception>
    public Tensor Rotary(Tensor x, bool interleaved = false, float theta = 10000, int offset = 0)
    {
        if (x.Shape.Rank < 2 || x.Shape[-1] % 2 != 0)
            throw new ArgumentException($"Rotary: x {x.Shape} must have the axes [..., T, d] with an even d.", nameof(x));
        var (tokens, half) = (x.Shape[-2], x.Shape[-1] / 2);
        Span<int> lengths = interleaved ? [x.Shape.Count / Math.Max(1, tokens * 2 * half), tokens, half, 2] : [x.Shape.Count / Math.Max(1, tokens * 2 * half), tokens, 2, half];
        var axis = interleaved ? 3 : 2;
        var pairs = Reshape(x, new Shape(lengths));
        lengths[0] = 1;
        lengths[axis] = 1;
        var (cosine, sine) = RotaryTables(tokens, half, theta, offset, new Shape(lengths));
        var a = Slice(pairs, axis, 0, 1);
        var b = Slice(pairs, axis, 1, 1);
        var first = Subtract(Multiply(a, cosine), Multiply(b, sine));
        var second = Add(Multiply(a, sine), Multiply(b, cosine));
        return Reshape(Concat(axis, first, second), x.Shape);
    }

    private static bool IsLast(string operation, Tensor x, int axis) => Shapes.Axis(operation, x.Shape, axis) == x.Shape.Rank - 1;

    private static void RequireHeads(string operation, string name, Tensor x, int heads, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        if (x.Shape[2] % (parts * heads) != 0)
            throw new ArgumentException($"{operation}: {name} {x.Shape} must end in {parts} x {heads} heads x d numbers.", name);
    }

    private static void RequireConstant(string operation, AttentionMask mask)
    {
        if (mask.Scores.Node != 0)
            throw new ArgumentException($"{operation}: the mask {mask.Scores.Shape} has a gradient; use Attention for a mask that is learned, or Detach it.", nameof(mask));
    }

    private (Tensor Cosine, Tensor Sine) RotaryTables(int tokens, int half, float theta, int offset, Shape shape)
    {
        var values = Table(2 * tokens * half);
        var cosines = values[..(tokens * half)];
        var sines = values[(tokens * half)..];
        for (var pair = 0; pair < half; pair++)
        {
            var frequency = Math.Pow(theta, -(double)pair / half);
            for (var token = 0; token < tokens; token++)
            {
                var (s, c) = Math.SinCos((offset + token) * frequency);
                cosines[(token * half) + pair] = (float)c;
                sines[(token * half) + pair] = (float)s;
            }
        }

        return (Constant(cosines, shape), Constant(sines, shape));
    }
}
