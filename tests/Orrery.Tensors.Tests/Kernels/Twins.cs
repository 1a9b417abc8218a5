using Orrery.Tensors.Buffers;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Kernels;

/// <summary>
/// Runs an operation on the scalar twin and on the processor with one, two and three threads, from the same start, and compares:
/// the first with a tolerance, the others bit by bit.
/// </summary>
public sealed class Twins : IDisposable
{
    private readonly CpuBackend[] _processors = [new(1), new(2), new(3)];
    private readonly ScalarBackend _scalar = new();
    private ulong _state = 12345;

    public Twins() => Arena = new TensorArena(_scalar, name: "twins");

    public TensorArena Arena { get; }

    public Backend Processor => _processors[1];

    public Backend Scalar => _scalar;

    public Tensor Random(params ReadOnlySpan<int> lengths) => RandomIn(-1, 1, lengths);

    public Tensor RandomIn(float low, float high, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = Arena.Allocate(new Shape(lengths));
        foreach (ref float number in tensor.Span)
        {
            _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
            number = low + ((high - low) * ((_state >> 40) / 16777216f));
        }

        return tensor;
    }

    public Tensor Of(ReadOnlySpan<float> numbers, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = Arena.Allocate(new Shape(lengths));
        numbers.CopyTo(tensor.Span);
        return tensor;
    }

    public IntTensor Integers(int below, params ReadOnlySpan<int> lengths)
    {
        IntTensor tensor = Arena.AllocateInt(new Shape(lengths));
        foreach (ref int number in tensor.Span)
        {
            _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
            number = (int)((_state >> 33) % (ulong)below);
        }

        return tensor;
    }

    /// <summary>Compares what an operation makes of the given outputs, which start as they are.</summary>
    internal void Agree(string what, double relative, double absolute, Action<Backend> run, params Tensor[] outputs)
    {
        float[][] start = [.. outputs.Select(output => output.Span.ToArray())];
        float[][] expected = After(_scalar);
        float[][]? first = null;
        foreach (CpuBackend processor in _processors)
        {
            float[][] actual = After(processor);
            for (int index = 0; index < outputs.Length; index++)
            {
                string name = $"{what}, output {index} {outputs[index].Shape}, {processor.Threads} threads";
                if (first is null)
                    Expect.Close([.. expected[index].Select(value => (double)value)], actual[index], relative, absolute, name);
                else
                    Expect.SameBits(first[index], actual[index], name);
            }

            first ??= actual;
        }

        float[][] After(Backend backend)
        {
            for (int index = 0; index < outputs.Length; index++)
                start[index].CopyTo(outputs[index].Span);
            run(backend);
            return [.. outputs.Select(output => output.Span.ToArray())];
        }
    }

    public void Dispose()
    {
        Arena.Dispose();
        _scalar.Dispose();
        foreach (CpuBackend processor in _processors)
            processor.Dispose();
    }
}
