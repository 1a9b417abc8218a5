namespace Orrery.Tensors.Tests.Reference;

internal sealed partial class ScalarBackend
{
    public override void Softmax(Tensor x, Tensor y) => SoftmaxRows(x, y, logarithm: false);

    public override void LogSoftmax(Tensor x, Tensor y) => SoftmaxRows(x, y, logarithm: true);

    public override void SoftmaxGradient(Tensor y, Tensor dy, Tensor dx)
    {
        var width = y.Shape[-1];
        for (var start = 0; start < y.Count; start += width)
        {
            var dot = 0.0;
            for (var index = start; index < start + width; index++) dot += (double)y.Span[index] * dy.Span[index];
            for (var index = start; index < start + width; index++) dx.Span[index] += (float)(y.Span[index] * (dy.Span[index] - dot));
        }
    }

    public override void LogSoftmaxGradient(Tensor y, Tensor dy, Tensor dx)
    {
        var width = y.Shape[-1];
        for (var start = 0; start < y.Count; start += width)
        {
            var sum = 0.0;
            for (var index = start; index < start + width; index++) sum += dy.Span[index];
            for (var index = start; index < start + width; index++) dx.Span[index] += (float)(dy.Span[index] - (Math.Exp(y.Span[index]) * sum));
        }
    }

    private static void SoftmaxRows(Tensor x, Tensor y, bool logarithm)
    {
        var width = x.Shape[-1];
        for (var start = 0; start < x.Count; start += width)
        {
            var row = x.Span.Slice(start, width);
            double max = double.NegativeInfinity, sum = 0;
            foreach (var value in row) max = Math.Max(max, value);
            foreach (var value in row) sum += Math.Exp(value - max);
            for (var index = 0; index < width; index++)
                y.Span[start + index] = (float)(logarithm ? row[index] - max - Math.Log(sum) : Math.Exp(row[index] - max) / sum);
        }
    }

