using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Nn;

/// <summary>A backend, a block for parameters, a tape and a stream of random numbers for tests of layers.</summary>
public abstract class LayerFixture : IDisposable
{
    private readonly Backend _backend;

    private protected LayerFixture(Backend backend, ulong seed, string name)
    {
        _backend = backend;
        Block = new ParameterBlock(backend);
        Tape = new Tape(backend);
        Random = new RandomStream(seed, name);
    }

    private protected ParameterBlock Block { get; }

    private protected Tape Tape { get; }

    private protected RandomStream Random { get; }

    public void Dispose()
    {
        Tape.Dispose();
        Block.Dispose();
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A constant of normal numbers.</summary>
    private protected Tensor Draw(params ReadOnlySpan<int> lengths)
    {
        var tensor = Tape.Input(new Shape(lengths));
        Random.FillNormal(tensor.Span);
        return tensor;
    }
}
