using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>One layer of a gated recurrent unit.</summary>
public sealed class GruCell
{
    /// <summary>
    /// Registers <c>NAME.weight_ih</c> [3 D, I], <c>NAME.weight_hh</c> [3 D, D], <c>NAME.bias_ih</c> and <c>NAME.bias_hh</c> [3 D], even in
    /// +-1 / sqrt(D); their rows are in the order reset, update, new.
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">I, the length of the input.</param>
    /// <param name="width">D, the length of the state.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public GruCell(ParameterBlock block, string name, int inputs, int width, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        Width = width;
        InputWeight = Add("weight_ih", new Shape(3 * width, inputs), decays: true);
        StateWeight = Add("weight_hh", new Shape(3 * width, width), decays: true);
        InputBias = Add("bias_ih", new Shape(3 * width), decays: false);
        StateBias = Add("bias_hh", new Shape(3 * width), decays: false);

        Parameter Add(string part, Shape shape, bool decays)
        {
            var parameter = block.Add($"{name}.{part}", shape, decays);
            Initialization.KaimingUniform(parameter, width, random.Child(parameter.Name));
            return parameter;
        }
    }

    /// <summary>D, the length of the state.</summary>
    public int Width { get; }

    /// <summary>[3 D, I].</summary>
    public Parameter InputWeight { get; }

    /// <summary>[3 D, D].</summary>
    public Parameter StateWeight { get; }

    /// <summary>[3 D].</summary>
    public Parameter InputBias { get; }

    /// <summary>[3 D].</summary>
    public Parameter StateBias { get; }

    /// <summary>One step.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, I].</param>
    /// <param name="h">[B, D], the state.</param>
    /// <returns>[B, D], the next state.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, Tensor h)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.GruCell(x, h, tape.Use(InputWeight), tape.Use(StateWeight), tape.Use(InputBias), tape.Use(StateBias));
    }
}
