using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Starting values of parameters. Each uses a stream of its own, so that adding a layer changes no other.</summary>
public static class Initialization
{
    /// <summary>Evenly in +-1 / sqrt(fanIn): PyTorch's default for linear layers and convolutions, weights and biases alike.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <param name="fanIn">How many inputs each output sums; at least 1.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fan-in is not positive.</exception>
    public static void KaimingUniform(Parameter parameter, int fanIn, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanIn);
        Uniform(parameter, 1 / Math.Sqrt(fanIn), random);
    }

    /// <summary>Evenly in +-sqrt(6 / (fanIn + fanOut)). Source: Glorot and Bengio, 2010.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <param name="fanIn">How many inputs each output sums.</param>
    /// <param name="fanOut">How many outputs each input reaches.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <exception cref="ArgumentOutOfRangeException">A fan is not positive.</exception>
    public static void XavierUniform(Parameter parameter, int fanIn, int fanOut, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanIn);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanOut);
        Uniform(parameter, Math.Sqrt(6.0 / (fanIn + fanOut)), random);
    }

    /// <summary>From the normal distribution around 0.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <param name="standardDeviation">The standard deviation.</param>
    /// <param name="random">The stream to draw from.</param>
    public static void Normal(Parameter parameter, float standardDeviation, RandomStream random) =>
        Set(parameter, random, stream => standardDeviation * stream.NextNormal());

    /// <summary>From the normal distribution around 0, without what lies beyond two standard deviations.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <param name="standardDeviation">The standard deviation before truncation.</param>
    /// <param name="random">The stream to draw from.</param>
    public static void TruncatedNormal(Parameter parameter, float standardDeviation, RandomStream random)
    {
        const double Below = 0.022750131948179212; // The normal distribution function at -2.
        Set(parameter, random, stream => standardDeviation * NormalQuantile.Compute(Below + ((1 - (2 * Below)) * stream.NextDouble())));
    }

    /// <summary>
    /// Orthonormal rows, or columns where there are more rows than columns. Axis 0 is the rows, all others are the columns.
    /// Source: Saxe, McClelland and Ganguli, 2013.
    /// </summary>
    /// <param name="parameter">The parameter to set, with at least two axes.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="gain">What the result is multiplied by.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The parameter has fewer than two axes.</exception>
    public static void Orthogonal(Parameter parameter, RandomStream random, float gain = 1)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(random);
        var shape = parameter.Shape;
        if (shape.Rank < 2) throw new ArgumentException($"Orthogonal: '{parameter.Name}' has shape {shape}; at least two axes are needed.", nameof(parameter));
        var (rows, columns) = (shape[0], shape.Count / Math.Max(1, shape[0]));
        var (count, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var vectors = new double[count][];
        for (var index = 0; index < count; index++) vectors[index] = NextOrthonormal(vectors.AsSpan(0, index), length, random);
        var values = new float[shape.Count];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                values[(row * columns) + column] = (float)(gain * (rows <= columns ? vectors[row][column] : vectors[column][row]));
        }

        Upload(parameter, values);
    }

    /// <summary>One value everywhere. Parameters are zero unless they are set.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentNullException">The parameter is null.</exception>
    public static void Constant(Parameter parameter, float value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Upload(parameter, Enumerable.Repeat(value, parameter.Shape.Count).ToArray());
    }

    /// <summary>Zero everywhere.</summary>
    /// <param name="parameter">The parameter to set.</param>
    /// <exception cref="ArgumentNullException">The parameter is null.</exception>
    public static void Zeros(Parameter parameter) => Constant(parameter, 0);

    /// <summary>Numbers from 3 to 6 in equal steps: forget gates that keep 95 to 99.8 % of each step to the next.</summary>
    internal static void SpreadForgetGates(Span<float> biases)
    {
        for (var index = 0; index < biases.Length; index++) biases[index] = 3 + (3f * index / Math.Max(1, biases.Length - 1));
    }

    private static void Uniform(Parameter parameter, double limit, RandomStream random) =>
        Set(parameter, random, stream => limit * ((2 * stream.NextDouble()) - 1));

    private static void Set(Parameter parameter, RandomStream random, Func<RandomStream, double> draw)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(random);
        var values = new float[parameter.Shape.Count];
        for (var index = 0; index < values.Length; index++) values[index] = (float)draw(random);
        Upload(parameter, values);
    }

    private static void Upload(Parameter parameter, float[] values) => values.CopyTo(parameter.Value.Span);

    // Gram and Schmidt's way, twice, because once loses orthogonality to rounding.
    private static double[] NextOrthonormal(ReadOnlySpan<double[]> earlier, int length, RandomStream random)
    {
        var vector = new double[length];
        for (var index = 0; index < length; index++) vector[index] = random.NextNormal();
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var other in earlier)
            {
                var product = 0.0;
                for (var index = 0; index < length; index++) product += vector[index] * other[index];
                for (var index = 0; index < length; index++) vector[index] -= product * other[index];
            }
        }

        var square = 0.0;
        foreach (var element in vector) square += element * element;
        var norm = Math.Sqrt(square);
        for (var index = 0; index < length; index++) vector[index] /= norm;
        return vector;
    }
}
