using System.Runtime.InteropServices;

namespace Orrery.Tensors.Serialization;

/// <summary>One named array of numbers in a safetensors file.</summary>
public sealed class SafetensorsEntry
{
    private readonly long[] _dimensions;
    private readonly byte[] _bytes;

    internal SafetensorsEntry(string name, SafetensorsType type, long[] dimensions, byte[] bytes)
    {
        Name = name;
        Type = type;
        _dimensions = dimensions;
        _bytes = bytes;
    }

    /// <summary>The name, as a rule a dotted path: <c>encoder.stem.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The kind of number.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The dimensions, outermost first; none for a single number.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>The numbers' bytes.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Copies numbers into an entry to be written.</summary>
    /// <typeparam name="T">byte, int, long, float or double.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="dimensions">The dimensions, outermost first; none for a single number.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="ArgumentException">The name is empty, the type cannot be stored or the dimensions do not multiply to the count.</exception>
    public static SafetensorsEntry Create<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == Safetensors.MetadataKey)
            throw new ArgumentException($"Safetensors: '{name}' is the file's own key; choose another name.", nameof(name));
        var count = 1L;
        foreach (var dimension in dimensions) count = checked(count * dimension);
        if (count != values.Length)
            throw new ArgumentException($"Safetensors: '{name}' got {values.Length} numbers but its dimensions make {count}; they must be equal.", nameof(dimensions));
        return new SafetensorsEntry(name, SafetensorsTypes.Of<T>(), dimensions.ToArray(), MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>The numbers, row-major.</summary>
    /// <typeparam name="T">The .NET type of <see cref="Type"/>.</typeparam>
    /// <returns>All of the numbers.</returns>
    /// <exception cref="InvalidDataException">The entry holds another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (SafetensorsTypes.Of<T>() != Type)
            throw new InvalidDataException($"Safetensors: '{Name}' holds {Type} numbers, but {SafetensorsTypes.Of<T>()} was needed.");
        return MemoryMarshal.Cast<byte, T>(_bytes);
    }
}
