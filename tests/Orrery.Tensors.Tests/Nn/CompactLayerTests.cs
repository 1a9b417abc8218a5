using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>Layers of few bits and of low rank; the golden files hold their formulas to account.</summary>
public sealed class CompactLayerTests() : LayerFixture(new CpuBackend(2), 2, "compact")
{
    [Theory]
    [InlineData(false, 0.005)]
    [InlineData(true, 0.01)]
    public void A_layer_in_bytes_is_close_to_the_trained_one(bool dynamic, double tolerance)
    {
        var layer = new Linear(Block, "fc", 200, 70, Random);
        using var arena = new TensorArena(Tape.Backend);
        var compact = new Int8Linear(layer, arena, Tape, dynamic);
        Tape.Reset();
        var x = Draw(3, 11, 200);
        var (exact, rounded) = (layer.Forward(Tape, x), compact.Forward(Tape, x));
        Assert.Equal(exact.Shape, rounded.Shape);
        Assert.InRange(Distance(exact.Span, rounded.Span), 1e-6, tolerance);
        Assert.InRange(arena.UsedBytes, 200 * 70, 200 * 70 * 1.1);
    }

    [Fact]
    public void A_product_of_bytes_refuses_to_pass_a_gradient()
    {
        var layer = new Linear(Block, "fc", 4, 3, Random);
        var compact = new Int8Linear(layer, Tape.Arena, Tape, dynamic: true);
        var x = Tape.Variable(Draw(2, 4));
        Assert.Contains("no gradient", Assert.Throws<InvalidOperationException>(() => compact.Forward(Tape, x)).Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(2, 3), compact.Forward(Tape, Tape.Detach(x)).Shape);
    }

    [Fact]
    public void Rows_of_zeros_stay_zeros()
    {
        var layer = new Linear(Block, "fc", 6, 2, Random, bias: false);
        layer.Weight.Value.Span.Clear();
        foreach (var dynamic in new[] { false, true })
        {
            var compact = new Int8Linear(layer, Tape.Arena, Tape, dynamic);
            Assert.All(compact.Forward(Tape, Tape.Constant(0, new Shape(3, 6))).Span.ToArray(), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void A_layer_of_three_levels_learns_through_its_rounding()
    {
        var teacher = new BitLinear(Block, "teacher", 24, 4, Random, normalize: false);
        using var own = new ParameterBlock(Tape.Backend);
        var student = new BitLinear(own, "student", 24, 4, Random, bias: true, normalize: false);
        own.Seal();
        var optimiser = new Adam(own);
        var losses = new List<float>();
        for (var step = 0; step < 300; step++)
        {
            Tape.Reset();
            var x = Draw(64, 24);
            var loss = Tape.MeanSquaredError(student.Forward(Tape, x), Tape.Detach(teacher.Forward(Tape, x)));
            own.ZeroGradients();
            Tape.Backward(loss);
            optimiser.Step(3e-3f);
            losses.Add(loss.Item());
        }

        Assert.InRange(losses.TakeLast(20).Average(), 0, 0.2 * losses.Take(5).Average());
    }

    [Fact]
    public void A_low_rank_change_starts_as_nothing_trains_alone_and_merges()
    {
        var layer = new Linear(Block, "fc", 12, 5, Random);
        Block.Seal();
        using var own = new ParameterBlock(Tape.Backend);
        var adapted = new LoraLinear(own, "fc", layer, 3, 6, Random);
        own.Seal();
        Assert.Equal(["fc.lora_a", "fc.lora_b"], own.Parameters.Select(parameter => parameter.Name));
        var x = Draw(7, 12).Span.ToArray();
        Tensor Input() => Tape.Constant(x, new Shape(7, 12));
        Assert.Equal(layer.Forward(Tape, Input()).Span.ToArray(), adapted.Forward(Tape, Input()).Span.ToArray());

        Block.ZeroGradients();
        own.ZeroGradients();
        Tape.Backward(Tape.Sum(Tape.Square(adapted.Forward(Tape, Input()))));
        Assert.Equal(0, Tape.Backend.SumOfSquares(Block.Gradients));
        Assert.NotEqual(0, Tape.Backend.SumOfSquares(adapted.Up.Gradient));

        new Adam(own).Step(0.1f);
        var changed = adapted.Forward(Tape, Input()).Span.ToArray();
        adapted.Merge(Tape);
        Assert.InRange(Distance(changed, layer.Forward(Tape, Input()).Span), 0, 1e-6);
        Assert.InRange(Distance(changed, adapted.Forward(Tape, Input()).Span), 0, 1e-6);
    }

    private static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0, norm = 0;
        for (var index = 0; index < expected.Length; index++)
        {
            difference += Math.Pow(expected[index] - actual[index], 2);
            norm += Math.Pow(expected[index], 2);
        }

        return Math.Sqrt(difference / norm);
    }
}
