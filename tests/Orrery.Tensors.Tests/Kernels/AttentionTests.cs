using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Fused attention in both of its forms, row by row and by products, against the scalar twin.</summary>
public sealed class AttentionTests(Twins twins) : IClassFixture<Twins>
{
    public static TheoryData<int, int, int, int, int> Sizes => new()
    {
        // Queries, keys, width, width of values, tokens per block.
        { 1, 1, 1, 1, 0 }, { 3, 3, 64, 64, 1 }, { 3, 3, 12, 12, 0 }, { 7, 16, 13, 5, 0 }, { 16, 16, 32, 32, 4 }, { 1, 40, 24, 24, 0 },
        { 4, 33, 9, 17, 0 }, { 5, 17, 12, 12, 2 }, { 17, 17, 16, 16, 1 }, { 33, 20, 7, 64, 3 }, { 65, 65, 64, 64, 0 }, { 66, 66, 20, 20, 33 },
        { 257, 257, 16, 16, 0 }, { 140, 900, 8, 8, 0 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Attention_equals_the_scalar_twin(int queries, int keys, int width, int valueWidth, int tokensPerBlock)
    {
        const int Batches = 2, Heads = 3;
        Tensor q = twins.RandomIn(-2, 2, Batches, Heads, queries, width), k = twins.RandomIn(-2, 2, Batches, Heads, keys, width);
        Tensor v = twins.Random(Batches, Heads, keys, valueWidth), y = twins.Random(Batches, Heads, queries, valueWidth);
        AttentionScores scores = new(1 / MathF.Sqrt(width), tokensPerBlock);
        Compare(HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(v), scores, HeadView.HeadsFirst(y), HeadView.HeadsFirst);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(20, 0)]
    [InlineData(65, 1)]
    public void Attention_on_packed_tokens_equals_the_scalar_twin(int tokens, int tokensPerBlock)
    {
        const int Batches = 2, Heads = 4, Width = 12;
        Tensor packed = twins.Random(Batches, tokens, 3 * Heads * Width), y = twins.Random(Batches, tokens, Heads * Width);
        Tensor statistics = twins.Random(Batches, Heads, tokens, 2), dPacked = twins.Random(Batches, tokens, 3 * Heads * Width);
        AttentionScores scores = new(0.3f, tokensPerBlock);
        HeadView Part(Tensor tensor, int part) => HeadView.TokensFirst(tensor, Heads, 3, part);
        HeadView result = HeadView.TokensFirst(y, Heads);
        twins.Agree("packed", 1e-5, 1e-5, backend => backend.Attention(Part(packed, 0), Part(packed, 1), Part(packed, 2), scores, result, statistics), y, statistics);
        twins.Agree(
            "packed gradient", 1e-5, 1e-5,
            backend => backend.AttentionGradient(
                Part(packed, 0), Part(packed, 1), Part(packed, 2), scores, statistics, result, Part(dPacked, 0), Part(dPacked, 1), Part(dPacked, 2)),
            dPacked);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(3, new[] { 3, 3 })]
    [InlineData(3, new[] { 2, 3, 3, 3 })]
    [InlineData(19, new[] { 19, 19 })]
    [InlineData(19, new[] { 2, 1, 1, 19 })]
    [InlineData(19, new[] { 3, 19, 1 })]
    [InlineData(19, new[] { 1 })]
    public void Masks_that_are_added_broadcast_and_forbid(int tokens, int[] shape)
    {
        Tensor mask = twins.RandomIn(-3, 3, shape);
        for (int index = 1; index < mask.Count; index += 3)
            mask.Span[index] = shape[^1] == tokens ? float.NegativeInfinity : -40;
        Tensor q = twins.Random(2, 3, tokens, 8), k = twins.Random(2, 3, tokens, 8), v = twins.Random(2, 3, tokens, 8), y = twins.Random(2, 3, tokens, 8);
        Compare(
            HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(v), new AttentionScores(0.35f, 0, mask), HeadView.HeadsFirst(y), HeadView.HeadsFirst);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Scores_of_ten_thousand_do_not_overflow(int tokens)
    {
        Tensor q = twins.RandomIn(90, 110, 1, 2, tokens, 4), k = twins.RandomIn(-110, 110, 1, 2, tokens, 4), v = twins.Random(1, 2, tokens, 4);
        Tensor y = twins.Random(1, 2, tokens, 4);

        // A score of 2e4 has an error of 1e-3 in float, which its weight keeps.
        twins.Agree(
            "large scores", 2e-2, 2e-2,
            backend => backend.Attention(HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(v), new AttentionScores(1), HeadView.HeadsFirst(y), default), y);
        Assert.All(y.Span.ToArray(), value => Assert.True(float.IsFinite(value)));
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(37)]
    public void Not_a_number_reaches_the_queries_that_see_it_and_no_other(int tokens)
    {
        Tensor q = twins.Random(1, 1, tokens, 8), k = twins.Random(1, 1, tokens, 8), v = twins.Random(1, 1, tokens, 8), y = twins.Random(1, 1, tokens, 8);
        k.Span[(tokens - 2) * 8] = float.NaN;
        twins.Processor.Attention(HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(v), new AttentionScores(1, 1), HeadView.HeadsFirst(y), default);
        Assert.All(y.Span[..((tokens - 2) * 8)].ToArray(), value => Assert.True(float.IsFinite(value)));
        Assert.All(y.Span[((tokens - 2) * 8)..].ToArray(), value => Assert.True(float.IsNaN(value)));

        Tensor hidden = twins.Random(tokens);
        hidden.Span.Fill(float.NegativeInfinity);
        twins.Processor.Attention(
            HeadView.HeadsFirst(q), HeadView.HeadsFirst(v), HeadView.HeadsFirst(v), new AttentionScores(1, 0, hidden), HeadView.HeadsFirst(y), default);
        Assert.All(y.Span.ToArray(), value => Assert.True(float.IsNaN(value)));
        twins.Arena.Reset();
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Tensor q = twins.Random(2, 3, 4, 5), k = twins.Random(2, 3, 6, 5), v = twins.Random(2, 3, 7, 5);
        ArgumentException problem = Assert.Throws<ArgumentException>(() => twins.Processor.Attention(
            HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(v), new AttentionScores(1), HeadView.HeadsFirst(q), default));
        Assert.Contains("key [2, 3, 6, 5] of [2, 3, 6, 5] and value [2, 3, 7, 5]", problem.Message, StringComparison.Ordinal);
        problem = Assert.Throws<ArgumentException>(() => twins.Processor.Attention(
            HeadView.HeadsFirst(q), HeadView.HeadsFirst(k), HeadView.HeadsFirst(k), new AttentionScores(1, 0, twins.Random(4, 5)), HeadView.HeadsFirst(q), default));
        Assert.Contains("[4, 5] does not broadcast to [2, 3, 4, 6]", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HeadView.TokensFirst(twins.Random(2, 3, 10), 4));
        twins.Arena.Reset();
    }

    private void Compare(HeadView q, HeadView k, HeadView v, AttentionScores scores, HeadView y, Func<Tensor, HeadView> view)
    {
        Tensor statistics = twins.Random(q.Batches, q.Heads, q.Tokens, 2);
        twins.Agree("attention", 1e-5, 1e-5, backend => backend.Attention(q, k, v, scores, y, statistics), y.Tensor, statistics);
        twins.Agree("without statistics", 1e-5, 1e-5, backend => backend.Attention(q, k, v, scores, y, default), y.Tensor);
        Tensor dQ = Like(q), dK = Like(k), dV = Like(v), dy = Like(y);
        twins.Agree(
            "gradient", 2e-5, 2e-5, backend => backend.AttentionGradient(q, k, v, scores, statistics, view(dy), view(dQ), view(dK), view(dV)), dQ, dK, dV);
        twins.Agree(
            "only the keys' gradient", 2e-5, 2e-5, backend => backend.AttentionGradient(q, k, v, scores, statistics, view(dy), default, view(dK), default), dK);

        Tensor Like(HeadView of) => twins.Random(of.Batches, of.Heads, of.Tokens, of.Width);
    }
}
