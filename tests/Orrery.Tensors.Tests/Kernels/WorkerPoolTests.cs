using Orrery.Tensors.Kernels;

namespace Orrery.Tensors.Tests.Kernels;

public unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_chunk_of_every_job_runs_once(int threads)
    {
        using WorkerPool pool = new(threads, static () => new NativeScratch());
        int[] counts = new int[64];
        fixed (int* places = counts)
        {
            for (int job = 0; job < 3000; job++)
            {
                int chunks = job % 65;
                counts.AsSpan().Clear();
                pool.Run(&Count, places, chunks, scratchFloats: job % 7 * 100);
                for (int chunk = 0; chunk < 64; chunk++)
                    Assert.Equal(chunk < chunks ? 1 : 0, counts[chunk]);
            }
        }

        static void Count(void* data, int chunk, float* scratch) => Interlocked.Increment(ref ((int*)data)[chunk]);
    }

    [Fact]
    public void Workers_wake_after_they_have_parked()
    {
        using WorkerPool pool = new(3, static () => new NativeScratch());
        int ran = 0;
        for (int job = 0; job < 20; job++)
        {
            Thread.Sleep(2);
            pool.Run(&Count, &ran, 8);
            Assert.Equal(8 * (job + 1), ran);
        }

        static void Count(void* data, int chunk, float* scratch) => Interlocked.Increment(ref *(int*)data);
    }

    [Fact]
    public void Several_callers_take_turns()
    {
        using WorkerPool pool = new(2, static () => new NativeScratch());
        long total = 0;
        Parallel.For(0, 200, _ =>
        {
            int own = 0;
            pool.Run(&Count, &own, 10, 64);
            Interlocked.Add(ref total, own);
        });
        Assert.Equal(2000, total);

        static void Count(void* data, int chunk, float* scratch) => Interlocked.Increment(ref *(int*)data);
    }

    [Fact]
    public void Handing_over_allocates_nothing()
    {
        using WorkerPool pool = new(2, static () => new NativeScratch());
        int ran = 0;
        Run(pool, &ran, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(pool, &ran, 1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(4400, ran);

        static void Run(WorkerPool pool, int* ran, int jobs)
        {
            for (int job = 0; job < jobs; job++)
                pool.Run(&Count, ran, 4, 1000);
        }

        static void Count(void* data, int chunk, float* scratch) => Interlocked.Increment(ref *(int*)data);
    }
}
