using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>Every rule's gradient against central differences of its own forward pass.</summary>
public class FiniteDifferenceTests
{
    private static readonly Dictionary<string, (Shape[] Inputs, Func<Tape, Tensor[], Tensor> Function)> Checks = new(StringComparer.Ordinal)
    {
        ["Add"] = ([new(2, 3), new(3)], (t, x) => t.Add(x[0], x[1])),
        ["Subtract"] = ([new(2, 1), new(2, 3)], (t, x) => t.Subtract(x[0], x[1])),
        ["Multiply"] = ([new(2, 3), new(1, 3)], (t, x) => t.Multiply(x[0], x[1])),
        ["Divide"] = ([new(2, 3), new(2, 3)], (t, x) => t.Divide(x[0], t.AddScalar(t.Square(x[1]), 1))),
        ["Divide by a scalar"] = ([new(2, 3), new()], (t, x) => t.Divide(x[0], t.AddScalar(t.Square(x[1]), 1))),
        ["Scale and AddScalar"] = ([new(4)], (t, x) => t.AddScalar(t.Scale(x[0], -2.5f), 3)),
        ["Negate"] = ([new(4)], (t, x) => t.Negate(x[0])),
        ["Square"] = ([new(4)], (t, x) => t.Square(x[0])),
        ["Abs"] = ([new(6)], (t, x) => t.Abs(x[0])),
        ["Exp"] = ([new(4)], (t, x) => t.Exp(x[0])),
        ["Log"] = ([new(4)], (t, x) => t.Log(t.AddScalar(t.Square(x[0]), 0.5f))),
        ["Sqrt"] = ([new(4)], (t, x) => t.Sqrt(t.AddScalar(t.Square(x[0]), 0.5f))),
        ["Rsqrt"] = ([new(4)], (t, x) => t.Rsqrt(t.AddScalar(t.Square(x[0]), 0.5f))),
        ["Sin"] = ([new(4)], (t, x) => t.Sin(x[0])),
        ["Cos"] = ([new(4)], (t, x) => t.Cos(x[0])),
        ["Clamp"] = ([new(6)], (t, x) => t.Clamp(x[0], -0.05f, 0.05f)),
        ["GeluTanh"] = ([new(6)], (t, x) => t.GeluTanh(x[0])),
        ["Symlog"] = ([new(6)], (t, x) => t.Symlog(x[0])),
        ["Symexp"] = ([new(6)], (t, x) => t.Symexp(x[0])),
        ["Sum"] = ([new(2, 3, 2)], (t, x) => t.Sum(x[0], [0, -1])),
        ["Mean"] = ([new(2, 3, 2)], (t, x) => t.Mean(x[0], [1], keepDims: true)),
        ["Max"] = ([new(3, 4)], (t, x) => t.Max(x[0], [1])),
        ["Min"] = ([new(3, 4)], (t, x) => t.Min(x[0], [0])),
        ["Variance"] = ([new(3, 4)], (t, x) => t.Variance(x[0], [1])),
        ["StandardDeviation"] = ([new(3, 4)], (t, x) => t.StandardDeviation(x[0], [0])),
        ["Standardize"] = ([new(3, 4)], (t, x) => t.Standardize(x[0], [1])),
        ["L2Normalize"] = ([new(3, 4)], (t, x) => t.L2Normalize(x[0])),
        ["LogSumExp"] = ([new(3, 4)], (t, x) => t.LogSumExp(x[0], [0, 1])),
        ["MatMul"] = ([new(2, 3), new(3, 4)], (t, x) => t.MatMul(x[0], x[1])),
        ["MatMul transposed"] = ([new(3, 2), new(4, 3)], (t, x) => t.MatMul(x[0], x[1], true, true)),
        ["MatMul batched"] = ([new(2, 2, 3), new(2, 3, 2)], (t, x) => t.MatMul(x[0], x[1])),
        ["MatMul with a shared left side"] = ([new(3, 2), new(2, 3, 2)], (t, x) => t.MatMul(x[0], x[1], transposeA: true)),
        ["MatMul with a shared right side"] = ([new(2, 3, 2), new(2, 3)], (t, x) => t.MatMul(x[0], x[1])),
        ["Linear"] = ([new(2, 2, 3), new(4, 3), new(4)], (t, x) => t.Linear(x[0], x[1], x[2])),
        ["Linear with activation"] = ([new(2, 3), new(4, 3), new(4)], (t, x) => t.Linear(x[0], x[1], x[2], Activation.Silu)),
        ["Reshape"] = ([new(2, 3)], (t, x) => t.Multiply(t.Reshape(x[0], new(3, 2)), t.Reshape(x[0], new(3, 2)))),
        ["Permute"] = ([new(2, 3, 4)], (t, x) => t.Permute(x[0], 2, 0, 1)),
        ["Transpose"] = ([new(2, 3, 4)], (t, x) => t.Transpose(x[0], 0, -1)),
        ["Slice"] = ([new(2, 4, 3)], (t, x) => t.Slice(x[0], 1, 1, 2)),
        ["Select"] = ([new(2, 4, 3)], (t, x) => t.Select(x[0], 1, -1)),
        ["Concat"] = ([new(2, 1), new(2, 3), new(2, 2)], (t, x) => t.Concat(-1, x[0], x[1], x[2])),
        ["Stack"] = ([new(2, 3), new(2, 3)], (t, x) => t.Stack(1, x[0], x[1])),
        ["Stack of many"] = ([new(2), new(2)], (t, x) => t.Stack(0, Enumerable.Range(0, 37).Select(index => x[index % 2]).ToArray())),
        ["Expand"] = ([new(2, 1)], (t, x) => t.Expand(x[0], new(3, 2, 4))),
        ["GatherRows"] = ([new(4, 3)], (t, x) => t.GatherRows(x[0], Integers(t, 2, 0, 2, 3))),
        ["Softmax"] = ([new(2, 4)], (t, x) => t.Softmax(x[0])),
        ["Softmax along the first axis"] = ([new(3, 2)], (t, x) => t.Softmax(x[0], 0)),
        ["LogSoftmax"] = ([new(2, 4)], (t, x) => t.LogSoftmax(x[0])),
        ["LayerNorm"] = ([new(3, 4), new(4), new(4)], (t, x) => t.LayerNorm(x[0], x[1], x[2])),
        ["LayerNorm without gain"] = ([new(3, 4)], (t, x) => t.LayerNorm(x[0])),
        ["RmsNorm"] = ([new(3, 4), new(4)], (t, x) => t.RmsNorm(x[0], x[1])),
        ["GroupNorm"] = ([new(2, 4, 3), new(4), new(4)], (t, x) => t.GroupNorm(x[0], 2, x[1], x[2])),
        ["BatchNorm"] = ([new(4, 2, 2), new(2), new(2)], (t, x) => t.BatchNorm(x[0], x[1], x[2], t.Constant(0, new(2)), t.Constant(1, new(2)))),
        ["BatchNorm with fixed statistics"] = ([new(3, 2), new(2), new(2)], (t, x) => t.BatchNorm(
            x[0], x[1], x[2], t.Constant([0.1f, -0.2f], new(2)), t.Constant([1.5f, 0.7f], new(2)), training: false)),
        ["Convolution2d"] = ([new(2, 2, 5, 4), new(4, 1, 3, 2), new(4)], (t, x) => t.Convolution2d(x[0], x[1], x[2], new ConvolutionGeometry(2, 1, 1, 0, 2))),
        ["Convolution1d"] = ([new(2, 2, 5), new(3, 2, 3), new(3)], (t, x) => t.Convolution1d(x[0], x[1], x[2], stride: 2, padding: 1)),
        ["Convolution3d"] = ([new(1, 2, 3, 3, 3), new(2, 2, 2, 2, 2), new(2)], (t, x) => t.Convolution3d(x[0], x[1], x[2], 1, 1, new ConvolutionGeometry(1, 1, 0, 0))),
        ["ConvolutionTranspose2d"] = ([new(1, 2, 3, 2), new(2, 3, 3, 3), new(3)], (t, x) => t.ConvolutionTranspose2d(
            x[0], x[1], x[2], new ConvolutionGeometry(2, 2, 1, 1), 1, 1)),
        ["MaxPool2d"] = ([new(1, 2, 5, 4)], (t, x) => t.MaxPool2d(x[0], 3, 2, 1)),
        ["AveragePool2d"] = ([new(1, 2, 5, 4)], (t, x) => t.AveragePool2d(x[0], 3, 2, 1)),
        ["Resize"] = ([new(1, 2, 3, 4)], (t, x) => t.Resize(x[0], 5, 3, ResizeMode.Bilinear)),
        ["Attention"] = ([new(1, 2, 3, 2), new(1, 2, 3, 2), new(1, 2, 3, 2)], (t, x) => t.Attention(x[0], x[1], x[2], AttentionMask.Causal)),
        ["Attention with a learned mask"] = ([new(1, 2, 3, 2), new(1, 2, 4, 2), new(1, 2, 4, 3), new(3, 4)], (t, x) => t.Attention(x[0], x[1], x[2], AttentionMask.Additive(x[3]))),
        ["Attention of many tokens"] = ([new(1, 1, 18, 2), new(1, 1, 17, 2), new(1, 1, 17, 2)], (t, x) => t.Attention(x[0], x[1], x[2])),
        ["Attention of a sequence to itself"] = ([new(1, 2, 3, 4)], (t, x) => t.Attention(x[0], x[0], x[0])),
        ["SelfAttention"] = ([new(2, 3, 12)], (t, x) => t.SelfAttention(x[0], 2, AttentionMask.Causal)),
        ["CrossAttention"] = ([new(2, 2, 4), new(2, 3, 8)], (t, x) => t.CrossAttention(x[0], x[1], 2, scale: 0.9f)),
        ["Rotary"] = ([new(1, 2, 3, 4)], (t, x) => t.Rotary(x[0], interleaved: true)),
        ["GruCell"] = ([new(2, 3), new(2, 2), new(6, 3), new(6, 2), new(6), new(6)], (t, x) => t.GruCell(x[0], x[1], x[2], x[3], x[4], x[5])),
        ["NormalityStatistic"] = ([new(2, 5, 3)], (t, x) => t.NormalityStatistic(x[0])),
        ["Center"] = ([new(3, 4)], (t, x) => t.Center(x[0], [0])),
        ["Maximum"] = ([new(6), new(6)], (t, x) => t.Maximum(x[0], x[1])),
        ["Minimum"] = ([new(6), new(6)], (t, x) => t.Minimum(x[0], x[1])),
        ["LogSigmoid"] = ([new(6)], (t, x) => t.LogSigmoid(x[0])),
        ["LogDeterminant"] = ([new(2, 3, 4)], (t, x) => t.LogDeterminant(t.Add(t.MatMul(x[0], x[0], transposeB: true), t.Constant([1, 0, 0, 0, 1, 0, 0, 0, 1], new(3, 3))))),
        ["CodingRate"] = ([new(5, 3)], (t, x) => t.CodingRate(x[0], 0.5f)),
        ["CodingRate of few rows"] = ([new(2, 2, 4)], (t, x) => t.CodingRate(x[0], 0.5f)),
        ["StraightThrough"] = ([new(5)], (t, x) => t.Square(t.StraightThrough(x[0], t.AddScalar(t.Detach(x[0]), 1)))),
        ["Int8Linear"] = ([new(2, 3), new(2)], (t, x) => t.Int8Linear(x[0], t.QuantizeWeight(t.Constant([0.1f, 0.2f, -3, 4, 5, 6], new(2, 3))), x[1])),
        ["LoraLinear"] = ([new(2, 3), new(4, 3), new(4), new(2, 3), new(4, 2)], (t, x) => t.LoraLinear(x[0], x[1], x[2], x[3], x[4], 3)),
        ["MergeLora"] = ([new(4, 3), new(2, 3), new(4, 2)], (t, x) => t.MergeLora(x[0], x[1], x[2], 3)),
        ["MLstmCell"] = (MatrixCell, (t, x) => MatrixStep(t, x).Output),
        ["MLstmCell's memory"] = (MatrixCell, (t, x) => MatrixStep(t, x).State.Memory),
        ["MLstmCell's normaliser"] = (MatrixCell, (t, x) => MatrixStep(t, x).State.Normalizer),
        ["MLstm"] = ([new(2, 3, 2), new(20, 2), new(20)], (t, x) => t.MLstm(x[0], x[1], x[2], MLstmState.Empty(t, 2, 2, 2), ForgetGate.Exponential).Outputs),
        ["SLstmCell"] = ([new(2, 3), new(2, 3), new(2, 3), new(2, 3), new(2, 3), new(2, 3), new(2, 3)], (t, x) => t.SLstmCell(
            x[0], x[1], x[2], x[3], new(default, x[4], t.AddScalar(t.Square(x[5]), 1), x[6])).Output),
        ["SLstm"] = ([new(2, 3, 2), new(16, 2), new(2, 8, 2), new(16)], (t, x) => t.SLstm(x[0], x[1], x[2], x[3], SLstmState.Empty(t, 2, 4)).Outputs),
        ["MeanSquaredError"] = ([new(2, 3), new(2, 3)], (t, x) => t.MeanSquaredError(x[0], x[1])),
        ["SmoothL1"] = ([new(8), new(8)], (t, x) => t.SmoothL1(x[0], t.Scale(x[1], 3))),
        ["CosineDistance"] = ([new(2, 3), new(2, 3)], (t, x) => t.CosineDistance(x[0], x[1])),
        ["CrossEntropy"] = ([new(3, 4)], (t, x) => t.CrossEntropy(x[0], Integers(t, 2, 0, 3), 0.1f)),
        ["BceWithLogits"] = ([new(2, 3), new(2, 3)], (t, x) => t.BceWithLogits(x[0], t.Sigmoid(x[1]))),
        ["A value that is used three times"] = ([new(2, 2)], (t, x) => t.Add(t.Multiply(x[0], x[0]), t.Tanh(x[0]))),
    };

