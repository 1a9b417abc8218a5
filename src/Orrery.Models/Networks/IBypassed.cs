using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Networks;

/// <summary>A network with a linear map beside it, which can be started from something known.</summary>
internal interface IBypassed
{
    /// <summary>The linear map's weights, [outputs, inputs].</summary>
    Span<float> Linear { get; }

    /// <summary>[B, inputs] to [B, outputs].</summary>
    Tensor Forward(Tape tape, Tensor x);
}
