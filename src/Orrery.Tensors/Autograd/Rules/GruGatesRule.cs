namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// r = sigmoid(gi_r + gh_r), z = sigmoid(gi_z + gh_z), n = tanh(gi_n + r gh_n), h' = (1 - z) n + z h; all in one pass, forwards and
/// backwards.
/// </summary>
internal sealed class GruGatesRule : Rule
{
    private static readonly GruGatesRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor gi, Tensor gh, Tensor h)
    {
        Shapes.RequireRank("GruCell", "h", h, 2, "[B, D]");
        var gateShape = new Shape(h.Shape[0], 3 * h.Shape[1]);
        Shapes.Require("GruCell", "the gates from the input", gi, gateShape);
        Shapes.Require("GruCell", "the gates from the state", gh, gateShape);
        var next = tape.Arena.Allocate(h.Shape);
        var gates = tape.Arena.Allocate(gateShape);
        tape.Backend.GruGates(gi, gh, h, next, gates);
        return tape.Records(gi, gh, h) ? tape.Record(Instance, next, default, gi, gh, h, gates) : next;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.GruGatesGradient(
        step.Operand(1), step.Operand(2), step.Operand(3), step.OutputGradient, step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));
}
