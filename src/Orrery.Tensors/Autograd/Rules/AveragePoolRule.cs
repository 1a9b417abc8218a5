namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = the mean of each window; the gradient is spread evenly over the window.</summary>
internal sealed class AveragePoolRule : Rule
{
    private static readonly AveragePoolRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, PoolGeometry geometry)
    {
        var y = tape.Arena.Allocate(MaxPoolRule.OutputShape("AveragePool2d", x, geometry));
        tape.Backend.AveragePool2d(x, geometry, y);
        var data = new RuleData
        {
            I0 = geometry.KernelY,
            I1 = geometry.KernelX,
            I2 = geometry.StrideY,
            I3 = geometry.StrideX,
            I4 = geometry.PaddingY,
            I5 = geometry.PaddingX,
            I6 = geometry.CountPadding ? 1 : 0,
        };
        return tape.Records(x) ? tape.Record(Instance, y, data, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        var geometry = new PoolGeometry(data.I0, data.I1, data.I2, data.I3, data.I4, data.I5, data.I6 != 0);
        step.Backend.AveragePool2dGradient(step.OutputGradient, geometry, step.GradientOf(0));
    }
}