    public override void LayerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation)
    {
        var width = gain.IsNull ? x.Shape[-1] : gain.Count;
        Normalize(x, gain, bias, epsilon, y, mean, inverseDeviation, index => index / width, index => index % width);
    }

    public override void LayerNormGradient(Tensor x, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias)
    {
        var width = gain.IsNull ? x.Shape[-1] : gain.Count;
        NormalizeGradient(x, gain, mean, inverseDeviation, dy, dx, dGain, dBias, index => index / width, index => index % width);
    }

    public override void GroupNorm(Tensor x, int groups, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation) =>
        Normalize(x, gain, bias, epsilon, y, mean, inverseDeviation, GroupOf(x, groups), ChannelOf(x));

    public override void GroupNormGradient(
        Tensor x, int groups, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias) =>
        NormalizeGradient(x, gain, mean, inverseDeviation, dy, dx, dGain, dBias, GroupOf(x, groups), ChannelOf(x));

    public override void BatchNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor variance)
    {
        Normalize(x, gain, bias, epsilon, y, mean, variance, ChannelOf(x), ChannelOf(x));
        foreach (ref var value in variance.Span) value = (float)((1 / ((double)value * value)) - epsilon);
    }

    public override void BatchNormGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor variance, float epsilon, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias)
    {
        var saved = variance.Span.ToArray();
        foreach (ref var value in variance.Span) value = (float)(1 / Math.Sqrt((double)value + epsilon));
        NormalizeGradient(x, gain, mean, variance, dy, dx, dGain, dBias, ChannelOf(x), ChannelOf(x));
        saved.CopyTo(variance.Span);
    }

    private static Func<int, int> ChannelOf(Tensor x)
    {
        int channels = x.Shape[1], plane = x.Shape.CountOf(2, x.Shape.Rank);
        return index => index / plane % channels;
    }

    private static Func<int, int> GroupOf(Tensor x, int groups)
    {
        var size = x.Count / x.Shape[0] / groups;
        return index => index / size;
    }

    private static void Normalize(
        Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverse, Func<int, int> groupOf, Func<int, int> channelOf)
    {
        var count = (double)x.Count / mean.Count;
        double[] means = new double[mean.Count], variances = new double[mean.Count];
        for (var index = 0; index < x.Count; index++) means[groupOf(index)] += x.Span[index] / count;
        for (var index = 0; index < x.Count; index++) variances[groupOf(index)] += Math.Pow(x.Span[index] - means[groupOf(index)], 2) / count;
        for (var index = 0; index < x.Count; index++)
        {
            var (group, channel) = (groupOf(index), channelOf(index));
            var normal = (x.Span[index] - means[group]) / Math.Sqrt(variances[group] + epsilon);
            y.Span[index] = (float)((normal * (gain.IsNull ? 1 : gain.Span[channel])) + (bias.IsNull ? 0 : bias.Span[channel]));
        }

        for (var group = 0; group < means.Length; group++)
        {
            mean.Span[group] = (float)means[group];
            inverse.Span[group] = (float)(1 / Math.Sqrt(variances[group] + epsilon));
        }
    }

    private static void NormalizeGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor inverse, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias, Func<int, int> groupOf, Func<int, int> channelOf)
    {
        // The mean is computed anew: its float would lose what a large offset needs.
        var count = (double)x.Count / mean.Count;
        double[] means = new double[mean.Count], sums = new double[mean.Count], products = new double[mean.Count];
        for (var index = 0; index < x.Count; index++) means[groupOf(index)] += x.Span[index] / count;
        double Normal(int index) => (x.Span[index] - means[groupOf(index)]) * inverse.Span[groupOf(index)];
        for (var index = 0; index < x.Count; index++)
        {
            var (group, channel) = (groupOf(index), channelOf(index));
            var scaled = dy.Span[index] * (gain.IsNull ? 1.0 : gain.Span[channel]);
            sums[group] += scaled / count;
            products[group] += scaled * Normal(index) / count;
            if (!dGain.IsNull) dGain.Span[channel] += (float)(dy.Span[index] * Normal(index));
            if (!dBias.IsNull) dBias.Span[channel] += dy.Span[index];
        }

        if (dx.IsNull) return;
        for (var index = 0; index < x.Count; index++)
        {
            var (group, channel) = (groupOf(index), channelOf(index));
            var scaled = dy.Span[index] * (gain.IsNull ? 1.0 : gain.Span[channel]);
            dx.Span[index] += (float)((scaled - sums[group] - (Normal(index) * products[group])) * inverse.Span[group]);
        }
    }

    public override void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y, Tensor inverseRoot)
    {
        var width = x.Shape[-1];
        for (var row = 0; row < x.Count / width; row++)
        {
            var square = 0.0;
            foreach (var value in x.Span.Slice(row * width, width)) square += (double)value * value / width;
            var inverse = 1 / Math.Sqrt(square + epsilon);
            inverseRoot.Span[row] = (float)inverse;
            for (var column = 0; column < width; column++)
                y.Span[(row * width) + column] = (float)(x.Span[(row * width) + column] * inverse * (gain.IsNull ? 1 : gain.Span[column]));
        }
    }

    public override void RmsNormGradient(Tensor x, Tensor gain, Tensor inverseRoot, Tensor dy, Tensor dx, Tensor dGain)
    {
        var width = x.Shape[-1];
        for (var row = 0; row < x.Count / width; row++)
        {
            double inverse = inverseRoot.Span[row], product = 0;
            for (var column = 0; column < width; column++)
            {
                var index = (row * width) + column;
                product += dy.Span[index] * (gain.IsNull ? 1.0 : gain.Span[column]) * x.Span[index] / width;
                if (!dGain.IsNull) dGain.Span[column] += (float)(dy.Span[index] * x.Span[index] * inverse);
            }

            for (var column = 0; !dx.IsNull && column < width; column++)
            {
                var index = (row * width) + column;
                dx.Span[index] += (float)(inverse * ((dy.Span[index] * (gain.IsNull ? 1.0 : gain.Span[column])) - (x.Span[index] * inverse * inverse * product)));
            }
        }
    }

    public override void GruGates(Tensor gi, Tensor gh, Tensor h, Tensor hNew, Tensor gates)
    {
        var width = h.Shape[1];
        for (var index = 0; index < h.Count; index++)
        {
            var at = (index / width * 3 * width) + (index % width);
            var r = ScalarFunctions.Sigmoid((double)gi.Span[at] + gh.Span[at]);
            var z = ScalarFunctions.Sigmoid((double)gi.Span[at + width] + gh.Span[at + width]);
            var n = Math.Tanh(gi.Span[at + (2 * width)] + (r * gh.Span[at + (2 * width)]));
            (gates.Span[at], gates.Span[at + width], gates.Span[at + (2 * width)]) = ((float)r, (float)z, (float)n);
            hNew.Span[index] = (float)(((1 - z) * n) + (z * h.Span[index]));
        }
    }

    public override void GruGatesGradient(Tensor gh, Tensor h, Tensor gates, Tensor dhNew, Tensor dGi, Tensor dGh, Tensor dH)
    {
        var width = h.Shape[1];
        for (var index = 0; index < h.Count; index++)
        {
            var at = (index / width * 3 * width) + (index % width);
            double r = gates.Span[at], z = gates.Span[at + width], n = gates.Span[at + (2 * width)], up = dhNew.Span[index];
            var dn = up * (1 - z) * (1 - (n * n));
            var dr = dn * gh.Span[at + (2 * width)] * r * (1 - r);
            var dz = up * (h.Span[index] - n) * z * (1 - z);
            if (!dGi.IsNull) Add(dGi, dn);
            if (!dGh.IsNull) Add(dGh, dn * r);
            if (!dH.IsNull) dH.Span[index] += (float)(up * z);

            void Add(Tensor target, double newGate)
            {
                target.Span[at] += (float)dr;
                target.Span[at + width] += (float)dz;
                target.Span[at + (2 * width)] += (float)newGate;
            }
        }
    }

    public override void NormalityStatistic(Tensor x, Tensor y) => Normality(x, (column, statistic, _) => y.Span[column] = (float)statistic);

    public override void NormalityStatisticGradient(Tensor x, Tensor dy, Tensor dx)
    {
        var (batch, width) = (x.Shape[1], x.Shape[2]);
        Normality(x, (column, _, moments) =>
        {
            for (var b = 0; b < batch; b++)
            {
                var index = (((column / width * batch) + b) * width) + (column % width);
                var sum = 0.0;
                for (var k = 0; k < 17; k++)
                {
                    var (t, weight, phi) = Knot(k);
                    sum += 2 * weight * phi * t * ((moments[k].Sine * Math.Cos(t * x.Span[index])) - (moments[k].Cosine * Math.Sin(t * x.Span[index])));
                }

                dx.Span[index] += (float)(dy.Span[column] * sum);
            }
        });
    }

    private static (double T, double Weight, double Phi) Knot(int k) =>
        (3.0 * k / 16, k is 0 or 16 ? 3.0 / 16 : 3.0 / 8, Math.Exp(-0.5 * Math.Pow(3.0 * k / 16, 2)));

    private static void Normality(Tensor x, Action<int, double, (double Cosine, double Sine)[]> visit)
    {
        var (batch, width) = (x.Shape[1], x.Shape[2]);
        var moments = new (double Cosine, double Sine)[17];
        for (var column = 0; column < x.Shape[0] * width; column++)
        {
            var statistic = 0.0;
            for (var k = 0; k < 17; k++)
            {
                var (t, weight, phi) = Knot(k);
                double cosine = -phi, sine = 0;
                for (var b = 0; b < batch; b++)
                {
                    double value = x.Span[(((column / width * batch) + b) * width) + (column % width)];
                    cosine += Math.Cos(t * value) / batch;
                    sine += Math.Sin(t * value) / batch;
                }

                moments[k] = (cosine, sine);
                statistic += batch * weight * phi * ((cosine * cosine) + (sine * sine));
            }

            visit(column, statistic, moments);
        }
    }
}
