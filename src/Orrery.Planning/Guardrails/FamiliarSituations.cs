using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Orrery.Planning.Surprise;

namespace Orrery.Planning.Guardrails;

/// <summary>
/// What training covered, as latents, and how far from the nearest of them a declared share of familiar situations is. A distance is the root
/// mean square over the dimensions, each in its standard deviation over training; a dimension that hardly spreads counts with a thousandth of
/// the typical spread, so that no distance is infinite. Immutable and thread-safe.
/// </summary>
public sealed class FamiliarSituations
{
    // Of the root mean square of all dimensions' deviations.
    private const double LeastSpread = 1e-3;

    private readonly float[] _known;
    private readonly double[] _inverseScale;

    /// <summary>Learns what is familiar.</summary>
    /// <param name="known">[M, D] latents of training.</param>
    /// <param name="heldOut">[N, D] latents of operation like that of training, but not among them: their distances set the limit.</param>
    /// <param name="size">D: numbers at a latent's beginning that say in what state the world is; what follows is not looked at.</param>
    /// <param name="share">Share of familiar situations that may be taken for unfamiliar, above 0 and below 1.</param>
    /// <param name="expected">[N, D], where the model expected to be one step before each of the held-out ones; empty to leave expectations out.</param>
    /// <exception cref="ArgumentException">There are too few latents for the share, or a number is not finite.</exception>
    public FamiliarSituations(ReadOnlySpan<float> known, ReadOnlySpan<float> heldOut, int size, decimal share, ReadOnlySpan<float> expected = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (known.Length < 2 * size || known.Length % size != 0 || heldOut.Length % size != 0)
            throw new ArgumentException($"FamiliarSituations: {known.Length} and {heldOut.Length} numbers came; whole latents of {size} numbers are needed, at least two known.", nameof(known));
        if (expected.Length != 0 && expected.Length != heldOut.Length)
            throw new ArgumentException($"FamiliarSituations: {expected.Length} expected numbers came for {heldOut.Length} held-out ones; as many or none are needed.", nameof(expected));
        foreach (ReadOnlySpan<float> part in (ReadOnlySpan<float[]>)[known.ToArray(), heldOut.ToArray(), expected.ToArray()])
        {
            if (part.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new ArgumentException("FamiliarSituations: a latent holds a number that is not finite.", nameof(known));
        }

        var needed = SplitConformal.Needed(share);
        var count = heldOut.Length / size;
        if (count < needed)
            throw new ArgumentException($"FamiliarSituations: {count} held-out latents came; a share of {share} needs at least {needed}.", nameof(heldOut));
        (Size, Share, Known, HeldOut) = (size, share, known.Length / size, count);
        _known = known.ToArray();
        _inverseScale = InverseScale(known, size);
        double[] distances = new double[count], errors = new double[expected.Length / size];
        for (var row = 0; row < count; row++)
            distances[row] = Distance(heldOut.Slice(row * size, size));
        for (var row = 0; row < errors.Length; row++)
            errors[row] = Between(heldOut.Slice(row * size, size), expected.Slice(row * size, size));
        Farthest = new SplitConformal(distances).Bound(share);
        LargestError = errors.Length == 0 ? double.PositiveInfinity : new SplitConformal(errors).Bound(share);
        Hash = Digest();
    }

    /// <summary>D: numbers at a latent's beginning that are looked at.</summary>
    public int Size { get; }

    /// <summary>Share of familiar situations that may be taken for unfamiliar.</summary>
    public decimal Share { get; }

    /// <summary>M: situations that are known.</summary>
    public int Known { get; }

    /// <summary>N: situations that set the limits.</summary>
    public int HeldOut { get; }

    /// <summary>The largest distance that is familiar.</summary>
    public double Farthest { get; }

    /// <summary>The largest distance between where a step was expected to lead and where it led; infinite when expectations are left out.</summary>
    public double LargestError { get; }

    /// <summary>SHA-256 of all that decides, 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>How far a latent is from the nearest known one, in standard deviations per dimension.</summary>
    /// <param name="latent">[D] or more.</param>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    public double Distance(ReadOnlySpan<float> latent)
    {
        Check(latent);
        var nearest = double.PositiveInfinity;
        for (var start = 0; start < _known.Length; start += Size)
            nearest = Math.Min(nearest, Squared(latent, _known.AsSpan(start, Size), nearest));
        return Math.Sqrt(nearest / Size);
    }

    /// <summary>How far two latents are apart, in the same measure.</summary>
    /// <param name="one">[D] or more.</param>
    /// <param name="other">[D] or more.</param>
    /// <exception cref="ArgumentException">One is shorter.</exception>
    public double Between(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        Check(one);
        Check(other);
        return Math.Sqrt(Squared(one, other, double.PositiveInfinity) / Size);
    }

    private void Check(ReadOnlySpan<float> latent)
    {
        if (latent.Length < Size)
            throw new ArgumentException($"FamiliarSituations: a latent of {latent.Length} numbers came; at least {Size} are needed.", nameof(latent));
    }

    private double Squared(ReadOnlySpan<float> one, ReadOnlySpan<float> other, double enough)
    {
        double sum = 0;
        for (var index = 0; index < Size && !(sum > enough); index++)
        {
            var difference = ((double)one[index] - other[index]) * _inverseScale[index];
            sum += difference * difference;
        }

        return sum;
    }

    private static double[] InverseScale(ReadOnlySpan<float> known, int size)
    {
        var rows = known.Length / size;
        var deviations = new double[size];
        double total = 0;
        for (var column = 0; column < size; column++)
        {
            double mean = 0, square = 0;
            for (var row = 0; row < rows; row++)
                mean += known[(row * size) + column] / (double)rows;
            for (var row = 0; row < rows; row++)
                square += Math.Pow(known[(row * size) + column] - mean, 2) / rows;
            deviations[column] = Math.Sqrt(square);
            total += square / size;
        }

        // Where nothing spreads at all, the latents' own unit has to do.
        var least = total > 0 ? LeastSpread * Math.Sqrt(total) : 1;
        return [.. deviations.Select(deviation => 1 / Math.Max(least, deviation))];
    }

    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Size} {Share} {Known} {HeldOut} {Farthest:R} {LargestError:R}\n")));
        hash.AppendData(MemoryMarshal.AsBytes(_known.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