    private static Shape[] MatrixCell => [new(2, 2, 3), new(2, 2, 3), new(2, 2, 3), new(2, 2), new(2, 2), new(2, 2, 3), new(2, 2, 3, 3), new(2, 2, 3), new(2, 2)];

    public static TheoryData<string> Names() => [.. Checks.Keys.Concat(Enum.GetNames<Activation>().Select(name => "Activate " + name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_equal_central_differences(string name)
    {
        using var backend = new ScalarBackend();
        using var tape = new Tape(backend);
        var (shapes, function) = Find(name);
        var random = new RandomStream(1, name);
        var values = shapes.Select(shape => Draw(shape, random)).ToArray();
        var inputs = Variables(tape, shapes, values);
        var output = function(tape, inputs);
        var upstream = Draw(output.Shape, random);
        tape.Backward([(output, tape.Constant(upstream, output.Shape))]);
        var gradients = inputs.Select(input => tape.Gradient(input).Span.ToArray()).ToArray();

        for (var input = 0; input < shapes.Length; input++)
        {
            var numeric = new double[values[input].Length];
            for (var index = 0; index < numeric.Length; index++)
                numeric[index] = (Evaluate(index, 0.01f) - Evaluate(index, -0.01f)) / 0.02;
            var scale = Math.Sqrt(numeric.Sum(value => value * value)) + 1e-2;
            var error = Math.Sqrt(numeric.Zip(gradients[input], (left, right) => Math.Pow(left - right, 2)).Sum());
            Assert.True(error <= 2e-3 * scale, $"{name}: the gradient of input {input} is off by {error:G3} of {scale:G3}.");

            double Evaluate(int index, float offset)
            {
                var saved = values[input][index];
                values[input][index] = saved + offset;
                tape.Reset();
                var shifted = function(tape, Variables(tape, shapes, values));
                values[input][index] = saved;
                var sum = 0.0;
                for (var element = 0; element < upstream.Length; element++) sum += (double)shifted.Span[element] * upstream[element];
                return sum;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_processor_has_the_same_gradients(string name)
    {
        using var scalar = new ScalarBackend();
        using var processor = new CpuBackend(2);
        var (expected, actual) = (Run(scalar), Run(processor));
        for (var index = 0; index < expected.Length; index++)
        {
            var scale = Math.Sqrt(expected[index].Sum(value => (double)value * value)) + 1e-3;
            var error = Math.Sqrt(expected[index].Zip(actual[index], (left, right) => Math.Pow(left - right, 2)).Sum());
            Assert.True(error <= 2e-5 * scale, $"{name}: the output or gradient {index} is off by {error:G3} of {scale:G3}.");
        }

        // The output, then the gradients of the inputs.
        float[][] Run(Backend backend)
        {
            using var tape = new Tape(backend);
            var (shapes, function) = Find(name);
            var random = new RandomStream(1, name);
            var inputs = Variables(tape, shapes, [.. shapes.Select(shape => Draw(shape, random))]);
            var output = function(tape, inputs);
            tape.Backward([(output, tape.Constant(Draw(output.Shape, random), output.Shape))]);
            return [output.Span.ToArray(), .. inputs.Select(input => tape.Gradient(input).Span.ToArray())];
        }
    }

    [Fact]
    public void Every_rule_is_checked()
    {
        var used = new HashSet<Type>();
        using var backend = new ScalarBackend();
        using var tape = new Tape(backend);
        foreach (var (shapes, function) in Checks.Values)
        {
            tape.Reset();
            function(tape, Variables(tape, shapes, shapes.Select(shape => Draw(shape, new RandomStream(2, "rules"))).ToArray()));
            for (var node = 1; node <= tape.NodeCount; node++)
            {
                if (tape.NodeAt(node).Rule is { } rule) used.Add(rule.GetType());
            }
        }

        var all = typeof(Rule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Rule)));
        Assert.Empty(all.Except(used));
    }

    private static (Shape[] Inputs, Func<Tape, Tensor[], Tensor> Function) Find(string name) => Checks.TryGetValue(name, out var check)
        ? check
        : ([new Shape(6)], (t, x) => t.Activate(x[0], Enum.Parse<Activation>(name["Activate ".Length..])));

    private static (Tensor Output, MLstmState State) MatrixStep(Tape tape, Tensor[] x) =>
        tape.MLstmCell(x[0], x[1], x[2], x[3], x[4], x[5], new(x[6], x[7], x[8]));

    private static Tensor[] Variables(Tape tape, Shape[] shapes, float[][] values) =>
        [.. shapes.Select((shape, index) => tape.Variable(values[index], shape))];

    // Normal numbers that keep clear of 0, where some functions have a kink.
    private static float[] Draw(Shape shape, RandomStream random)
    {
        var values = new float[shape.Count];
        for (var index = 0; index < values.Length; index++)
        {
            var value = random.NextNormal();
            values[index] = (float)(value + (0.1 * Math.Sign(value)));
        }

        return values;
    }

    private static IntTensor Integers(Tape tape, params ReadOnlySpan<int> values)
    {
        var tensor = tape.Arena.AllocateInt(new Shape(values.Length));
        values.CopyTo(tensor.Span);
        return tensor;
    }
}
