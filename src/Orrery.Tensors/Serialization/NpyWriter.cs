using System.Runtime.InteropServices;

namespace Orrery.Tensors.Serialization;

/// <summary>
/// Writes an .npy file row by row, when the number of rows is not known beforehand. The file appears under its name only
/// with <see cref="Complete"/>; a writer that is disposed without it leaves nothing behind.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly NpyType _type;
    private readonly long[] _dimensions;
    private readonly FileStream _stream;
    private bool _finished;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file; its folder must exist. A file of that name is replaced on completion.</param>
    /// <param name="type">The kind of number.</param>
    /// <param name="rowDimensions">The dimensions of one row; none where a row is one number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is not positive.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public NpyWriter(string path, NpyType type, params ReadOnlySpan<long> rowDimensions)
    {
        ArgumentNullException.ThrowIfNull(path);
        _dimensions = [0, .. rowDimensions];
        var rowLength = 1L;
        foreach (var dimension in rowDimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension, nameof(rowDimensions));
            rowLength = checked(rowLength * dimension);
        }

        RowLength = checked((int)rowLength);
        _path = path;
        _type = type;
        _temporary = AtomicFile.TemporaryName(path);
        _stream = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        _stream.Write(NpyHeader.Format(type, _dimensions, NpyHeader.PatchableLength));
    }

    /// <summary>How many numbers a row has.</summary>
    public int RowLength { get; }

    /// <summary>How many rows have been written.</summary>
    public long Rows => _dimensions[0];

    /// <summary>Appends one or more whole rows.</summary>
    /// <typeparam name="T">The .NET type of the kind of number.</typeparam>
    /// <param name="rows">The numbers, row-major.</param>
    /// <exception cref="ArgumentException">The type differs from the file's, or the numbers are not whole rows.</exception>
    /// <exception cref="InvalidOperationException">The file is already complete.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append<T>(ReadOnlySpan<T> rows)
        where T : unmanaged
    {
        if (_finished) throw new InvalidOperationException($"NpyWriter: '{_path}' is already closed; rows cannot be appended.");
        if (NpyTypes.Of<T>() != _type)
            throw new ArgumentException($"NpyWriter: '{_path}' holds {_type} numbers, but {NpyTypes.Of<T>()} was appended.", nameof(rows));
        if (rows.Length == 0 || rows.Length % RowLength != 0)
            throw new ArgumentException($"NpyWriter: '{_path}' has rows of {RowLength} numbers, but {rows.Length} were appended; append whole rows.", nameof(rows));
        _stream.Write(MemoryMarshal.AsBytes(rows));
        _dimensions[0] += rows.Length / RowLength;
    }

    /// <summary>Writes the number of rows, flushes to the disk and gives the file its name.</summary>
    /// <exception cref="InvalidOperationException">The file is already complete.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public void Complete()
    {
        if (_finished) throw new InvalidOperationException($"NpyWriter: '{_path}' is already closed.");
        _stream.Position = 0;
        _stream.Write(NpyHeader.Format(_type, _dimensions, NpyHeader.PatchableLength));
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _finished = true;
    }

    /// <summary>Closes the file; what was not completed is removed.</summary>
    public void Dispose()
    {
        if (_finished) return;
        _finished = true;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // Closing writes what is buffered, and on a full disk fails once more; the file is thrown away, so nothing is lost.
        }

        AtomicFile.DeleteQuietly(_temporary);
    }
}
