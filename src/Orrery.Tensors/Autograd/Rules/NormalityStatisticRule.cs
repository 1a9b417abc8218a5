namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// The Epps-Pulley statistic of each column against the standard normal distribution:
/// B sum_k w_k phi_k [(mean_b cos(t_k x_b) - phi_k)^2 + (mean_b sin(t_k x_b))^2], t_k = 3k/16, phi_k = exp(-t_k^2 / 2).
/// dx_b += 2 dy sum_k w_k phi_k t_k [(mean sin) cos(t_k x_b) - (mean cos - phi_k) sin(t_k x_b)].
/// </summary>
internal sealed class NormalityStatisticRule : Rule
{
    private static readonly NormalityStatisticRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x)
    {
        Shapes.RequireRank("NormalityStatistic", nameof(x), x, 3, "[T, B, M]");
        var y = tape.Arena.Allocate(new Shape(x.Shape[0], x.Shape[2]));
        tape.Backend.NormalityStatistic(x, y);
        return tape.Records(x) ? tape.Record(Instance, y, default, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) =>
        step.Backend.NormalityStatisticGradient(step.Operand(0), step.OutputGradient, step.GradientOf(0));
}
