using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orrery.Tensors.Serialization;

namespace Orrery.Data.Datasets;

/// <summary>Writes one column and hashes it on the way, in chunks so that short rows cost little.</summary>
internal sealed class ColumnWriter<T> : IDisposable
    where T : unmanaged
{
    private const int ChunkBytes = 1 << 16;

    private readonly NpyWriter _writer;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly T[] _chunk;
    private int _filled;

    public ColumnWriter(string path, NpyType type, ReadOnlySpan<long> rowDimensions)
    {
        _writer = new NpyWriter(path, type, rowDimensions);
        var rowBytes = _writer.RowLength * Marshal.SizeOf<T>();
        _chunk = new T[Math.Max(1, ChunkBytes / rowBytes) * _writer.RowLength];
    }

    public void Append(ReadOnlySpan<T> row)
    {
        row.CopyTo(_chunk.AsSpan(_filled));
        _filled += row.Length;
        if (_filled == _chunk.Length)
            Flush();
    }

    /// <summary>Writes what is left, flushes to the disk, and returns the hash of all rows.</summary>
    public string Complete()
    {
        Flush();
        _writer.Complete();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _hash.Dispose();
    }

    private void Flush()
    {
        if (_filled == 0)
            return;
        var rows = _chunk.AsSpan(0, _filled);
        _writer.Append<T>(rows);
        _hash.AppendData(MemoryMarshal.AsBytes(rows));
        _filled = 0;
    }
}
