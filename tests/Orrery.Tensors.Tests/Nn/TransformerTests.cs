using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;
using Orrery.Tensors.Tests.Kernels;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>The blocks of transformers against their formulas, which the golden files have checked.</summary>
public sealed class TransformerTests() : LayerFixture(new CpuBackend(2), 3, "transformers")
{
    [Fact]
    public void A_block_is_attention_and_a_network_beside_the_path()
    {
        var block = new TransformerBlock(Block, "b", 12, 2, 6, 20, Random, 1e-6f);
        var x = Start(2, 5, 12);
        Compare(
            x, tape => block.Forward(tape, tape.Use(x), AttentionMask.Causal),
            tape =>
            {
                var y = tape.Use(x);
                y = tape.Add(y, SelfAttention(tape, "b.attention", Norm(tape, "b.norm1", y, 1e-6f), 2));
                return tape.Add(y, Feed(tape, "b.mlp", Norm(tape, "b.norm2", y, 1e-6f)));
            });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_block_for_the_first_tokens_is_the_beginning_of_the_whole(int count)
    {
        var block = new TransformerBlock(Block, "b", 12, 2, 6, 20, Random);
        var x = Start(2, 5, 12);
        Compare(x, tape => block.ForwardFirst(tape, tape.Use(x), count), tape => tape.Slice(block.Forward(tape, tape.Use(x)), 1, 0, count));
    }

    [Fact]
    public void Weights_that_were_computed_are_not_packed()
    {
        Tape.Recording = false;
        using PackedWeights packed = new(Tape.Backend);
        for (var step = 1; step <= 2; step++)
        {
            Tape.Reset();
            Tensor x = Draw(3, 4), weight = Tape.Scale(Tape.Constant(1, new Shape(5, 4)), step);
            var expected = Tape.Linear(x, weight).Span.ToArray();
            Tape.Packed = packed;
            Assert.Equal(expected, Tape.Linear(x, weight).Span.ToArray());
            Tape.Packed = null;
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public void A_conditioned_block_is_shifted_scaled_and_gated(int conditions)
    {
        var block = new ConditionedBlock(Block, "b", 12, 2, 5, 20, Random);
        var condition = Block.Add("condition", new Shape(2, conditions, 12));
        var x = Start(2, 5, 12);
        Compare(
            x, tape => block.Forward(tape, tape.Use(x), block.Modulation(tape, tape.Use(condition))),
            tape =>
            {
                var modulation = Linear(tape, "b.modulation", tape.Silu(tape.Use(condition)));
                Tensor Part(int index) => tape.Slice(modulation, -1, 12 * index, 12);
                Tensor Modulated(Tensor y, int first) =>
                    tape.Add(tape.Multiply(tape.LayerNorm(y, epsilon: 1e-6f), tape.AddScalar(Part(first + 1), 1)), Part(first));
                var y = tape.Use(x);
                y = tape.Add(y, tape.Multiply(Part(2), SelfAttention(tape, "b.attention", Norm(tape, "b.attention.norm", Modulated(y, 0), 1e-5f), 2)));
                return tape.Add(y, tape.Multiply(Part(5), Feed(tape, "b.mlp", Norm(tape, "b.mlp.norm", Modulated(y, 3), 1e-5f))));
            });
    }

    [Fact]
    public void A_conditioned_block_begins_as_the_identity()
    {
        var block = new ConditionedBlock(Block, "b", 12, 2, 5, 20, Random);
        Block.Seal();
        var x = Draw(2, 3, 12);
        Assert.Equal(x.Span.ToArray(), block.Forward(Tape, x, block.Modulation(Tape, Draw(2, 3, 12))).Span.ToArray());
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1, 1 })]
    [InlineData(new[] { 2, 1, 1 })]
    [InlineData(new[] { 1, 3 })]
    [InlineData(new[] { 4 })]
    public void Going_on_from_remembered_keys_changes_no_bit(int[] pieces)
    {
        var block = new ConditionedBlock(Block, "b", 16, 2, 8, 20, Random);
        Start(1);
        Tape.Recording = false;
        using PackedWeights packed = new(Tape.Backend);
        Tape.Packed = packed;
        Tensor x = Draw(3, 4, 16), modulation = Draw(3, 4, 6 * 16);
        var whole = block.Forward(Tape, x, modulation).Span.ToArray();
        var memory = block.CreateMemory(4);
        memory.Begin(Tape.Arena, 3);
        for (int piece = 0, first = 0; piece < pieces.Length; first += pieces[piece++])
        {
            var lastOnly = piece == pieces.Length - 1;
            var y = block.Continue(Tape, Tape.Slice(x, 1, first, pieces[piece]), Tape.Slice(modulation, 1, first, pieces[piece]), memory, lastOnly);
            var kept = lastOnly ? 1 : pieces[piece];
            Assert.Equal(new Shape(3, kept, 16), y.Shape);
            for (var sequence = 0; sequence < 3; sequence++)
                Assert.Equal(whole.AsSpan(((sequence * 4) + first + pieces[piece] - kept) * 16, kept * 16).ToArray(), y.Span.Slice(sequence * kept * 16, kept * 16).ToArray());
        }

        if (pieces.Length > 1) Assert.Throws<InvalidOperationException>(() => block.Continue(Tape, Draw(3, 1, 16), Draw(3, 1, 6 * 16), memory));
        Tape.Recording = true;
        Assert.Throws<InvalidOperationException>(() => block.Continue(Tape, Draw(3, 1, 16), Draw(3, 1, 6 * 16), memory));
    }

    [Fact]
    public void A_vision_transformer_sees_where_each_patch_lies()
    {
        var network = new VisionTransformer(Block, "vit", 2, 6, 9, 3, 8, 2, 2, 16, Random);
        Block.Seal();
        Assert.Equal(["vit.patch.weight [8, 2, 3, 3]", "vit.patch.bias [8]", "vit.cls [1, 1, 8]", "vit.position [1, 7, 8]"], Block.Parameters.Take(4).Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        foreach (var parameter in Block.Parameters) Random.FillNormal(parameter.Value.Span);
        var pixels = Draw(2, 2, 6, 9);
        var tokens = Tape.Convolution2d(pixels, Block.Parameters[0].Value, Block.Parameters[1].Value, stride: 3);
        var recorded = network.Forward(Tape, pixels).Span.ToArray();
        Assert.Equal(new Shape(2, 8, 2, 3), tokens.Shape);
        Tape.Recording = false;
        Expect.Close([.. recorded.Select(value => (double)value)], network.Forward(Tape, pixels).Span, 1e-5, 1e-5, "without recording");

        // Two pictures with two patches exchanged are told apart.
        var moved = Draw(2, 2, 6, 9);
        pixels.Span.CopyTo(moved.Span);
        moved.Span[..3].CopyTo(moved.Span[3..6]);
        pixels.Span[3..6].CopyTo(moved.Span[..3]);
        Assert.NotEqual(recorded[..8], network.Forward(Tape, moved).Span[..8].ToArray());
        Assert.Throws<ArgumentException>(() => new VisionTransformer(new ParameterBlock(Tape.Backend), "vit", 2, 6, 10, 3, 8, 2, 2, 16, Random));
        Assert.Throws<ArgumentException>(() => new VisionTransformer(new ParameterBlock(Tape.Backend), "vit", 2, 6, 9, 3, 8, 2, 3, 16, Random));
    }

    [Fact]
    public void A_piece_of_a_network_leaves_its_result_only()
    {
        Tape.Recording = false;
        var before = Draw(4);
        var mark = Tape.BeginPiece();
        var first = Tape.AddScalar(before, 1);
        var kept = Tape.EndPiece(mark, Tape.AddScalar(first, 1));
        Assert.Equal(before.Span.ToArray().Select(value => value + 1 + 1), kept.Span.ToArray());
        Assert.Throws<InvalidOperationException>(() => first.Span[0]);

        Tape.Recording = true;
        mark = Tape.BeginPiece();
        first = Tape.AddScalar(Tape.Variable(before), 1);
        _ = Tape.EndPiece(mark, Tape.AddScalar(first, 1));
        Assert.Equal(4, first.Span.Length);
    }

    // Both ways from the same weights: results and every gradient.
    private void Compare(Parameter x, Func<Tape, Tensor> layer, Func<Tape, Tensor> formula)
    {
        var expected = Gradients(formula);
        var actual = Gradients(layer);
        for (var index = 0; index < expected.Count; index++)
            Expect.Close([.. expected[index].Values.Select(value => (double)value)], actual[index].Values, 1e-4, 1e-5, expected[index].Name);
        Assert.Contains(x.Gradient.Span.ToArray(), value => value != 0);

        // Without recording, from packed weights.
        Tape.Recording = false;
        using PackedWeights packed = new(Tape.Backend);
        Tape.Packed = packed;
        Expect.Close([.. expected[0].Values.Select(value => (double)value)], layer(Tape).Span, 1e-5, 1e-5, "packed");
    }

    private List<(string Name, float[] Values)> Gradients(Func<Tape, Tensor> function)
    {
        Tape.Reset();
        Block.ZeroGradients();
        var y = function(Tape);
        Tape.Backward(Tape.Sum(Tape.Sin(y)));
        return [("y", y.Span.ToArray()), .. Block.Parameters.Select(parameter => (parameter.Name, parameter.Gradient.Span.ToArray()))];
    }

    private Parameter Start(params int[] lengths)
    {
        var x = Block.Add("x", new Shape(lengths));
        Block.Seal();
        foreach (var parameter in Block.Parameters)
        {
            Random.FillNormal(parameter.Value.Span);
            foreach (ref var value in parameter.Value.Span) value *= 0.5f;
        }

        return x;
    }

    private Tensor Named(Tape tape, string name) => tape.Use(Block.Parameters.Single(parameter => parameter.Name == name));

    private Tensor Linear(Tape tape, string name, Tensor x) => tape.Linear(
        x, Named(tape, name + ".weight"), Block.Parameters.Any(parameter => parameter.Name == name + ".bias") ? Named(tape, name + ".bias") : default);

    private Tensor Norm(Tape tape, string name, Tensor x, float epsilon) =>
        tape.LayerNorm(x, Named(tape, name + ".weight"), Named(tape, name + ".bias"), epsilon);

    private Tensor Feed(Tape tape, string name, Tensor x) => Linear(tape, name + ".fc2", tape.Gelu(Linear(tape, name + ".fc1", x)));

    private Tensor SelfAttention(Tape tape, string name, Tensor x, int heads)
    {
        var packed = Linear(tape, name + ".qkv", x);
        var parts = tape.Permute(tape.Reshape(packed, new Shape(x.Shape[0], x.Shape[1], 3, heads, packed.Shape[2] / (3 * heads))), 2, 0, 3, 1, 4);
        var y = tape.Permute(tape.Attention(tape.Select(parts, 0, 0), tape.Select(parts, 0, 1), tape.Select(parts, 0, 2), AttentionMask.Causal), 0, 2, 1, 3);
        return Linear(tape, name + ".out", tape.Reshape(y, new Shape(x.Shape[0], x.Shape[1], packed.Shape[2] / 3)));
    }
}
