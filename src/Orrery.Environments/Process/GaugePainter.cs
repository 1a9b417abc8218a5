namespace Orrery.Environments.Process;

/// <summary>Draws a process as upright gauges: inputs on the left, measurements on the right.</summary>
internal static class GaugePainter
{
    private const double Margin = 0.12;
    private const double GaugeShare = 0.6;

    /// <summary>Draws.</summary>
    /// <param name="rgb">[height, width, 3], replaced.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="inputs">How full each input's gauge is, 0 to 1.</param>
    /// <param name="outputs">How full each measurement's gauge is, 0 to 1.</param>
    public static void Draw(Span<byte> rgb, int width, int height, ReadOnlySpan<double> inputs, ReadOnlySpan<double> outputs)
    {
        ReadOnlySpan<byte> page = [255, 255, 255];
        ReadOnlySpan<byte> empty = [228, 231, 236];
        ReadOnlySpan<byte> input = [217, 119, 6];
        ReadOnlySpan<byte> output = [37, 99, 235];
        var gauges = inputs.Length + outputs.Length;
        for (var row = 0; row < height; row++)
        {
            var up = 1 - ((row + 0.5) / height);
            var inside = (up - Margin) / (1 - (2 * Margin));
            for (var column = 0; column < width; column++)
            {
                var along = (column + 0.5) / width * gauges;
                var gauge = Math.Min((int)along, gauges - 1);
                var isGauge = Math.Abs(along - gauge - 0.5) < GaugeShare / 2 && inside is >= 0 and <= 1;
                var filled = gauge < inputs.Length ? inputs[gauge] : outputs[gauge - inputs.Length];
                var colour = !isGauge ? page : inside > filled ? empty : gauge < inputs.Length ? input : output;
                colour.CopyTo(rgb[(((row * width) + column) * 3)..]);
            }
        }
    }
}
