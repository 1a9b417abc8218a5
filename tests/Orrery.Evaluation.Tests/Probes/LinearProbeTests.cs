using Orrery.Evaluation.Probes;

namespace Orrery.Evaluation.Tests.Probes;

public sealed class LinearProbeTests
{
    [Fact]
    public void A_linear_code_is_read_out_and_a_constant_dimension_does_no_harm()
    {
        ProbeRows rows = Rows(1000, (x, y) => [x + y, x - (2 * y), 3, 0.001f * x]);
        (ProbeRows fitted, ProbeRows heldOut) = rows.Split();
        (ProbeResult result, float[] predictions) = LinearProbe.Run(fitted, heldOut, ["x (px)", "y (px)"]);
        Assert.True(result.RSquared.All(value => value > 0.999));
        Assert.InRange(result.MeanDistance, 0, 0.2);
        Assert.Equal(700, result.TrainingRows);
        Assert.Equal(300, result.HeldOutRows);
        Assert.Equal(600, predictions.Length);
    }

    [Fact]
    public void Latents_that_know_nothing_explain_nothing()
    {
        var random = new Random(5);
        ProbeRows rows = Rows(1000, (_, _) => [random.NextSingle(), random.NextSingle(), random.NextSingle(), random.NextSingle()]);
        (ProbeRows fitted, ProbeRows heldOut) = rows.Split();
        (ProbeResult result, _) = LinearProbe.Run(fitted, heldOut, ["x", "y"]);
        Assert.True(result.RSquared.All(value => value < 0.1));
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused() =>
        Assert.Contains("whole rows", Assert.Throws<ArgumentException>(() => new ProbeRows(new float[10], 4, new float[4], 2)).Message, StringComparison.Ordinal);

    internal static ProbeRows Rows(int count, Func<float, float, float[]> encode)
    {
        var random = new Random(7);
        var latents = new List<float>();
        var states = new List<float>();
        for (int row = 0; row < count; row++)
        {
            float x = 60 * random.NextSingle();
            float y = 60 * random.NextSingle();
            latents.AddRange(encode(x, y));
            states.AddRange([x, y]);
        }

        return new ProbeRows([.. latents], latents.Count / count, [.. states], 2);
    }
}
