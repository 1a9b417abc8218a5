namespace Orrery.Tensors.Serialization;

/// <summary>The kinds of number that an .npy file can hold here, all little-endian.</summary>
public enum NpyType
{
    /// <summary>Bytes, <c>|u1</c>.</summary>
    UInt8,

    /// <summary>32-bit integers, <c>&lt;i4</c>.</summary>
    Int32,

    /// <summary>64-bit integers, <c>&lt;i8</c>.</summary>
    Int64,

    /// <summary>32-bit floating point numbers, <c>&lt;f4</c>.</summary>
    Float32,

    /// <summary>64-bit floating point numbers, <c>&lt;f8</c>.</summary>
    Float64,
}

/// <summary>What the kinds of number are called and how long they are.</summary>
internal static class NpyTypes
{
    /// <summary>The kind that a .NET type stands for.</summary>
    public static NpyType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(byte) ? NpyType.UInt8
        : typeof(T) == typeof(int) ? NpyType.Int32
        : typeof(T) == typeof(long) ? NpyType.Int64
        : typeof(T) == typeof(float) ? NpyType.Float32
        : typeof(T) == typeof(double) ? NpyType.Float64
        : throw new ArgumentException($"Npy: {typeof(T).Name} cannot be stored; use byte, int, long, float or double.");

    /// <summary>Bytes per number.</summary>
    public static int Size(NpyType type) => type switch
    {
        NpyType.UInt8 => 1,
        NpyType.Int32 or NpyType.Float32 => 4,
        _ => 8,
    };

    /// <summary>NumPy's description.</summary>
    public static string Description(NpyType type) => type switch
    {
        NpyType.UInt8 => "|u1",
        NpyType.Int32 => "<i4",
        NpyType.Int64 => "<i8",
        NpyType.Float32 => "<f4",
        _ => "<f8",
    };

    /// <summary>Reads NumPy's description.</summary>
    public static bool TryParse(string description, out NpyType type)
    {
        foreach (var candidate in Enum.GetValues<NpyType>())
        {
            type = candidate;
            if (Description(candidate) == description) return true;
        }

        type = default;
        return false;
    }
}
