using System.Runtime.InteropServices;
using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors;

/// <summary>
/// Computes on the processor, with its vector instructions and a pool of threads that lives as long as the backend. Several
/// backends may exist side by side; each owns its threads and scratch memory. Results are the same bits at any number of threads.
/// </summary>
public sealed unsafe partial class CpuBackend : Backend
{
    // Below this many bytes of traffic one thread is done before another has begun.
    private const int CopyChunk = 1 << 18;

    private readonly WorkerPool _pool;
    private readonly ProductRunner _products;

    /// <summary>A backend with a number of threads.</summary>
    /// <param name="threads">How many threads compute, the caller's included; 0 for one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or above 1024.</exception>
    public CpuBackend(int threads = 0)
        : this(threads, static () => new NativeScratch())
    {
    }

    /// <summary>A backend with scratch memory of a kind of its own, for tests of what is written there.</summary>
    internal CpuBackend(int threads, Func<NativeScratch> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        _pool = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads, scratch);
        _products = new ProductRunner(_pool);
    }

    /// <inheritdoc/>
    public override string Name => $"processor, {Threads} thread{(Threads == 1 ? "" : "s")}, {Isa.Description}";

    /// <inheritdoc/>
    public override int Threads => _pool.Threads;

    /// <inheritdoc/>
    public override nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    /// <inheritdoc/>
    public override void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    /// <inheritdoc/>
    public override void Fill(Tensor y, float value) => new Span<float>(y.For("Fill", "y"), y.Count).Fill(value);

    /// <inheritdoc/>
    public override void Copy(Tensor x, Tensor y)
    {
        CopyJob job = new() { Source = x.For("Copy", "x"), Target = y.For("Copy", "y"), Count = x.Count };
        Check.SameCount("Copy", "x", x, "y", y);
        Check.Apart("Copy", "y", y, x);
        _pool.Run(&CopyJob.Run, &job, Partition.Chunks(x.Count, CopyChunk));
    }

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<float> values, Tensor y)
    {
        float* target = y.For("Upload", "y");
        Check.SameLength("Upload", values.Length, y);
        values.CopyTo(new Span<float>(target, y.Count));
    }

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<byte> values, Tensor y, float scale, float offset)
    {
        float* target = y.For("Upload", "y");
        Check.SameLength("Upload", values.Length, y);
        fixed (byte* source = values)
        {
            ByteJob job = new() { Source = source, Target = target, Count = y.Count, Scale = scale, Offset = offset };
            _pool.Run(&ByteJob.Run, &job, Partition.Chunks(y.Count, CopyChunk));
        }
    }

    /// <inheritdoc/>
    public override void Download(Tensor x, Span<float> values)
    {
        float* source = x.For("Download", "x");
        Check.SameLength("Download", values.Length, x);
        new ReadOnlySpan<float>(source, x.Count).CopyTo(values);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pool.Dispose();
        base.Dispose(disposing);
    }

    private struct CopyJob
    {
        public float* Source;
        public float* Target;
        public int Count;

        public static void Run(void* data, int chunk, float* scratch)
        {
            CopyJob* job = (CopyJob*)data;
            (int start, int length) = Partition.Range(chunk, CopyChunk, job->Count);
            new ReadOnlySpan<float>(job->Source + start, length).CopyTo(new Span<float>(job->Target + start, length));
        }
    }

    private struct ByteJob
    {
        public byte* Source;
        public float* Target;
        public int Count;
        public float Scale;
        public float Offset;

        public static void Run(void* data, int chunk, float* scratch)
        {
            ByteJob* job = (ByteJob*)data;
            (int start, int length) = Partition.Range(chunk, CopyChunk, job->Count);
            CopyKernel.FromBytes(job->Source + start, job->Target + start, length, job->Scale, job->Offset);
        }
    }
}
