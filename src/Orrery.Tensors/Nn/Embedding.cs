using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A table with a row of numbers for each of a set of things.</summary>
public sealed class Embedding
{
    /// <summary>Registers <c>NAME.weight</c> [count, D], normal with standard deviation 1.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="width">D, the length of a row.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Embedding(ParameterBlock block, string name, int count, int width, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        Weight = block.Add($"{name}.weight", new Shape(count, width));
        Initialization.Normal(Weight, 1, random.Child(Weight.Name));
    }

    /// <summary>[count, D].</summary>
    public Parameter Weight { get; }

    /// <summary>Looks rows up.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="rows">Row numbers, any shape.</param>
    /// <returns>[..., D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Tensor Forward(Tape tape, IntTensor rows)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.GatherRows(tape.Use(Weight), rows);
    }
}
