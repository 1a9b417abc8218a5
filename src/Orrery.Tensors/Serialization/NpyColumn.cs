using System.IO.MemoryMappedFiles;

namespace Orrery.Tensors.Serialization;

/// <summary>
/// An .npy file opened in place: rows are read straight from the operating system's cache, so a column may be larger than
/// memory. Axis 0 of the file is the rows. Safe to read from several threads; spans are valid until <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class NpyColumn : IDisposable
{
    private readonly string _path;
    private readonly long[] _rowDimensions;
    private readonly int _elementSize;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _data;
    private bool _disposed;

    private NpyColumn(string path, FileStream stream)
    {
        var header = NpyHeader.Read(stream, path);
        if (header.Dimensions.Length == 0)
            throw new InvalidDataException($"NpyColumn: '{path}' holds a single number; a column needs at least one axis.");
        _path = path;
        Type = header.Type;
        Rows = header.Dimensions[0];
        _rowDimensions = header.Dimensions[1..];
        _elementSize = NpyTypes.Size(header.Type);
        var rowLength = 1L;
        foreach (var dimension in _rowDimensions) rowLength *= dimension;
        if (rowLength > int.MaxValue)
            throw new InvalidDataException($"NpyColumn: '{path}' has rows of {rowLength} numbers; at most {int.MaxValue} are supported.");
        RowLength = (int)rowLength;
        if (header.Count == 0) return; // An empty file cannot be mapped, and there is nothing to read.
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + header.ByteLength;
    }

    /// <summary>The kind of number.</summary>
    public NpyType Type { get; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; }

    /// <summary>How many numbers a row has.</summary>
    public int RowLength { get; }

    /// <summary>The dimensions of one row; none where a row is one number.</summary>
    public ReadOnlySpan<long> RowDimensions => _rowDimensions;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The column; dispose it to close the file.</returns>
    /// <exception cref="InvalidDataException">The file is not a complete .npy file of a known type.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpyColumn Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            var column = new NpyColumn(path, stream);
            if (column._file is null) stream.Dispose();
            return column;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>One row's numbers.</summary>
    /// <typeparam name="T">The .NET type of <see cref="Type"/>.</typeparam>
    /// <param name="row">The row, from 0.</param>
    /// <returns>The numbers, in the file's memory.</returns>
    /// <exception cref="InvalidDataException">The file holds another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> Row<T>(long row)
        where T : unmanaged => Span<T>(row, 1);

    /// <summary>The numbers of successive rows.</summary>
    /// <typeparam name="T">The .NET type of <see cref="Type"/>.</typeparam>
    /// <param name="start">The first row, from 0.</param>
    /// <param name="count">How many rows.</param>
    /// <returns>The numbers, in the file's memory.</returns>
    /// <exception cref="InvalidDataException">The file holds another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows, or they have more numbers than a span can hold.</exception>
    public ReadOnlySpan<T> Span<T>(long start, int count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (NpyTypes.Of<T>() != Type)
            throw new InvalidDataException($"NpyColumn: '{_path}' holds {Type} numbers, but {NpyTypes.Of<T>()} was needed.");
        if (start < 0 || count < 0 || start > Rows - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"NpyColumn: rows {start} .. {start + count - 1} were asked of '{_path}', which has {Rows}.");
        var numbers = (long)count * RowLength;
        if (numbers > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(count), $"NpyColumn: {count} rows of '{_path}' have {numbers} numbers; ask for at most {int.MaxValue}.");
        return new ReadOnlySpan<T>(_data + (start * RowLength * _elementSize), (int)numbers);
    }

    /// <summary>Closes the file. Spans taken before must no longer be used.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
