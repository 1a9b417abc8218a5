namespace Orrery.Tensors.Random;

/// <summary>
/// A named stream of random numbers. The same seed, name and position give the same bits on every platform and at any
/// thread count; sub-streams by <see cref="Child"/> and <see cref="At"/> are independent of each other and of how much
/// was drawn from this one. A stream is not safe for use by several threads at once: give each thread its own sub-stream.
/// </summary>
public sealed class RandomStream
{
    private const float FloatStep = 1f / (1 << 24);
    private const double DoubleStep = 1.0 / (1UL << 53);
    private const double WordStep = 1.0 / (1UL << 32);

    private ulong _key;
    private ulong _position;
    private ulong _cachedBlock = ulong.MaxValue;
    private Philox.Block _block;

    /// <summary>Opens the stream of a seed and a name.</summary>
    /// <param name="seed">The seed; any value.</param>
    /// <param name="name">The name; streams of different names are independent.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public RandomStream(ulong seed, string name)
        : this(RandomState.Create(seed, name))
    {
    }

    /// <summary>Opens a stream at a saved state.</summary>
    /// <param name="state">The state to continue from.</param>
    public RandomStream(RandomState state)
    {
        _key = state.Key;
        _position = state.Position;
    }

    /// <summary>Where the stream stands. Set it to continue from a saved state or to move to a sub-stream without allocating.</summary>
    public RandomState State
    {
        get => new(_key, _position);
        set
        {
            _key = value.Key;
            _position = value.Position;
            _cachedBlock = ulong.MaxValue;
        }
    }

    /// <summary>The independent sub-stream of a name, at its start.</summary>
    /// <param name="name">The name of the sub-stream.</param>
    /// <returns>A new stream.</returns>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public RandomStream Child(string name) => new(State.Child(name));

    /// <summary>The independent sub-stream of an index, at its start. <see cref="RandomState.At"/> does the same without allocating.</summary>
    /// <param name="index">The index of the sub-stream; any value.</param>
    /// <returns>A new stream.</returns>
    public RandomStream At(ulong index) => new(State.At(index));

    /// <summary>Draws 32 random bits.</summary>
    /// <returns>A number in 0 .. 2^32 - 1.</returns>
    public uint NextUInt()
    {
        var block = _position >> 2;
        if (block != _cachedBlock)
        {
            _block = Philox.Compute(_key, block, 0);
            _cachedBlock = block;
        }

        return (_position++ & 3) switch
        {
            0 => _block.X0,
            1 => _block.X1,
            2 => _block.X2,
            _ => _block.X3,
        };
    }

    /// <summary>Draws 64 random bits.</summary>
    /// <returns>A number in 0 .. 2^64 - 1.</returns>
    public ulong NextULong()
    {
        ulong low = NextUInt();
        return low | ((ulong)NextUInt() << 32);
    }

    /// <summary>Draws a number evenly from [0, 1), a multiple of 2^-24.</summary>
    /// <returns>The number.</returns>
    public float NextFloat() => (NextUInt() >> 8) * FloatStep;

    /// <summary>Draws a number evenly from [0, 1), a multiple of 2^-53.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextULong() >> 11) * DoubleStep;

    /// <summary>Draws a whole number evenly from 0 .. maximum - 1, without bias.</summary>
    /// <param name="maximum">One more than the largest number; at least 1.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public int NextInt(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        var product = (ulong)NextUInt() * (uint)maximum;
        if ((uint)product < (uint)maximum)
        {
            // The first (2^32 mod maximum) remainders would come up once too often (Lemire, 2019).
            var threshold = (uint)-maximum % (uint)maximum;
            while ((uint)product < threshold) product = (ulong)NextUInt() * (uint)maximum;
        }

        return (int)(product >> 32);
    }

    /// <summary>Draws from the standard normal distribution, within 6.4 standard deviations.</summary>
    /// <returns>The number.</returns>
    public double NextNormal() => NormalQuantile.Compute((NextUInt() + 0.5) * WordStep);

    /// <summary>Fills a span from the standard normal distribution.</summary>
    /// <param name="values">The numbers to write.</param>
    public void FillNormal(Span<float> values)
    {
        foreach (ref var value in values) value = (float)NextNormal();
    }

    /// <summary>Fills a span evenly from [low, high].</summary>
    /// <param name="values">The numbers to write.</param>
    /// <param name="low">The lowest number.</param>
    /// <param name="high">The highest number; not below <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">high is below low, or either is not finite.</exception>
    public void FillUniform(Span<float> values, float low, float high)
    {
        if (!(low <= high) || !float.IsFinite(low) || !float.IsFinite(high))
            throw new ArgumentOutOfRangeException(nameof(high), $"FillUniform: low {low} and high {high} must be finite, low not above high.");
        var width = (double)high - low;
        foreach (ref var value in values) value = (float)(low + (width * NextFloat()));
    }

    /// <summary>Puts a span's numbers in a random order, every order being equally likely (Fisher and Yates).</summary>
    /// <param name="values">The numbers to shuffle in place.</param>
    public void Shuffle(Span<int> values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    /// <summary>
    /// Draws an angle from the von Mises distribution around 0.
    /// Source: Best and Fisher, "Efficient simulation of the von Mises distribution", Applied Statistics 28, 1979.
    /// </summary>
    /// <param name="concentration">How narrow the distribution is, kappa: 0 is even over the circle.</param>
    /// <returns>An angle in [-pi, pi], in radians.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The concentration is negative or not finite.</exception>
    public double NextVonMises(double concentration)
    {
        if (!double.IsFinite(concentration) || concentration < 0)
            throw new ArgumentOutOfRangeException(nameof(concentration), $"NextVonMises: the concentration {concentration} must be finite and not negative.");
        if (concentration < 1e-6) return Math.PI * ((2 * NextDouble()) - 1);

        var a = 1 + Math.Sqrt(1 + (4 * concentration * concentration));
        var b = (a - Math.Sqrt(2 * a)) / (2 * concentration);
        // For a narrow distribution 1 + r^2 - 2r cancels; there the normal limit is exact to rounding.
        if (concentration > 1e6) return Math.Clamp(NextNormal() / Math.Sqrt(concentration), -Math.PI, Math.PI);
        var r = (1 + (b * b)) / (2 * b);
        while (true)
        {
            var z = NextUnitCircleCosine();
            var f = (1 + (r * z)) / (r + z);
            var c = concentration * (r - f);
            var u = NextDouble();
            if ((c * (2 - c)) - u > 0 || Math.Log(c / u) + 1 - c >= 0)
            {
                var angle = Math.Acos(Math.Clamp(f, -1, 1));
                return (NextUInt() & 1) == 0 ? angle : -angle;
            }
        }
    }

    // The cosine of an even angle, from a point drawn in the unit disk: needs no trigonometric function.
    private double NextUnitCircleCosine()
    {
        while (true)
        {
            var x = (2 * NextDouble()) - 1;
            var y = (2 * NextDouble()) - 1;
            var square = (x * x) + (y * y);
            if (square is > 0 and <= 1) return x / Math.Sqrt(square);
        }
    }
}
