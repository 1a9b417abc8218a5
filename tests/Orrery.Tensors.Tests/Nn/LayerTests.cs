using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Nn;

public sealed class LayerTests() : LayerFixture(new ScalarBackend(), 1, "layers")
{
    [Fact]
    public void Parameters_have_the_names_and_shapes_that_PyTorch_gives_them()
    {
        _ = new Linear(Block, "fc", 3, 4, Random);
        _ = new Linear(Block, "plain", 3, 4, Random, bias: false);
        _ = new LayerNorm(Block, "norm", 4);
        _ = new LayerNorm(Block, "bare", 4, affine: false);
        _ = new BatchNorm(Block, "bn", 5);
        _ = new GroupNorm(Block, "gn", 2, 6);
        _ = new Convolution2d(Block, "conv", 4, 6, 3, Random, groups: 2);
        _ = new GruCell(Block, "cell", 3, 2, Random);
        _ = new Embedding(Block, "table", 7, 2, Random);
        Assert.Equal(
            [
                "fc.weight [4, 3]", "fc.bias [4]", "plain.weight [4, 3]", "norm.weight [4]", "norm.bias [4]", "bn.weight [5]", "bn.bias [5]",
                "gn.weight [6]", "gn.bias [6]", "conv.weight [6, 2, 3, 3]", "conv.bias [6]", "cell.weight_ih [6, 3]", "cell.weight_hh [6, 2]",
                "cell.bias_ih [6]", "cell.bias_hh [6]", "table.weight [7, 2]",
            ],
            Block.Parameters.Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        Assert.Equal(["bn.running_mean [5]", "bn.running_var [5]"], Block.Buffers.Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        Assert.Equal(
            ["fc.weight", "plain.weight", "conv.weight", "cell.weight_ih", "cell.weight_hh", "table.weight"],
            Block.Parameters.Where(parameter => parameter.Decays).Select(parameter => parameter.Name));
    }

    [Fact]
    public void A_transposed_convolution_is_the_adjoint_of_the_convolution_with_its_weight()
    {
        var layer = new ConvolutionTranspose2d(Block, "up", 2, 3, 4, Random, stride: 2, padding: 1);
        Block.Seal();
        Assert.Equal("[2, 3, 4, 4]", $"{layer.Weight.Shape}");
        layer.Bias.Value.Span.Clear();
        using var tape = new Tape(Block.Backend);
        float[] small = [.. Enumerable.Range(0, 2 * 9).Select(number => MathF.Sin(number))], large = [.. Enumerable.Range(0, 3 * 36).Select(number => MathF.Cos(number))];
        var up = layer.Forward(tape, tape.Constant(small, new Shape(1, 2, 3, 3)));
        Assert.Equal("[1, 3, 6, 6]", $"{up.Shape}");
        var down = tape.Convolution2d(tape.Constant(large, new Shape(1, 3, 6, 6)), tape.Use(layer.Weight), default, new ConvolutionGeometry(2, 2, 1, 1));
        double left = 0, right = 0;
        for (var i = 0; i < large.Length; i++)
            left += up.Span[i] * large[i];
        for (var i = 0; i < small.Length; i++)
            right += small[i] * down.Span[i];
        Assert.Equal(left, right, 1e-4);
        Assert.NotEqual(0, left);
    }

    [Fact]
    public void A_recurrent_network_over_a_sequence_equals_its_steps()
    {
        var gru = new Gru(Block, "gru", 3, 4, 2, Random);
        Block.Seal();
        var x = Draw(2, 5, 3);
        var initial = Draw(2, 2, 4);
        var (outputs, final) = gru.Forward(Tape, x, initial);
        Tensor[] states = [Tape.Select(initial, 0, 0), Tape.Select(initial, 0, 1)];
        for (var step = 0; step < 5; step++)
        {
            var y = gru.Step(Tape, Tape.Select(x, 1, step), states);
            Assert.Equal(y.Span.ToArray(), Tape.Select(outputs, 1, step).Span.ToArray());
        }

        Assert.Equal(new Shape(2, 2, 4), final.Shape);
        Assert.Equal(states[0].Span.ToArray(), Tape.Select(final, 0, 0).Span.ToArray());
        Assert.Equal(states[1].Span.ToArray(), Tape.Select(final, 0, 1).Span.ToArray());
        Assert.Equal(new Shape(2, 5, 4), gru.Forward(Tape, x).Outputs.Shape);
        Assert.Throws<ArgumentException>(() => gru.Step(Tape, Draw(2, 3), states.AsSpan(0, 1)));
    }

    [Fact]
    public void Causal_attention_does_not_see_the_future()
    {
        var attention = new Attention(Block, "attention", 8, 2, 4, Random);
        Block.Seal();
        var x = Draw(1, 4, 8);
        var before = attention.Forward(Tape, x, AttentionMask.Causal).Span.ToArray();
        x.Span[^8..].Fill(9);
        var after = attention.Forward(Tape, x, AttentionMask.Causal).Span.ToArray();
        Assert.Equal(before[..24], after[..24]);
        Assert.NotEqual(before[24..], after[24..]);
        x.Span[^8..].Fill(-9);
        Assert.NotEqual(attention.Forward(Tape, x).Span.ToArray()[..24], after[..24]);
    }

    [Fact]
    public void Batch_statistics_are_learnt_while_training_and_used_afterwards()
    {
        var norm = new BatchNorm(Block, "bn", 3, momentum: 1);
        Block.Seal();
        var x = Draw(16, 3);
        var training = norm.Forward(Tape, x, training: true).Span.ToArray();
        var frozen = norm.Forward(Tape, x, training: false).Span.ToArray();
        // The running variance is the unbiased one: with all of the momentum the two differ by sqrt(15 / 16).
        for (var index = 0; index < training.Length; index++) Assert.Equal(training[index] * Math.Sqrt(15.0 / 16), frozen[index], 1e-4);
    }

    [Fact]
    public void An_activation_is_the_same_fused_for_inference_and_recorded_for_training()
    {
        var mlp = new Mlp(Block, "mlp", [3, 5, 5, 2], Activation.Gelu, Random);
        Assert.Equal(["mlp.fc1.weight", "mlp.fc1.bias", "mlp.fc2.weight"], Block.Parameters.Take(3).Select(parameter => parameter.Name));
        var convolution = new Convolution2d(Block, "conv", 2, 3, 3, Random, padding: 1);
        Block.Seal();
        var x = Draw(4, 3);
        var picture = Draw(1, 2, 5, 5);
        var recorded = mlp.Forward(Tape, x).Span.ToArray();
        var recordedPicture = convolution.Forward(Tape, picture, Activation.Silu).Span.ToArray();
        Tape.Recording = false;
        AssertClose(recorded, mlp.Forward(Tape, x).Span);
        AssertClose(recordedPicture, convolution.Forward(Tape, picture, Activation.Silu).Span);
        Assert.Throws<ArgumentException>(() => new Mlp(Block, "short", [3], Activation.Relu, Random));

        static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
        {
            for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], 1e-6f);
        }
    }
}
