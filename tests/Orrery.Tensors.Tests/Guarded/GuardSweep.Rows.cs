namespace Orrery.Tensors.Tests.Guarded;

/// <content>Row by row, channel by channel, and recurrent cells.</content>
internal sealed partial class GuardSweep
{
    private static void EachRow(Action<int, int> run)
    {
        for (int length = 1; length <= 256; length++)
            run(1 + (length % 4), length);
        run(700, 70);
        run(2, 5000);
    }

    private void Softmax() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), y = Random(rows, length);
        Case("Softmax", backend => backend.Softmax(x, y));
    });

    private void LogSoftmax() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), y = Random(rows, length);
        Case("LogSoftmax", backend => backend.LogSoftmax(x, y));
    });

    private void SoftmaxGradient() => EachRow((rows, length) =>
    {
        Tensor y = Random(rows, length), dy = Random(rows, length), dx = Random(rows, length);
        Case("SoftmaxGradient", backend => backend.SoftmaxGradient(y, dy, dx));
    });

    private void LogSoftmaxGradient() => EachRow((rows, length) =>
    {
        Tensor y = Random(rows, length), dy = Random(rows, length), dx = Random(rows, length);
        Case("LogSoftmaxGradient", backend => backend.LogSoftmaxGradient(y, dy, dx));
    });

    private void LayerNorm() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), gain = Maybe(length), bias = Maybe(length), y = Random(rows, length), mean = Random(rows), inverse = Random(rows);
        Case("LayerNorm", backend => backend.LayerNorm(x, gain, bias, 1e-5f, y, mean, inverse));
    });

    private void LayerNormGradient() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), gain = Maybe(length), mean = Random(rows), inverse = Random(rows), dy = Random(rows, length);
        Tensor dx = Maybe(rows, length), dGain = Maybe(length), dBias = Maybe(length);
        Case("LayerNormGradient", backend => backend.LayerNormGradient(x, gain, mean, inverse, dy, dx, dGain, dBias));
    });

    private void RmsNorm() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), gain = Maybe(length), y = Random(rows, length), inverse = Random(rows);
        Case("RmsNorm", backend => backend.RmsNorm(x, gain, 1e-5f, y, inverse));
    });

    private void RmsNormGradient() => EachRow((rows, length) =>
    {
        Tensor x = Random(rows, length), gain = Maybe(length), inverse = Random(rows), dy = Random(rows, length), dx = Maybe(rows, length), dGain = Maybe(length);
        Case("RmsNormGradient", backend => backend.RmsNormGradient(x, gain, inverse, dy, dx, dGain));
    });

    private static void EachChannel(Action<int, int, int, int> run)
    {
        for (int inner = 1; inner <= 70; inner++)
            run(1 + (inner % 5), 1 + (inner % 3), 1 + (inner % 4), inner);
        for (int channels = 1; channels <= 70; channels++)
            run(1 + (channels % 7), channels, 1, 1);
        run(40, 8, 4, 81);
        run(300, 40, 1, 1);
    }

    private void GroupNorm() => EachChannel((batch, groups, perGroup, inner) =>
    {
        int channels = groups * perGroup;
        Tensor x = Random(batch, channels, inner), gain = Maybe(channels), bias = Maybe(channels), y = Random(batch, channels, inner);
        Tensor mean = Random(batch, groups), inverse = Random(batch, groups);
        Case($"GroupNorm {groups}", backend => backend.GroupNorm(x, groups, gain, bias, 1e-5f, y, mean, inverse));
    });

    private void GroupNormGradient() => EachChannel((batch, groups, perGroup, inner) =>
    {
        int channels = groups * perGroup;
        Tensor x = Random(batch, channels, inner), gain = Maybe(channels), mean = Random(batch, groups), inverse = Random(batch, groups);
        Tensor dy = Random(batch, channels, inner), dx = Maybe(batch, channels, inner), dGain = Maybe(channels), dBias = Maybe(channels);
        Case($"GroupNormGradient {groups}", backend => backend.GroupNormGradient(x, groups, gain, mean, inverse, dy, dx, dGain, dBias));
    });

    private void BatchNorm() => EachChannel((batch, groups, perGroup, inner) =>
    {
        int channels = groups * perGroup;
        Tensor x = Random(batch, channels, inner), gain = Maybe(channels), bias = Maybe(channels), y = Random(batch, channels, inner);
        Tensor mean = Random(channels), variance = Random(channels);
        Case("BatchNorm", backend => backend.BatchNorm(x, gain, bias, 1e-5f, y, mean, variance));
    });

    private void BatchNormGradient() => EachChannel((batch, groups, perGroup, inner) =>
    {
        int channels = groups * perGroup;
        Tensor x = Random(batch, channels, inner), gain = Maybe(channels), mean = Random(channels), variance = RandomIn(0.1f, 1, channels);
        Tensor dy = Random(batch, channels, inner), dx = Maybe(batch, channels, inner), dGain = Maybe(channels), dBias = Maybe(channels);
        Case("BatchNormGradient", backend => backend.BatchNormGradient(x, gain, mean, variance, 1e-5f, dy, dx, dGain, dBias));
    });

    private void GruGates() => EachRow((rows, width) =>
    {
        Tensor gi = Random(rows, 3 * width), gh = Random(rows, 3 * width), h = Random(rows, width), next = Random(rows, width), gates = Random(rows, 3 * width);
        Case("GruGates", backend => backend.GruGates(gi, gh, h, next, gates));
    });

    private void GruGatesGradient() => EachRow((rows, width) =>
    {
        Tensor gh = Random(rows, 3 * width), h = Random(rows, width), gates = Random(rows, 3 * width), dNext = Random(rows, width);
        Tensor dGi = Maybe(rows, 3 * width), dGh = Maybe(rows, 3 * width), dH = Maybe(rows, width);
        Case("GruGatesGradient", backend => backend.GruGatesGradient(gh, h, gates, dNext, dGi, dGh, dH));
    });

    private void NormalityStatistic()
    {
        for (int columns = 0; columns <= 70; columns++)
        {
            int times = 1 + (columns % 3), draws = 1 + (columns * 7 % 40);
            Tensor x = RandomIn(-3, 3, times, draws, columns), y = Random(times, columns);
            Case("NormalityStatistic", backend => backend.NormalityStatistic(x, y));
        }
    }

    private void NormalityStatisticGradient()
    {
        for (int columns = 0; columns <= 70; columns++)
        {
            int times = 1 + (columns % 3), draws = 1 + (columns * 7 % 40);
            Tensor x = RandomIn(-3, 3, times, draws, columns), dy = Random(times, columns), dx = Random(times, draws, columns);
            Case("NormalityStatisticGradient", backend => backend.NormalityStatisticGradient(x, dy, dx));
        }
    }
}
