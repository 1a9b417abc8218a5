using System.Text.Json.Serialization;

namespace Orrery.Data.Spaces;

/// <summary>One number of a vector: what it is called, its unit, and the range that it may take.</summary>
/// <param name="Name">Name, unique within its space, such as <c>level</c>.</param>
/// <param name="Unit">Physical unit, such as <c>V</c> or <c>px</c>; empty when unknown or dimensionless.</param>
/// <param name="Low">Smallest allowed value in <paramref name="Unit"/>; negative infinity when unlimited.</param>
/// <param name="High">Largest allowed value in <paramref name="Unit"/>; positive infinity when unlimited.</param>
/// <param name="IsDisturbance">In an action space: the input drives the system and is measured, but nobody commands it.</param>
public sealed record Dimension(
    string Name,
    string Unit = "",
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsDisturbance = false);

/// <summary>The set that an observation, an action or a state comes from.</summary>
/// <param name="Name">Name of the space, such as <c>picture</c>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(VectorSpace), "vector")]
[JsonDerivedType(typeof(ImageSpace), "image")]
public abstract record Space([property: JsonPropertyOrder(-1)] string Name)
{
    /// <summary>How many numbers one step holds.</summary>
    [JsonIgnore]
    public abstract int Size { get; }
}

/// <summary>A vector of float32 numbers in physical units.</summary>
/// <param name="Name">Name of the space.</param>
/// <param name="Dimensions">The numbers, in order.</param>
public sealed record VectorSpace(string Name, IReadOnlyList<Dimension> Dimensions) : Space(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override int Size => Dimensions.Count;

    /// <summary>The position of the dimension called <paramref name="name"/>, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Dimensions.Count; i++)
        {
            if (string.Equals(Dimensions[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <summary>Whether both have the same name and equal dimensions in the same order.</summary>
    public bool Equals(VectorSpace? other) =>
        other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal) && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Name);
        foreach (var dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }
}

/// <summary>A picture of bytes (0..255) with axes [Channels, Height, Width], row-major.</summary>
/// <param name="Name">Name of the space.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record ImageSpace(string Name, int Channels, int Height, int Width) : Space(Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override int Size => Channels * Height * Width;
}
