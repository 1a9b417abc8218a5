using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Training;

/// <summary>What the running average of an encoder's weights makes of a batch: targets that move slowly and carry no gradient (BYOL).</summary>
/// <remarks>Batch norms have one set of running statistics: it takes in what both encoders see, and validation and planning read it.</remarks>
internal sealed class AveragedTargets(LatentNetwork network) : IDisposable
{
    private readonly Tape _tape = new(network.Block.Backend) { Recording = false };
    private readonly Tensor _kept = network.Block.AllocateLike();
    private float[] _latents = [];

    /// <summary>Encodes pictures with the averaged weights.</summary>
    /// <param name="tape">Where the latents are put.</param>
    /// <param name="seen">[T B, F] observations as bytes.</param>
    /// <param name="averaged">The weights, in the layout of the block's values.</param>
    /// <param name="shape">[T, B, D].</param>
    public Tensor Encode(Tape tape, ReadOnlySpan<byte> seen, Tensor averaged, Shape shape)
    {
        if (_latents.Length != shape.Count)
            _latents = new float[shape.Count];
        Backend backend = network.Block.Backend;
        backend.Copy(network.Block.Values, _kept);
        backend.Copy(averaged, network.Block.Values);
        try
        {
            _tape.Reset();
            backend.Download(network.Encode(_tape, network.Upload(_tape, seen, out Tensor proprioception), proprioception, training: true), _latents);
        }
        finally
        {
            backend.Copy(_kept, network.Block.Values);
        }

        return tape.Constant(_latents, shape);
    }

    public void Dispose() => _tape.Dispose();
}
