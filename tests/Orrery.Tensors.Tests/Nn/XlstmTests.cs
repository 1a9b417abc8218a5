using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>Layers of extended LSTM cells; the golden files hold their equations to account.</summary>
public sealed class XlstmTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly ParameterBlock _block;
    private readonly Tape _tape;
    private readonly RandomStream _random = new(1, "xlstm");

    public XlstmTests()
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
    public void A_sequence_in_two_parts_gives_what_it_gives_in_one()
    {
        var matrix = new MLstm(_block, "m", 5, 2, 3, _random);
        var scalar = new SLstm(_block, "s", 5, 2, 4, _random);
        var x = Draw(3, 7, 5);
        var (first, second) = (_tape.Slice(x, 1, 0, 4), _tape.Slice(x, 1, 4, 3));

        var (whole, _) = matrix.Forward(_tape, x);
        var (begun, state) = matrix.Forward(_tape, first);
        Assert.Equal(whole.Span.ToArray(), _tape.Concat(1, begun, matrix.Forward(_tape, second, state).Outputs).Span.ToArray());

        var (all, _) = scalar.Forward(_tape, x);
        var (early, between) = scalar.Forward(_tape, first);
        Assert.Equal(all.Span.ToArray(), _tape.Concat(1, early, scalar.Forward(_tape, second, between).Outputs).Span.ToArray());
    }

    [Theory]
    [InlineData(-300f)]
    [InlineData(0f)]
    [InlineData(300f)]
    public void Input_gates_of_any_size_leave_finite_numbers(float gate)
    {
        foreach (var kind in Enum.GetValues<ForgetGate>())
        {
            var matrix = new MLstm(_block, $"m {kind}", 3, 2, 4, _random, kind);
            matrix.Bias.Value.Span.Slice(32, 2).Fill(gate);
            var scalar = new SLstm(_block, $"s {kind}", 3, 2, 4, _random, kind);
            scalar.Bias.Value.Span.Slice(8, 8).Fill(gate);
            var x = _tape.Variable(Draw(2, 5, 3));
            var loss = _tape.Sum(_tape.Add(matrix.Forward(_tape, x).Outputs, scalar.Forward(_tape, x).Outputs));
            _tape.Backward(loss);
            Assert.All(_tape.Gradient(x).Span.ToArray(), value => Assert.True(float.IsFinite(value)));
            Assert.True(float.IsFinite(loss.Item()));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_number_seen_at_the_start_is_remembered(bool isMatrix)
    {
        // The first input is to be told at the end; the others are noise.
        const int Length = 12;
        var matrix = isMatrix ? new MLstm(_block, "memory", 2, 2, 4, _random) : null;
        var scalar = isMatrix ? null : new SLstm(_block, "memory", 2, 2, 4, _random);
        var read = new Linear(_block, "read", 8, 1, _random);
        _block.Seal();
        var optimiser = new Adam(_block);
        double first = 0, last = 0;
        for (var step = 0; step < 250; step++)
        {
            _tape.Reset();
            var x = Draw(32, Length, 2);
            for (var entry = 0; entry < 32 * Length; entry++) x.Span[(2 * entry) + 1] = entry % Length == 0 ? 1 : 0;
            var outputs = matrix is null ? scalar!.Forward(_tape, x).Outputs : matrix.Forward(_tape, x).Outputs;
            var told = read.Forward(_tape, _tape.Select(outputs, 1, -1));
            var loss = _tape.MeanSquaredError(told, _tape.Detach(_tape.Slice(_tape.Select(x, 1, 0), 1, 0, 1)));
            _block.ZeroGradients();
            _tape.Backward(loss);
            GradientClipping.ClipGlobalNorm(_block, 1);
            optimiser.Step(1e-2f);
            if (step < 20) first += loss.Item() / 20;
            if (step >= 230) last += loss.Item() / 20;
        }

        Assert.InRange(first, 0.5, 3);
        Assert.InRange(last, 0, 0.3 * first);
    }

    [Fact]
    public void States_that_do_not_fit_are_named()
    {
        var matrix = new MLstm(_block, "m", 5, 2, 3, _random);
        var error = Assert.Throws<ArgumentException>(() => matrix.Forward(_tape, Draw(3, 7, 5), MLstmState.Empty(_tape, 2, 2, 3)));
        Assert.Contains("x [3, 7, 5] must have the 2 rows", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => matrix.Forward(_tape, Draw(3, 5)));
        Assert.Contains("3 axes [B, T, I] are needed", error.Message, StringComparison.Ordinal);
        var scalar = new SLstm(_block, "s", 5, 2, 4, _random);
        error = Assert.Throws<ArgumentException>(() => scalar.Forward(_tape, Draw(3, 7, 5), SLstmState.Empty(_tape, 3, 6)));
        Assert.Contains("[3, 6] but [3, 8] is needed", error.Message, StringComparison.Ordinal);
    }

    private Tensor Draw(params int[] dims)
    {
        var tensor = _tape.Input(new Shape(dims));
        _random.FillNormal(tensor.Span);
        return tensor;
    }
}
