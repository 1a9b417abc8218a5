using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>One step of a recurrence.</content>
public sealed partial class Tape
{
    /// <summary>
    /// One step of a gated recurrent unit. The rows of the weights are in the order reset, update, new.
    /// Source: Cho et al., 2014, in PyTorch's form, where the reset gate acts after the product.
    /// </summary>
    /// <param name="x">[B, I].</param>
    /// <param name="h">[B, D], the state.</param>
    /// <param name="inputWeight">[3 D, I].</param>
    /// <param name="stateWeight">[3 D, D].</param>
    /// <param name="inputBias">[3 D], or a null tensor.</param>
    /// <param name="stateBias">[3 D], or a null tensor.</param>
    /// <returns>[B, D], the next state.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor GruCell(Tensor x, Tensor h, Tensor inputWeight, Tensor stateWeight, Tensor inputBias = default, Tensor stateBias = default) =>
        GruGates(Linear(x, inputWeight, inputBias), Linear(h, stateWeight, stateBias), h);

    /// <summary>The gates of a gated recurrent unit, where the products were computed before.</summary>
    /// <param name="inputGates">[B, 3 D]: reset, update, new, from the input.</param>
    /// <param name="stateGates">[B, 3 D]: the same from the state.</param>
    /// <param name="h">[B, D], the state.</param>
    /// <returns>[B, D], the next state.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor GruGates(Tensor inputGates, Tensor stateGates, Tensor h) => GruGatesRule.Apply(this, inputGates, stateGates, h);
}
