using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>Linear, batch norm, GELU, linear: the space in which latents are compared, apart from the one that a transformer works in.</summary>
internal sealed class ProjectionHead
{
    private readonly Linear _hidden;
    private readonly BatchNorm _norm;
    private readonly Linear _output;

    /// <summary>Registers <c>NAME.fc1</c>, <c>NAME.norm</c> and <c>NAME.fc2</c>.</summary>
    public ProjectionHead(ParameterBlock block, string name, int inputs, int hidden, int outputs, RandomStream random)
    {
        _hidden = new Linear(block, $"{name}.fc1", inputs, hidden, random);
        _norm = new BatchNorm(block, $"{name}.norm", hidden);
        _output = new Linear(block, $"{name}.fc2", hidden, outputs, random);
    }

    /// <summary>[B, in] to [B, out].</summary>
    public Tensor Forward(Tape tape, Tensor x, bool training) =>
        _output.Forward(tape, tape.Gelu(_norm.Forward(tape, _hidden.Forward(tape, x), training)));
}
