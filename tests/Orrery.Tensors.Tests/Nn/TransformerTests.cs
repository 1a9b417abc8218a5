using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;
using Orrery.Tensors.Tests.Kernels;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>The blocks of transformers against their formulas, which the golden files have checked.</summary>
public sealed class TransformerTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly ParameterBlock _block;
    private readonly Tape _tape;
    private readonly RandomStream _random = new(3, "transformers");

    public TransformerTests()
    {
        _block = new ParameterBlock(_backend);
        _tape = new Tape(_backend);
    }

    public void Dispose()
    {
        _tape.Dispose();
        _block.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public void A_block_is_attention_and_a_network_beside_the_path()
    {
        var block = new TransformerBlock(_block, "b", 12, 2, 6, 20, _random, 1e-6f);
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
        var block = new TransformerBlock(_block, "b", 12, 2, 6, 20, _random);
        var x = Start(2, 5, 12);
        Compare(x, tape => block.ForwardFirst(tape, tape.Use(x), count), tape => tape.Slice(block.Forward(tape, tape.Use(x)), 1, 0, count));
    }

    [Fact]
    public void Weights_that_were_computed_are_not_packed()
    {
        _tape.Recording = false;
        using PackedWeights packed = new(_backend);
        for (var step = 1; step <= 2; step++)
        {
            _tape.Reset();
            Tensor x = Draw(3, 4), weight = _tape.Scale(_tape.Constant(1, new Shape(5, 4)), step);
            var expected = _tape.Linear(x, weight).Span.ToArray();
            _tape.Packed = packed;
            Assert.Equal(expected, _tape.Linear(x, weight).Span.ToArray());
            _tape.Packed = null;
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public void A_conditioned_block_is_shifted_scaled_and_gated(int conditions)
    {
        var block = new ConditionedBlock(_block, "b", 12, 2, 5, 20, _random);
        var condition = _block.Add("condition", new Shape(2, conditions, 12));
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
        var block = new ConditionedBlock(_block, "b", 12, 2, 5, 20, _random);
        _block.Seal();
        var x = Draw(2, 3, 12);
        Assert.Equal(x.Span.ToArray(), block.Forward(_tape, x, block.Modulation(_tape, Draw(2, 3, 12))).Span.ToArray());
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1, 1 })]
    [InlineData(new[] { 2, 1, 1 })]
    [InlineData(new[] { 1, 3 })]
    [InlineData(new[] { 4 })]
    public void Going_on_from_remembered_keys_changes_no_bit(int[] pieces)
    {
        var block = new ConditionedBlock(_block, "b", 16, 2, 8, 20, _random);
        Start(1);
        _tape.Recording = false;
        using PackedWeights packed = new(_backend);
        _tape.Packed = packed;
        Tensor x = Draw(3, 4, 16), modulation = Draw(3, 4, 6 * 16);
        var whole = block.Forward(_tape, x, modulation).Span.ToArray();
        var memory = block.CreateMemory(4);
        memory.Begin(_tape.Arena, 3);
        for (int piece = 0, first = 0; piece < pieces.Length; first += pieces[piece++])
        {
            var lastOnly = piece == pieces.Length - 1;
            var y = block.Continue(_tape, _tape.Slice(x, 1, first, pieces[piece]), _tape.Slice(modulation, 1, first, pieces[piece]), memory, lastOnly);
            var kept = lastOnly ? 1 : pieces[piece];
            Assert.Equal(new Shape(3, kept, 16), y.Shape);
            for (var sequence = 0; sequence < 3; sequence++)
                Assert.Equal(whole.AsSpan(((sequence * 4) + first + pieces[piece] - kept) * 16, kept * 16).ToArray(), y.Span.Slice(sequence * kept * 16, kept * 16).ToArray());
        }

        if (pieces.Length > 1) Assert.Throws<InvalidOperationException>(() => block.Continue(_tape, Draw(3, 1, 16), Draw(3, 1, 6 * 16), memory));
        _tape.Recording = true;
        Assert.Throws<InvalidOperationException>(() => block.Continue(_tape, Draw(3, 1, 16), Draw(3, 1, 6 * 16), memory));
    }

    [Fact]
    public void A_vision_transformer_sees_where_each_patch_lies()
    {
        var network = new VisionTransformer(_block, "vit", 2, 6, 9, 3, 8, 2, 2, 16, _random);
        _block.Seal();
        Assert.Equal(["vit.patch.weight [8, 2, 3, 3]", "vit.patch.bias [8]", "vit.cls [1, 1, 8]", "vit.position [1, 7, 8]"], _block.Parameters.Take(4).Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        foreach (var parameter in _block.Parameters) _random.FillNormal(parameter.Value.Span);
        var pixels = Draw(2, 2, 6, 9);
        var tokens = _tape.Convolution2d(pixels, _block.Parameters[0].Value, _block.Parameters[1].Value, stride: 3);
        var recorded = network.Forward(_tape, pixels).Span.ToArray();
        Assert.Equal(new Shape(2, 8, 2, 3), tokens.Shape);
        _tape.Recording = false;
        Expect.Close([.. recorded.Select(value => (double)value)], network.Forward(_tape, pixels).Span, 1e-5, 1e-5, "without recording");

        // Two pictures with two patches exchanged are told apart.
        var moved = Draw(2, 2, 6, 9);
        pixels.Span.CopyTo(moved.Span);
        moved.Span[..3].CopyTo(moved.Span[3..6]);
        pixels.Span[3..6].CopyTo(moved.Span[..3]);
        Assert.NotEqual(recorded[..8], network.Forward(_tape, moved).Span[..8].ToArray());
        Assert.Throws<ArgumentException>(() => new VisionTransformer(new ParameterBlock(_backend), "vit", 2, 6, 10, 3, 8, 2, 2, 16, _random));
        Assert.Throws<ArgumentException>(() => new VisionTransformer(new ParameterBlock(_backend), "vit", 2, 6, 9, 3, 8, 2, 3, 16, _random));
    }

    [Fact]
    public void A_piece_of_a_network_leaves_its_result_only()
    {
        _tape.Recording = false;
        var before = Draw(4);
        var mark = _tape.BeginPiece();
        var first = _tape.AddScalar(before, 1);
        var kept = _tape.EndPiece(mark, _tape.AddScalar(first, 1));
        Assert.Equal(before.Span.ToArray().Select(value => value + 1 + 1), kept.Span.ToArray());
        Assert.Throws<InvalidOperationException>(() => first.Span[0]);

        _tape.Recording = true;
        mark = _tape.BeginPiece();
        first = _tape.AddScalar(_tape.Variable(before), 1);
        _ = _tape.EndPiece(mark, _tape.AddScalar(first, 1));
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
        _tape.Recording = false;
        using PackedWeights packed = new(_backend);
        _tape.Packed = packed;
        Expect.Close([.. expected[0].Values.Select(value => (double)value)], layer(_tape).Span, 1e-5, 1e-5, "packed");
    }

    private List<(string Name, float[] Values)> Gradients(Func<Tape, Tensor> function)
    {
        _tape.Reset();
        _block.ZeroGradients();
        var y = function(_tape);
        _tape.Backward(_tape.Sum(_tape.Sin(y)));
        return [("y", y.Span.ToArray()), .. _block.Parameters.Select(parameter => (parameter.Name, parameter.Gradient.Span.ToArray()))];
    }

    private Parameter Start(params int[] lengths)
    {
        var x = _block.Add("x", new Shape(lengths));
        _block.Seal();
        foreach (var parameter in _block.Parameters)
        {
            _random.FillNormal(parameter.Value.Span);
            foreach (ref var value in parameter.Value.Span) value *= 0.5f;
        }

        return x;
    }

    private Tensor Draw(params int[] lengths)
    {
        var tensor = _tape.Input(new Shape(lengths));
        _random.FillNormal(tensor.Span);
        return tensor;
    }

    private Tensor Named(Tape tape, string name) => tape.Use(_block.Parameters.Single(parameter => parameter.Name == name));

    private Tensor Linear(Tape tape, string name, Tensor x) => tape.Linear(
        x, Named(tape, name + ".weight"), _block.Parameters.Any(parameter => parameter.Name == name + ".bias") ? Named(tape, name + ".bias") : default);

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
