using System.Collections.Concurrent;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Autograd;

/// <summary>
/// The weights of linear layers in the order in which products read them, each packed when it is first used. For networks that are
/// only run: a weight must not change, nor its memory be given back, as long as this is used. Tapes on several threads may share it.
/// </summary>
public sealed unsafe class PackedWeights : IDisposable
{
    private readonly Backend _backend;
    private readonly TensorArena _arena;
    private readonly ConcurrentDictionary<(nint Address, int Outputs, int Inputs), PackedMatrix> _packed = new();
    private readonly Lock _packing = new();

    /// <summary>Nothing packed yet.</summary>
    /// <param name="backend">Packs; tapes that use these weights compute on one of its kind. It must outlive them.</param>
    public PackedWeights(Backend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        _arena = new TensorArena(backend, name: "packed weights");
    }

    /// <summary>A weight, packed.</summary>
    /// <param name="weight">[out, in].</param>
    /// <returns>The packed matrix [in, out].</returns>
    internal PackedMatrix Of(in Tensor weight)
    {
        (nint Address, int Outputs, int Inputs) key = ((nint)weight.Pointer, weight.Shape[0], weight.Shape[1]);
        return _packed.TryGetValue(key, out PackedMatrix packed) ? packed : Pack(key, weight);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _arena.Dispose();

    private PackedMatrix Pack((nint Address, int Outputs, int Inputs) key, Tensor weight)
    {
        lock (_packing)
        {
            if (_packed.TryGetValue(key, out PackedMatrix packed)) return packed;
            packed = new PackedMatrix(_backend, _arena, key.Inputs, key.Outputs);
            _backend.Pack(weight, transposeB: true, packed);
            _packed[key] = packed;
            return packed;
        }
    }
}
