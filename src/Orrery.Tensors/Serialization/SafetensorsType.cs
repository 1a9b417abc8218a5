namespace Orrery.Tensors.Serialization;

/// <summary>The kinds of number that a safetensors file can hold here, all little-endian.</summary>
public enum SafetensorsType
{
    /// <summary>Bytes, <c>U8</c>.</summary>
    UInt8,

    /// <summary>32-bit integers, <c>I32</c>.</summary>
    Int32,

    /// <summary>64-bit integers, <c>I64</c>.</summary>
    Int64,

    /// <summary>32-bit floating point numbers, <c>F32</c>.</summary>
    Float32,

    /// <summary>64-bit floating point numbers, <c>F64</c>.</summary>
    Float64,
}

/// <summary>What the kinds of number are called and how long they are.</summary>
internal static class SafetensorsTypes
{
    /// <summary>The kind that a .NET type stands for.</summary>
    public static SafetensorsType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(byte) ? SafetensorsType.UInt8
        : typeof(T) == typeof(int) ? SafetensorsType.Int32
        : typeof(T) == typeof(long) ? SafetensorsType.Int64
        : typeof(T) == typeof(float) ? SafetensorsType.Float32
        : typeof(T) == typeof(double) ? SafetensorsType.Float64
        : throw new ArgumentException($"Safetensors: {typeof(T).Name} cannot be stored; use byte, int, long, float or double.");

    /// <summary>Bytes per number.</summary>
    public static int Size(SafetensorsType type) => type switch
    {
        SafetensorsType.UInt8 => 1,
        SafetensorsType.Int32 or SafetensorsType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The name in the file.</summary>
    public static string Name(SafetensorsType type) => type switch
    {
        SafetensorsType.UInt8 => "U8",
        SafetensorsType.Int32 => "I32",
        SafetensorsType.Int64 => "I64",
        SafetensorsType.Float32 => "F32",
        _ => "F64",
    };

    /// <summary>Reads the name in the file.</summary>
    public static bool TryParse(string? name, out SafetensorsType type)
    {
        foreach (var candidate in Enum.GetValues<SafetensorsType>())
        {
            type = candidate;
            if (Name(candidate) == name) return true;
        }

        type = default;
        return false;
    }
}
