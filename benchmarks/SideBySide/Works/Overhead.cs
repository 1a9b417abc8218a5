using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>What an operation costs beside its arithmetic: chains of operations on a few numbers, recorded and run backwards.</summary>
internal static class Overhead
{
    private const int Chain = 100;

    public static IEnumerable<Work> All() =>
    [
        Of("add of [8]", 2, (block, random) => (tape, x) => tape.Add(x, x)),
        Of("tanh of [8]", 2, (block, random) => (tape, x) => tape.Tanh(x)),
        Of("linear 8 to 8, 1 row", 2, (block, random) =>
        {
            Linear layer = new(block, "layer", 8, 8, random);
            return (tape, x) => layer.Forward(tape, x);
        }),
    ];

    private static Work Of(string name, int passes, Func<ParameterBlock, RandomStream, Func<Tape, Tensor, Tensor>> make)
    {
        return new Work(
            "overhead", $"{name}, forward and backward", Chain * passes / 1e9, "ns", Prepare, null, new Dictionary<string, object>());

        Performance Prepare(CpuBackend backend)
        {
            ParameterBlock block = new(backend);
            TensorArena arena = new(backend);
            Func<Tape, Tensor, Tensor> operation = make(block, new RandomStream(1, name));
            Tensor input = Numbers.Normal(arena, "x", new Shape(1, 8), 0.1f);
            Training training = new(block, Loss, rate: 0);
            return new Performance(() => training.Step(), new Dictionary<string, Tensor>(), () => new Dictionary<string, float[]>(), null, training, block, arena);

            Tensor Loss(Tape tape)
            {
                Tensor state = tape.Variable(input);
                for (int step = 0; step < Chain; step++)
                    state = operation(tape, state);
                return tape.Mean(state);
            }
        }
    }
}
