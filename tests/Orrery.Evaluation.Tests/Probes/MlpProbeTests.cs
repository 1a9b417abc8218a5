using Orrery.Evaluation.Probes;
using Orrery.Tensors;

namespace Orrery.Evaluation.Tests.Probes;

public sealed class MlpProbeTests
{
    [Fact]
    public void A_curled_up_code_is_read_out_where_the_linear_probe_fails_and_to_the_same_bits_again()
    {
        ProbeRows rows = LinearProbeTests.Rows(3000, (x, y) =>
            [MathF.Sin(x / 6), MathF.Cos(x / 6), MathF.Sin(x / 40), MathF.Sin(y / 5), MathF.Cos(y / 5), MathF.Sin(y / 38)]);
        (ProbeRows fitted, ProbeRows heldOut) = rows.Split();
        var options = new MlpProbeOptions(Width: 64, Steps: 700);
        using var backend = new CpuBackend(2);
        (ProbeResult linear, _) = LinearProbe.Run(fitted, heldOut, ["x (px)", "y (px)"]);
        (ProbeResult network, float[] predictions) = MlpProbe.Run(backend, fitted, heldOut, ["x (px)", "y (px)"], options);
        Assert.True(network.RSquared.All(value => value > 0.99), string.Join(", ", network.RSquared));
        Assert.True(network.MeanDistance < 0.7 * linear.MeanDistance);
        Assert.Equal(predictions, MlpProbe.Run(backend, fitted, heldOut, ["x (px)", "y (px)"], options).Predictions);
    }
}
