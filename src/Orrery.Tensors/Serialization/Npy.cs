using System.Runtime.InteropServices;

namespace Orrery.Tensors.Serialization;

/// <summary>Reads and writes whole .npy files, which NumPy opens too.</summary>
public static class Npy
{
    /// <summary>Writes or replaces a file, atomically.</summary>
    /// <typeparam name="T">byte, int, long, float or double.</typeparam>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="dimensions">The dimensions, outermost first; none means one axis as long as the numbers.</param>
    /// <exception cref="ArgumentException">The type cannot be stored or the dimensions do not multiply to the count.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        ReadOnlySpan<long> shape = dimensions.Length == 0 ? [values.Length] : dimensions;
        var count = 1L;
        foreach (var dimension in shape) count = checked(count * dimension);
        if (count != values.Length)
            throw new ArgumentException($"Npy.Write: '{path}' got {values.Length} numbers but the dimensions make {count}; they must be equal.", nameof(dimensions));
        var header = NpyHeader.Format(NpyTypes.Of<T>(), shape);
        unsafe
        {
            fixed (T* pointer = values)
            {
                var address = (nint)pointer;
                var bytes = (long)values.Length * sizeof(T);
                AtomicFile.Write(path, stream =>
                {
                    stream.Write(header);
                    for (long done = 0; done < bytes;)
                    {
                        var part = (int)Math.Min(bytes - done, 1 << 20);
                        stream.Write(new ReadOnlySpan<byte>((byte*)address + done, part));
                        done += part;
                    }
                });
            }
        }
    }

    /// <summary>Reads a whole file into memory.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The numbers with their type and dimensions.</returns>
    /// <exception cref="InvalidDataException">The file is not a complete .npy file of a known type.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpyArray Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = NpyHeader.Read(stream, path);
        var bytes = header.Count * NpyTypes.Size(header.Type);
        if (bytes > Array.MaxLength)
            throw new InvalidDataException($"Npy: '{path}' holds {bytes} bytes, too many to read at once; open it as an NpyColumn.");
        // The longest numbers first, so that every type is aligned.
        var data = new long[(bytes + 7) / 8];
        stream.Position = header.ByteLength;
        stream.ReadExactly(MemoryMarshal.AsBytes(data.AsSpan())[..(int)bytes]);
        return new NpyArray(header.Type, header.Dimensions, data, (int)bytes, path);
    }
}

/// <summary>The content of an .npy file.</summary>
public sealed class NpyArray
{
    private readonly long[] _dimensions;
    private readonly long[] _data;
    private readonly int _byteLength;
    private readonly string _path;

    internal NpyArray(NpyType type, long[] dimensions, long[] data, int byteLength, string path)
    {
        Type = type;
        _dimensions = dimensions;
        _data = data;
        _byteLength = byteLength;
        _path = path;
    }

    /// <summary>The kind of number.</summary>
    public NpyType Type { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>The numbers, row-major.</summary>
    /// <typeparam name="T">The .NET type of <see cref="Type"/>.</typeparam>
    /// <returns>All of the numbers.</returns>
    /// <exception cref="InvalidDataException">The file holds another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (NpyTypes.Of<T>() != Type)
            throw new InvalidDataException($"Npy: '{_path}' holds {Type} numbers, but {NpyTypes.Of<T>()} was needed.");
        return MemoryMarshal.Cast<byte, T>(MemoryMarshal.AsBytes(_data.AsSpan())[.._byteLength]);
    }
}
