namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = the largest element of each window, padding never winning; the gradient goes to the element that won.</summary>
internal sealed class MaxPoolRule : Rule
{
    private static readonly MaxPoolRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, PoolGeometry geometry)
    {
        var shape = OutputShape("MaxPool2d", x, geometry);
        var y = tape.Arena.Allocate(shape);
        var winners = tape.Arena.AllocateInt(shape);
        tape.Backend.MaxPool2d(x, geometry, y, winners);
        return tape.Records(x) ? tape.Record(Instance, y, new RuleData { I0 = tape.Keep(winners) }, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) =>
        step.Backend.MaxPool2dGradient(step.OutputGradient, step.Tape.KeptIntegers(step.Data.I0), step.GradientOf(0));

    /// <summary>The shape of a pooled picture.</summary>
    public static Shape OutputShape(string operation, Tensor x, PoolGeometry geometry)
    {
        Shapes.RequireRank(operation, nameof(x), x, 4, "[B, C, H, W]");
        if (2 * geometry.PaddingY > geometry.KernelY || 2 * geometry.PaddingX > geometry.KernelX)
            throw new ArgumentException($"{operation}: the padding must be at most half of the kernel, so that every window sees the picture.", nameof(geometry));
        return new Shape(
            x.Shape[0],
            x.Shape[1],
            ConvolutionRule.OutputLength(operation, x.Shape[2], geometry.KernelY, geometry.StrideY, geometry.PaddingY),
            ConvolutionRule.OutputLength(operation, x.Shape[3], geometry.KernelX, geometry.StrideX, geometry.PaddingX));
    }
}
