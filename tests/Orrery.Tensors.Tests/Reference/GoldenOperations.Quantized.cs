using Orrery.Tensors.Autograd;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>The extended LSTM, determinants, and layers of few bits or low rank.</summary>
internal static partial class GoldenOperations
{
    private static void AddXlstm()
    {
        Known["mlstm_cell"] = run => Out(run, "h", run.Tape.MLstmCell(
            run.In("q"), run.In("k"), run.In("v"), run.In("i"), run.In("f"), run.In("o"), new MLstmState(run.In("C"), run.In("n"), run.In("m")), Gate(run)));
        Known["mlstm"] = run =>
        {
            Require(run.Case.Bool("batch_first"), "batch first");
            var state = new MLstmState(run.In("C0"), run.In("n0"), run.In("m0"));
            Out(run, "y", run.Tape.MLstm(run.In("x"), Rows(run, "weight", "qkvoif"), Rows(run, "bias", "qkvoif"), state, Gate(run)));
        };
        Known["slstm_cell"] = run => Out(run, "h", run.Tape.SLstmCell(
            run.In("z"), run.In("i"), run.In("f"), run.In("o"), new SLstmState(default, run.In("c"), run.In("n"), run.In("m")), Gate(run)));
        Known["slstm"] = run =>
        {
            Require(run.Case.Bool("batch_first"), "batch first");
            var state = new SLstmState(run.In("h0"), run.In("c0"), run.In("n0"), run.In("m0"));
            var recurrent = run.Tape.Concat(1, [.. "zifo".Select(gate => run.In($"recurrent_{gate}"))]);
            var (outputs, final) = run.Tape.SLstm(run.In("x"), Rows(run, "weight", "zifo"), recurrent, Rows(run, "bias", "zifo"), state, Gate(run));
            Out(run, "y", final with { Output = outputs });
        };
    }

    private static void AddQuantized()
    {
        Known["coding_rate"] = run => run.Out("rate", run.Tape.CodingRate(run.In("z"), run.Case.Float("eps")));
        Known["bitnet_weight_quant"] = run => Out(run, "ternary", "weight", run.Tape.TernaryWeight(run.In("weight"), run.Case.Float("eps")));
        Known["bitnet_activation_quant"] = run => Out(run, "quantized", "y", run.Tape.QuantizeRows(run.In("x"), run.Case.Float("eps")));
        Known["bitnet_linear"] = run => run.Out("y", run.Tape.BitLinear(
            run.In("x"), run.In("weight"), run.Optional("bias"), run.Case.Text("norm") == "rms", run.Case.Float("norm_eps"), run.Case.Float("eps")));
        Known["int8_weight_quant"] = run =>
        {
            var weight = run.Tape.QuantizeWeight(run.In("weight"));
            run.Out("quantized", weight.Integers.Span.ToArray().Select(level => (float)(sbyte)level).ToArray());
            run.Out("scale", weight.Scale);
            run.Out("weight", run.Tape.Dequantize(weight));
        };
        Known["int8_linear_weight_only"] = run => run.Out("y", run.Tape.Int8Linear(run.In("x"), run.Tape.QuantizeWeight(run.In("weight")), run.Optional("bias")));
        Known["int8_linear_dynamic"] = run => run.Out("y", run.Tape.Int8LinearDynamic(run.In("x"), run.Tape.QuantizeWeight(run.In("weight")), run.Optional("bias")));
        Known["lora_linear"] = run =>
        {
            var alpha = run.Case.Float("alpha");
            Require(run.In("a").Shape[0] == run.Case.Int("rank"), "the rank of a");
            run.Out("y", run.Tape.LoraLinear(run.In("x"), run.In("weight"), run.Optional("bias"), run.In("a"), run.In("b"), alpha));
            run.Out("merged", run.Tape.MergeLora(run.In("weight"), run.In("a"), run.In("b"), alpha));
        };
    }

    // A roll-out of a linear model and its quadratic cost, the gradient through all steps.
    private static void AddLinearQuadratic() => Known["lq_cost"] = run =>
    {
        var tape = run.Tape;
        Tensor Row(Tensor vector) => tape.Reshape(vector, new Shape(1, vector.Shape.Count));
        var (state, goal, cost) = (Row(run.In("x0")), Row(run.In("goal")), tape.Constant(0, new Shape()));
        for (var step = 0; step < run.Case.Int("horizon"); step++)
        {
            var action = Row(tape.Select(run.In("u"), 0, step));
            cost = tape.Add(cost, tape.Add(Form(tape, tape.Subtract(state, goal), run.In("Q")), Form(tape, action, run.In("R"))));
            state = tape.Add(tape.Linear(state, run.In("A")), tape.Linear(action, run.In("B")));
        }

        run.Out("cost", tape.Add(cost, Form(tape, tape.Subtract(state, goal), run.In("Qf"))));
    };

    private static Tensor Form(Tape tape, Tensor row, Tensor matrix) => tape.Sum(tape.Multiply(tape.MatMul(row, matrix), row));

    private static ForgetGate Gate(GoldenRun run) => run.Case.Text("forget_gate") == "exp" ? ForgetGate.Exponential : ForgetGate.Sigmoid;

    private static Tensor Rows(GoldenRun run, string kind, string gates) => run.Tape.Concat(0, [.. gates.Select(gate => run.In($"{kind}_{gate}"))]);

    private static void Require(bool condition, string what) => Assert.True(condition, $"The case does not have {what}, which its operation is called with here.");

    private static void Out(GoldenRun run, string output, (Tensor Output, MLstmState State) result)
    {
        run.Out(output, result.Output);
        run.Out("C", result.State.Memory);
        run.Out("n", result.State.Normalizer);
        run.Out("m", result.State.Stabilizer);
    }

    private static void Out(GoldenRun run, string output, SLstmState state)
    {
        run.Out(output, state.Output);
        run.Out("c", state.Memory);
        run.Out("n", state.Normalizer);
        run.Out("m", state.Stabilizer);
    }

    private static void Out(GoldenRun run, string integers, string value, QuantizedTensor tensor)
    {
        run.Out(integers, tensor.Integers);
        run.Out("scale", tensor.Scale);
        run.Out(value, tensor.Value);
    }
}
