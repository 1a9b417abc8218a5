using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Autograd;

public sealed class TapeTests : IDisposable
{
    private readonly ScalarBackend _backend = new();
    private readonly Tape _tape;

    public TapeTests() => _tape = new Tape(_backend);

    public void Dispose()
    {
        _tape.Dispose();
        _backend.Dispose();
    }

    private Tensor Variable(params float[] values) => _tape.Variable(values, new Shape(values.Length));

    private float[] Gradient(Tensor tensor) => _tape.Gradient(tensor).Span.ToArray();

    [Fact]
    public void A_value_that_is_used_twice_gets_both_gradients()
    {
        var x = Variable(3, -2);
        _tape.Backward(_tape.Sum(_tape.Add(_tape.Multiply(x, x), x)));
        Assert.Equal([7f, -3], Gradient(x));
    }

    [Fact]
    public void Where_parameters_are_not_differentiated_gradients_reach_inputs_alone()
    {
        using var block = new ParameterBlock(_backend);
        var weight = block.Add("weight", new Shape(2));
        block.Seal();
        weight.Value.Span.Fill(5);
        _tape.DifferentiatesParameters = false;
        var x = Variable(3, -2);
        _tape.Backward(_tape.Sum(_tape.Multiply(x, _tape.Use(weight))));
        Assert.Equal([5f, 5], Gradient(x));
        Assert.Equal([0f, 0], weight.Gradient.Span.ToArray());
    }

    [Fact]
    public void Gradients_of_parameters_add_up_over_uses_and_over_steps()
    {
        using var block = new ParameterBlock(_backend);
        var weight = block.Add("weight", new Shape(2));
        block.Seal();
        for (var step = 0; step < 2; step++)
        {
            _tape.Reset();
            _tape.Backward(_tape.Sum(_tape.Add(_tape.Use(weight), _tape.Scale(_tape.Use(weight), 2))));
        }

        Assert.Equal([6f, 6], weight.Gradient.Span.ToArray());
        block.ZeroGradients();
        Assert.Equal([0f, 0], weight.Gradient.Span.ToArray());
    }

    [Fact]
    public void Reshaping_shares_memory_and_gradient_and_records_nothing()
    {
        var x = _tape.Variable([1, 2, 3, 4, 5, 6], new Shape(2, 3));
        var nodes = _tape.NodeCount;
        var flat = _tape.Reshape(x, new Shape(6));
        Assert.Equal(nodes, _tape.NodeCount);
        _tape.Backward(_tape.Sum(_tape.Multiply(flat, flat)));
        Assert.Equal(new Shape(2, 3), _tape.Gradient(x).Shape);
        Assert.Equal([2f, 4, 6, 8, 10, 12], Gradient(x));
    }

    [Fact]
    public void Nothing_flows_through_a_detached_value_and_nothing_is_recorded_for_constants()
    {
        var x = Variable(2);
        var nodes = _tape.NodeCount;
        _tape.Exp(_tape.Detach(x));
        _tape.Add(_tape.Constant([1], new Shape(1)), _tape.Input(new Shape(1)));
        Assert.Equal(nodes, _tape.NodeCount);
        _tape.Backward(_tape.Sum(_tape.Multiply(_tape.Detach(x), x)));
        Assert.Equal([2f], Gradient(x));
    }

    [Fact]
    public void Without_recording_operations_only_compute()
    {
        using var block = new ParameterBlock(_backend);
        var weight = block.Add("weight", new Shape(1));
        block.Seal();
        _tape.Recording = false;
        var y = _tape.Exp(_tape.Add(_tape.Use(weight), Variable(0)));
        Assert.Equal(0, _tape.NodeCount);
        Assert.Equal([1f], y.Span.ToArray());
        Assert.Contains("no parameter", Assert.Throws<InvalidOperationException>(() => _tape.Backward(y)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_loss_of_the_same_step_adds_its_gradients_to_the_leaves_only()
    {
        var x = Variable(1, 2);
        var square = _tape.Square(x);
        _tape.Backward(_tape.Sum(square));
        Assert.Equal([2f, 4], Gradient(x));
        _tape.Backward(_tape.Sum(_tape.Scale(square, 10)));
        Assert.Equal([22f, 44], Gradient(x));
    }

    [Fact]
    public void A_loss_must_be_a_single_number()
    {
        var message = Assert.Throws<ArgumentException>(() => _tape.Backward(Variable(1, 2))).Message;
        Assert.Contains("[2]", message, StringComparison.Ordinal);
        Assert.Contains("Sum or Mean", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_before_a_reset_or_of_another_tape_are_refused()
    {
        var old = Variable(1);
        _tape.Reset();
        Assert.Throws<InvalidOperationException>(() => _tape.Gradient(old));
        Assert.Throws<InvalidOperationException>(() => _tape.Exp(old));
        using var other = new Tape(_backend);
        var foreign = other.Variable([1], new Shape(1));
        Variable(2);
        Assert.Contains("another tape", Assert.Throws<InvalidOperationException>(() => _tape.Exp(foreign)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _tape.Gradient(foreign));
    }

    [Fact]
    public void Errors_name_the_operation_and_both_shapes()
    {
        var a = _tape.Variable(new float[6], new Shape(2, 3));
        var b = _tape.Variable(new float[8], new Shape(4, 2));
        AssertError(() => _tape.MatMul(a, b), "MatMul", "[2, 3]", "[4, 2]", "3 columns", "4 rows");
        AssertError(() => _tape.Add(a, b), "Add", "[2, 3]", "[4, 2]");
        AssertError(() => _tape.Linear(a, b), "Linear", "[2, 3]", "[4, 2]");
        AssertError(() => _tape.Concat(0, a, b), "Concat", "[2, 3]", "[4, 2]");
        AssertError(() => _tape.Sum(a, [2]), "Sum", "axis 2", "[2, 3]");
        AssertError(() => _tape.Sum(a, [0, -2]), "Sum", "twice");
        AssertError(() => _tape.Slice(a, 1, 2, 2), "Slice", "[2, 3]");
        AssertError(() => _tape.Reshape(a, new Shape(5)), "Reshape", "[2, 3]", "[5]");
        AssertError(() => _tape.Permute(a, 0, 0), "Permute", "twice");
        AssertError(() => _tape.Expand(a, new Shape(2, 6)), "Expand", "[2, 3]", "[2, 6]");
        AssertError(() => _tape.MeanSquaredError(a, b), "MeanSquaredError", "[4, 2]", "[2, 3]");
        AssertError(() => _tape.Convolution2d(a, b), "Convolution2d", "[2, 3]");
        AssertError(() => _tape.Clamp(a, 1, 0), "Clamp");
        AssertError(() => _tape.Variance(a, [0], correction: 2), "Variance", "[2, 3]");
        AssertError(() => _tape.Stack(0, a, b), "Stack", "[2, 3]", "[4, 2]");

        static void AssertError(Func<Tensor> call, params string[] parts)
        {
            var message = Assert.ThrowsAny<ArgumentException>(() => call()).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Reduced_axes_disappear_or_stay_with_length_one()
    {
        var x = _tape.Variable([1, 2, 3, 4, 5, 6], new Shape(2, 3));
        Assert.Equal([6f, 15], _tape.Sum(x, [-1]).Span.ToArray());
        Assert.Equal(new Shape(2, 1), _tape.Sum(x, [-1], keepDims: true).Shape);
        Assert.Equal(new Shape(), _tape.Mean(x).Shape);
        Assert.Equal(3.5f, _tape.Mean(x).Item());
        Assert.Equal(3.5f, _tape.Variance(x, [0, 1]).Item(), 1e-5f);
    }
}
