using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>Layers of extended LSTM cells; the golden files hold their equations to account.</summary>
public sealed class XlstmTests() : LayerFixture(new CpuBackend(2), 1, "xlstm")
{
    [Fact]
    public void A_sequence_in_two_parts_gives_what_it_gives_in_one()
    {
        var matrix = new MLstm(Block, "m", 5, 2, 3, Random);
        var scalar = new SLstm(Block, "s", 5, 2, 4, Random);
        var x = Draw(3, 7, 5);
        var (first, second) = (Tape.Slice(x, 1, 0, 4), Tape.Slice(x, 1, 4, 3));

        var (whole, _) = matrix.Forward(Tape, x);
        var (begun, state) = matrix.Forward(Tape, first);
        Assert.Equal(whole.Span.ToArray(), Tape.Concat(1, begun, matrix.Forward(Tape, second, state).Outputs).Span.ToArray());

        var (all, _) = scalar.Forward(Tape, x);
        var (early, between) = scalar.Forward(Tape, first);
        Assert.Equal(all.Span.ToArray(), Tape.Concat(1, early, scalar.Forward(Tape, second, between).Outputs).Span.ToArray());
    }

    [Theory]
    [InlineData(-300f)]
    [InlineData(0f)]
    [InlineData(300f)]
    public void Input_gates_of_any_size_leave_finite_numbers(float gate)
    {
        foreach (var kind in Enum.GetValues<ForgetGate>())
        {
            var matrix = new MLstm(Block, $"m {kind}", 3, 2, 4, Random, kind);
            matrix.Bias.Value.Span.Slice(32, 2).Fill(gate);
            var scalar = new SLstm(Block, $"s {kind}", 3, 2, 4, Random, kind);
            scalar.Bias.Value.Span.Slice(8, 8).Fill(gate);
            var x = Tape.Variable(Draw(2, 5, 3));
            var loss = Tape.Sum(Tape.Add(matrix.Forward(Tape, x).Outputs, scalar.Forward(Tape, x).Outputs));
            Tape.Backward(loss);
            Assert.All(Tape.Gradient(x).Span.ToArray(), value => Assert.True(float.IsFinite(value)));
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
        var matrix = isMatrix ? new MLstm(Block, "memory", 2, 2, 4, Random) : null;
        var scalar = isMatrix ? null : new SLstm(Block, "memory", 2, 2, 4, Random);
        var read = new Linear(Block, "read", 8, 1, Random);
        Block.Seal();
        var optimiser = new Adam(Block);
        double first = 0, last = 0;
        for (var step = 0; step < 250; step++)
        {
            Tape.Reset();
            var x = Draw(32, Length, 2);
            for (var entry = 0; entry < 32 * Length; entry++) x.Span[(2 * entry) + 1] = entry % Length == 0 ? 1 : 0;
            var outputs = matrix is null ? scalar!.Forward(Tape, x).Outputs : matrix.Forward(Tape, x).Outputs;
            var told = read.Forward(Tape, Tape.Select(outputs, 1, -1));
            var loss = Tape.MeanSquaredError(told, Tape.Detach(Tape.Slice(Tape.Select(x, 1, 0), 1, 0, 1)));
            Block.ZeroGradients();
            Tape.Backward(loss);
            GradientClipping.ClipGlobalNorm(Block, 1);
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
        var matrix = new MLstm(Block, "m", 5, 2, 3, Random);
        var error = Assert.Throws<ArgumentException>(() => matrix.Forward(Tape, Draw(3, 7, 5), MLstmState.Empty(Tape, 2, 2, 3)));
        Assert.Contains("x [3, 7, 5] must have the 2 rows", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => matrix.Forward(Tape, Draw(3, 5)));
        Assert.Contains("3 axes [B, T, I] are needed", error.Message, StringComparison.Ordinal);
        var scalar = new SLstm(Block, "s", 5, 2, 4, Random);
        error = Assert.Throws<ArgumentException>(() => scalar.Forward(Tape, Draw(3, 7, 5), SLstmState.Empty(Tape, 3, 6)));
        Assert.Contains("[3, 6] but [3, 8] is needed", error.Message, StringComparison.Ordinal);
    }
}
