using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Training;

/// <summary>
/// A running average of the weights, which is better than the weights themselves and steadier to judge. The decay grows at
/// first, so that the starting weights are soon forgotten.
/// </summary>
internal sealed class WeightAverage
{
    private readonly ParameterBlock _block;
    private readonly double _decay;

    /// <summary>Begins with the present weights.</summary>
    public WeightAverage(ParameterBlock block, double decay)
    {
        _block = block;
        _decay = decay;
        Values = block.AllocateLike();
        block.Backend.Copy(block.Values, Values);
    }

    /// <summary>The average, in the layout of the block's values.</summary>
    public Tensor Values { get; }

    /// <summary>Takes in the weights after an update.</summary>
    /// <param name="update">From 0.</param>
    public void Update(long update)
    {
        float kept = (float)Math.Min(_decay, (2.0 + update) / (11.0 + update));
        _block.Backend.ScaleInPlace(Values, kept);
        _block.Backend.AddScaled(_block.Values, 1 - kept, Values);
    }
}
