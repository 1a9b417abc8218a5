using Orrery.Tensors.Autograd;
using Orrery.Tensors.Tests.Kernels;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>
/// In another order the samples of a batch give the same results in that order, bit for bit, and the same gradients of the input:
/// what a planner thinks of a candidate does not depend on where it stands.
/// </summary>
public sealed class PermutedBatchTests
{
    private delegate Tensor Forward(Tape tape, Tensor x, Func<int[], Tensor> weights);

    private static readonly Dictionary<string, (int[] Sample, Forward Run)> Networks = new(StringComparer.Ordinal)
    {
        ["product"] = ([37], (tape, x, weights) => tape.MatMul(x, weights([37, 19]))),
        ["transposed product"] = ([64], (tape, x, weights) => tape.MatMul(x, weights([33, 64]), transposeB: true)),
        ["deep product"] = ([3000], (tape, x, weights) => tape.MatMul(x, weights([3000, 5]))),
        ["wide product"] = ([48], (tape, x, weights) => tape.MatMul(x, weights([48, 700]))),
        ["batched product"] = ([5, 12], (tape, x, weights) => tape.MatMul(x, weights([12, 9]))),
        ["linear"] = ([64], (tape, x, weights) => tape.Linear(x, weights([96, 64]), weights([96]), Activation.Gelu)),
        ["activations"] = ([13], (tape, x, _) => tape.Mish(tape.Silu(tape.Tanh(tape.Add(tape.Softplus(x), tape.Exp(x)))))),
        ["row of numbers"] = ([7], (tape, x, weights) => tape.Multiply(tape.Add(x, weights([7])), weights([7]))),
        ["softmax"] = ([23], (tape, x, _) => tape.Softmax(x)),
        ["log softmax"] = ([23], (tape, x, _) => tape.LogSoftmax(x)),
        ["layer norm"] = ([41], (tape, x, weights) => tape.LayerNorm(x, weights([41]), weights([41]))),
        ["rms norm"] = ([41], (tape, x, weights) => tape.RmsNorm(x, weights([41]))),
        ["group norm"] = ([6, 5, 5], (tape, x, weights) => tape.GroupNorm(x, 3, weights([6]), weights([6]))),
        ["sums"] = ([9, 31], (tape, x, _) => tape.Mean(x, [1])),
        ["convolution"] = ([3, 11, 13], (tape, x, weights) =>
            tape.Convolution2d(x, weights([8, 3, 3, 3]), weights([8]), new ConvolutionGeometry(2, 2, 1, 1), Activation.Relu)),
        ["pools"] = ([4, 12, 12], (tape, x, _) => tape.AveragePool2d(tape.MaxPool2d(x, 2, 2), 3, 1, 1)),
        ["recurrent cell"] = ([20], (tape, x, weights) =>
            tape.GruCell(x, tape.Linear(x, weights([16, 20])), weights([48, 20]), weights([48, 16]), weights([48]), weights([48]))),
        ["attention"] = ([9, 48], (tape, x, weights) => tape.SelfAttention(tape.Linear(x, weights([96, 48])), 4, AttentionMask.Causal)),
        ["attention of one query"] = ([9, 24], (tape, x, weights) =>
            tape.CrossAttention(tape.Linear(tape.Reshape(tape.Mean(x, [1]), new Shape(x.Shape[0], 1, 24)), weights([8, 24])), tape.Linear(x, weights([16, 24])), 2)),
        ["perceptron"] = ([32], (tape, x, weights) =>
            tape.Linear(tape.LayerNorm(tape.Linear(x, weights([128, 32]), weights([128]), Activation.Silu)), weights([16, 128]), weights([16]))),
        ["convolutional network"] = ([3, 32, 32], ConvolutionalNetwork),
    };

    public static TheoryData<string> Names() => new(Networks.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_gradients_of_the_input_are_permuted_exactly(string name)
    {
        (int[] sample, Forward forward) = Networks[name];
        foreach (int batch in new[] { 5, sample.Length == 1 && sample[0] < 1000 ? 300 : 33 })
        {
            foreach (int threads in new[] { 1, 3 })
            {
                using CpuBackend backend = new(threads);
                int[] order = [.. Enumerable.Range(0, batch)];
                (float[] y, float[] dx) = Run(backend, sample, forward, order);
                new System.Random(batch).Shuffle(order);
                (float[] permutedY, float[] permutedDx) = Run(backend, sample, forward, order);
                Compare(y, permutedY, order, $"{name} of {batch} on {threads}");
                Compare(dx, permutedDx, order, $"gradient of {name} of {batch} on {threads}");
            }
        }
    }

    private static Tensor ConvolutionalNetwork(Tape tape, Tensor x, Func<int[], Tensor> weights)
    {
        Tensor first = tape.Convolution2d(x, weights([16, 3, 4, 4]), weights([16]), new ConvolutionGeometry(2, 2, 1, 1), Activation.Relu);
        Tensor second = tape.Silu(tape.GroupNorm(tape.Convolution2d(first, weights([32, 16, 3, 3]), weights([32]), new ConvolutionGeometry(2, 2, 1, 1)), 4));
        return tape.Linear(tape.Reshape(second, new Shape(x.Shape[0], 32 * 8 * 8)), weights([24, 32 * 8 * 8]), weights([24]));
    }

    // The samples of the batch and what flows back into them, each by its number, in the order that is asked for.
    private static (float[] Y, float[] Dx) Run(CpuBackend backend, int[] sample, Forward forward, int[] order)
    {
        using Tape tape = new(backend);
        Shape shape = new([order.Length, .. sample]);
        Tensor x = tape.Variable(Numbers(shape.Count / order.Length, order, 1), shape);
        ulong state = 5;
        Tensor y = forward(tape, x, lengths => tape.Constant(Weights(new Shape(lengths).Count), new Shape(lengths)));
        Tensor upstream = tape.Constant(Numbers(y.Count / order.Length, order, 2), y.Shape);
        tape.Backward([(y, upstream)]);
        return (y.Span.ToArray(), tape.Gradient(x).Span.ToArray());

        float[] Weights(int count)
        {
            float[] numbers = new float[count];
            foreach (ref float number in numbers.AsSpan())
                number = 0.4f * Next(ref state);
            return numbers;
        }
    }

    private static float[] Numbers(int length, int[] order, ulong seed)
    {
        float[] numbers = new float[length * order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            ulong state = (seed * 1000) + (ulong)order[place];
            Next(ref state);
            foreach (ref float number in numbers.AsSpan(place * length, length))
                number = Next(ref state);
        }

        return numbers;
    }

    private static float Next(ref ulong state)
    {
        state = (state * 6364136223846793005UL) + 1442695040888963407UL;
        return ((state >> 40) / 8388608f) - 1;
    }

    private static void Compare(float[] original, float[] permuted, int[] order, string what)
    {
        int length = original.Length / order.Length;
        for (int place = 0; place < order.Length; place++)
            Expect.SameBits(original.AsSpan(order[place] * length, length), permuted.AsSpan(place * length, length), $"{what}, sample {order[place]} at {place}");
    }
}
