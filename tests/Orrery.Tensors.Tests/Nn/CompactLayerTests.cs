using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>Layers of few bits and of low rank; the golden files hold their formulas to account.</summary>
public sealed class CompactLayerTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly ParameterBlock _block;
    private readonly Tape _tape;
    private readonly RandomStream _random = new(2, "compact");

    public CompactLayerTests()
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

    [Theory]
    [InlineData(false, 0.005)]
    [InlineData(true, 0.01)]
    public void A_layer_in_bytes_is_close_to_the_trained_one(bool dynamic, double tolerance)
    {
        var layer = new Linear(_block, "fc", 200, 70, _random);
        using var arena = new TensorArena(_backend);
        var compact = new Int8Linear(layer, arena, _tape, dynamic);
        _tape.Reset();
        var x = Draw(3, 11, 200);
        var (exact, rounded) = (layer.Forward(_tape, x), compact.Forward(_tape, x));
        Assert.Equal(exact.Shape, rounded.Shape);
        Assert.InRange(Distance(exact.Span, rounded.Span), 1e-6, tolerance);
        Assert.InRange(arena.UsedBytes, 200 * 70, 200 * 70 * 1.1);
    }

    [Fact]
    public void A_product_of_bytes_refuses_to_pass_a_gradient()
    {
        var layer = new Linear(_block, "fc", 4, 3, _random);
        var compact = new Int8Linear(layer, _tape.Arena, _tape, dynamic: true);
        var x = _tape.Variable(Draw(2, 4));
        Assert.Contains("no gradient", Assert.Throws<InvalidOperationException>(() => compact.Forward(_tape, x)).Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(2, 3), compact.Forward(_tape, _tape.Detach(x)).Shape);
    }

    [Fact]
    public void Rows_of_zeros_stay_zeros()
    {
        var layer = new Linear(_block, "fc", 6, 2, _random, bias: false);
        layer.Weight.Value.Span.Clear();
        foreach (var dynamic in new[] { false, true })
        {
            var compact = new Int8Linear(layer, _tape.Arena, _tape, dynamic);
            Assert.All(compact.Forward(_tape, _tape.Constant(0, new Shape(3, 6))).Span.ToArray(), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void A_layer_of_three_levels_learns_through_its_rounding()
    {
        var teacher = new BitLinear(_block, "teacher", 24, 4, _random, normalize: false);
        using var own = new ParameterBlock(_backend);
        var student = new BitLinear(own, "student", 24, 4, _random, bias: true, normalize: false);
        own.Seal();
        var optimiser = new Adam(own);
        var losses = new List<float>();
        for (var step = 0; step < 300; step++)
        {
            _tape.Reset();
            var x = Draw(64, 24);
            var loss = _tape.MeanSquaredError(student.Forward(_tape, x), _tape.Detach(teacher.Forward(_tape, x)));
            own.ZeroGradients();
            _tape.Backward(loss);
            optimiser.Step(3e-3f);
            losses.Add(loss.Item());
        }

        Assert.InRange(losses.TakeLast(20).Average(), 0, 0.2 * losses.Take(5).Average());
    }

    [Fact]
    public void A_low_rank_change_starts_as_nothing_trains_alone_and_merges()
    {
        var layer = new Linear(_block, "fc", 12, 5, _random);
        _block.Seal();
        using var own = new ParameterBlock(_backend);
        var adapted = new LoraLinear(own, "fc", layer, 3, 6, _random);
        own.Seal();
        Assert.Equal(["fc.lora_a", "fc.lora_b"], own.Parameters.Select(parameter => parameter.Name));
        var x = Draw(7, 12).Span.ToArray();
        Tensor Input() => _tape.Constant(x, new Shape(7, 12));
        Assert.Equal(layer.Forward(_tape, Input()).Span.ToArray(), adapted.Forward(_tape, Input()).Span.ToArray());

        _block.ZeroGradients();
        own.ZeroGradients();
        _tape.Backward(_tape.Sum(_tape.Square(adapted.Forward(_tape, Input()))));
        Assert.Equal(0, _backend.SumOfSquares(_block.Gradients));
        Assert.NotEqual(0, _backend.SumOfSquares(adapted.Up.Gradient));

        new Adam(own).Step(0.1f);
        var changed = adapted.Forward(_tape, Input()).Span.ToArray();
        adapted.Merge(_tape);
        Assert.InRange(Distance(changed, layer.Forward(_tape, Input()).Span), 0, 1e-6);
        Assert.InRange(Distance(changed, adapted.Forward(_tape, Input()).Span), 0, 1e-6);
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

    private Tensor Draw(params int[] dims)
    {
        var tensor = _tape.Input(new Shape(dims));
        _random.FillNormal(tensor.Span);
        return tensor;
    }
}
