using System.Runtime.InteropServices;
using Orrery.Tensors.Kernels;

namespace Orrery.Tensors.Tests.Guarded;

/// <summary>Which end of a tensor lies against a page that nobody may touch.</summary>
public enum GuardedSide
{
    /// <summary>The number after the last ends the process.</summary>
    End,

    /// <summary>The number before the first ends the process.</summary>
    Start,
}

/// <summary>A stretch of memory between two pages that may be neither read nor written.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private readonly nint _map;
    private readonly nuint _mapBytes;

    public GuardedMemory(int bytes)
    {
        int page = Environment.SystemPageSize;
        Bytes = (bytes + page - 1) / page * page;
        _mapBytes = (nuint)(Bytes + (2 * page));
        _map = Map(0, _mapBytes, 0, PrivateAnonymous, -1, 0);
        if (_map == -1 || Protect(_map + page, (nuint)Bytes, ReadWrite) != 0)
            throw new InvalidOperationException($"GuardedMemory: the system gave no {_mapBytes} bytes.");
        Start = (byte*)_map + page;
    }

    public int Bytes { get; }

    public byte* Start { get; }

    /// <summary>Where so many bytes begin, against the guarded side.</summary>
    public void* Place(long bytes, GuardedSide side)
    {
        if (bytes > Bytes)
            throw new ArgumentException($"GuardedMemory: {bytes} bytes were asked for; a place has {Bytes}.");
        return side == GuardedSide.End ? Start + Bytes - bytes : Start;
    }

    public void Dispose() => _ = Unmap(_map, _mapBytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint bytes);
}

/// <summary>
/// Scratch memory whose end lies against a guarded page, full of NaN at each request. It stays 64-byte aligned as kernels may
/// expect, so that up to 15 floats lie between: these are watched for writes.
/// </summary>
internal sealed unsafe class GuardedScratch : NativeScratch
{
    private const int Watched = 0x5A5A5A5A;
    private readonly GuardedMemory _memory = new(16 << 20);
    private long _floats;

    public override float* Take(long floats)
    {
        Verify();
        _floats = floats;
        float* start = (float*)_memory.Place((floats * sizeof(float) + 63) / 64 * 64, GuardedSide.End);
        new Span<float>(start, (int)floats).Fill(float.NaN);
        Gap().Fill(Watched);
        return start;
    }

    public void Verify()
    {
        if (Gap().IndexOfAnyExcept(Watched) >= 0)
            throw new InvalidOperationException($"An operation wrote past the {_floats} floats of scratch memory that it had asked for.");
    }

    protected override void Dispose(bool disposing)
    {
        _memory.Dispose();
        base.Dispose(disposing);
    }

    private Span<int> Gap()
    {
        int gap = _floats == 0 ? 0 : (int)((16 - (_floats % 16)) % 16);
        return new Span<int>(_memory.Start + _memory.Bytes - (gap * sizeof(int)), gap);
    }
}
