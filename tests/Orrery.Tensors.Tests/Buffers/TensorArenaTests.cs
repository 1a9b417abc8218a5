using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Buffers;

public sealed class TensorArenaTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Memory_is_aligned_and_never_overlaps()
    {
        using TensorArena arena = new(_backend);
        List<Tensor> tensors = [];
        for (int length = 0; length < 200; length++)
        {
            Tensor tensor = arena.Allocate(new Shape(length * 7));
            unsafe
            {
                Assert.Equal(0, (nint)tensor.Pointer % 64);
            }

            tensor.Span.Fill(length);
            tensors.Add(tensor);
        }

        for (int length = 0; length < 200; length++)
            Assert.All(tensors[length].Span.ToArray(), value => Assert.Equal(length, value));
    }

    [Fact]
    public void Zeroed_tensors_are_zero_also_in_used_memory()
    {
        using TensorArena arena = new(_backend);
        arena.Allocate(new Shape(1000)).Span.Fill(5);
        arena.Reset();
        Assert.All(arena.AllocateZeroed(new Shape(1000)).Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Rolling_back_forgets_what_came_after_the_mark_and_keeps_what_came_before()
    {
        using TensorArena arena = new(_backend, name: "step");
        Tensor before = arena.AllocateZeroed(new Shape(10));
        ArenaMark mark = arena.Mark();
        long used = arena.UsedBytes;
        Tensor after = arena.Allocate(new Shape(2_000_000));
        Assert.True(arena.UsedBytes > used);
        arena.Rollback(mark);
        Assert.Equal(used, arena.UsedBytes);
        Assert.Equal(0, before.Span[9]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => after.Span[0]);
        Assert.Contains("[2000000]", error.Message, StringComparison.Ordinal);
        Assert.Contains("step", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_makes_every_tensor_stale_whatever_takes_its_place()
    {
        using TensorArena arena = new(_backend);
        Tensor old = arena.Allocate(new Shape(4));
        IntTensor integers = arena.AllocateInt(new Shape(4));
        ByteTensor bytes = arena.AllocateByte(new Shape(4));
        arena.Reset();
        arena.Allocate(new Shape(100));
        Assert.Throws<InvalidOperationException>(() => old.Span[0]);
        Assert.Throws<InvalidOperationException>(() => integers.Span[0]);
        Assert.Throws<InvalidOperationException>(() => bytes.Span[0]);
        Assert.Throws<InvalidOperationException>(() => _backend.Fill(old, 1));
    }

    [Fact]
    public void A_mark_of_before_a_reset_is_refused()
    {
        using TensorArena arena = new(_backend);
        arena.Allocate(new Shape(4));
        ArenaMark mark = arena.Mark();
        arena.Reset();
        Assert.Throws<InvalidOperationException>(() => arena.Rollback(mark));
    }

    [Fact]
    public void A_full_arena_says_what_was_asked_and_what_the_limit_is()
    {
        using TensorArena arena = new(_backend, maximumBytes: 1 << 20, name: "small arena");
        arena.Allocate(new Shape(1000));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => arena.Allocate(new Shape(1 << 20)));
        Assert.Contains("small arena", error.Message, StringComparison.Ordinal);
        Assert.Contains("4,194,304", error.Message, StringComparison.Ordinal);
        Assert.Contains("1,048,576", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_step_takes_no_more_memory()
    {
        using TensorArena arena = new(_backend);
        Step();
        long capacity = arena.CapacityBytes, peak = arena.PeakBytes;
        for (int step = 0; step < 10; step++)
            Step();
        Assert.Equal(capacity, arena.CapacityBytes);
        Assert.Equal(peak, arena.PeakBytes);

        void Step()
        {
            arena.Reset();
            for (int index = 1; index < 40; index++)
                arena.Allocate(new Shape(index * 9973));
        }
    }

    [Fact]
    public void A_disposed_arena_and_its_tensors_refuse_to_work()
    {
        TensorArena arena = new(_backend);
        Tensor tensor = arena.Allocate(new Shape(3));
        arena.Dispose();
        arena.Dispose();
        Assert.Throws<ObjectDisposedException>(() => arena.Allocate(new Shape(3)));
        Assert.Throws<InvalidOperationException>(() => tensor.Span[0]);
    }

    [Fact]
    public void A_missing_tensor_says_so()
    {
        Tensor none = default;
        Assert.True(none.IsNull);
        Assert.Contains("missing", Assert.Throws<InvalidOperationException>(() => none.Span[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocating_allocates_nothing_on_the_managed_heap()
    {
        using TensorArena arena = new(_backend);
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Step()
        {
            arena.Reset();
            for (int index = 1; index < 100; index++)
                arena.Allocate(new Shape(index, 7));
        }
    }

#if DEBUG
    [Fact]
    public void New_memory_is_NaN_in_debug_builds()
    {
        using TensorArena arena = new(_backend);
        Assert.All(arena.Allocate(new Shape(100)).Span.ToArray(), value => Assert.True(float.IsNaN(value)));
    }
#endif
}
