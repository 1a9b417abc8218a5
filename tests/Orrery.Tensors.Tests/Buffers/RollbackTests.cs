using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Buffers;

public sealed class RollbackTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);
    private readonly TensorArena _arena;

    public RollbackTests() => _arena = new TensorArena(_backend, name: "step");

    public void Dispose()
    {
        _arena.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public void A_tensor_of_a_rolled_back_fill_stays_stale_when_others_take_its_memory()
    {
        Tensor kept = _arena.Allocate(new Shape(4));
        ArenaMark mark = _arena.Mark();
        Tensor old = _arena.Allocate(new Shape(8));
        IntTensor integers = _arena.AllocateInt(new Shape(8));
        ByteTensor bytes = _arena.AllocateByte(new Shape(8));
        _arena.Rollback(mark);
        Tensor next = _arena.Allocate(new Shape(8));
        _arena.AllocateInt(new Shape(1000));
        Assert.Throws<InvalidOperationException>(() => old.Span[0]);
        Assert.Throws<InvalidOperationException>(() => old.Reshape(new Shape(2, 4)).Span[0]);
        Assert.Throws<InvalidOperationException>(() => integers.Span[0]);
        Assert.Throws<InvalidOperationException>(() => bytes.Span[0]);
        kept.Span[0] = next.Span[0] = 1;
        _arena.Reset();
        Assert.Throws<InvalidOperationException>(() => kept.Span[0]);
        Assert.Throws<InvalidOperationException>(() => next.Span[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_order_of_marks_exactly_the_tensors_of_the_present_fill_can_be_used(int seed)
    {
        System.Random random = new(seed);
        List<(Tensor Tensor, long End)> all = [];
        List<(ArenaMark Mark, long Fill, int Position)> marks = [];
        HashSet<int> live = [];
        for (int step = 0; step < 3000; step++)
        {
            int choice = random.Next(10);
            if (choice < 5)
            {
                live.Add(all.Count);
                all.Add((_arena.Allocate(new Shape(random.Next(1, 40))), _arena.UsedBytes));
            }
            else if (choice < 7 || marks.Count == 0)
            {
                marks.Add((_arena.Mark(), _arena.UsedBytes, all.Count));
            }
            else if (choice < 9)
            {
                int index = random.Next(marks.Count);
                (ArenaMark mark, long fill, int position) = marks[index];
                _arena.Rollback(mark);
                Assert.Equal(fill, _arena.UsedBytes);
                live.RemoveWhere(number => number >= position);
                marks.RemoveRange(index + 1, marks.Count - index - 1);
            }
            else if (random.Next(40) == 0)
            {
                _arena.Reset();
                live.Clear();
                marks.Clear();
            }

            int probe = random.Next(Math.Max(1, all.Count));
            for (int number = Math.Max(0, all.Count - 30); number < all.Count; number++)
                AssertHeld(number);
            if (all.Count > 0)
                AssertHeld(probe);
        }

        void AssertHeld(int number)
        {
            bool held = true;
            try
            {
                _ = all[number].Tensor.Span;
            }
            catch (InvalidOperationException)
            {
                held = false;
            }

            Assert.Equal(live.Contains(number), held);
        }
    }

    [Fact]
    public void A_mark_inside_an_abandoned_fill_is_refused_even_when_the_arena_is_fuller_now()
    {
        _arena.Allocate(new Shape(16));
        ArenaMark outer = _arena.Mark();
        _arena.Allocate(new Shape(16));
        ArenaMark inner = _arena.Mark();
        _arena.Allocate(new Shape(16));
        _arena.Rollback(outer);
        Tensor large = _arena.Allocate(new Shape(1600));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _arena.Rollback(inner));
        Assert.Contains("step", error.Message, StringComparison.Ordinal);
        large.Span[1599] = 1;
    }

    [Fact]
    public void A_mark_may_be_returned_to_again_and_again_without_memory()
    {
        _arena.Allocate(new Shape(16));
        ArenaMark outer = _arena.Mark();
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
            Round();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round()
        {
            for (int index = 0; index < 3; index++)
            {
                ArenaMark inner = _arena.Mark();
                _arena.Allocate(new Shape(100));
                _arena.Rollback(inner);
                _arena.Allocate(new Shape(5));
                _arena.Rollback(inner);
                _arena.Allocate(new Shape(5));
            }

            _arena.Rollback(outer);
        }
    }

    [Fact]
    public void Errors_name_the_operation_the_argument_and_the_arena()
    {
        Tensor a = _arena.Allocate(new Shape(2, 3)), y = _arena.Allocate(new Shape(2, 4));
        ArenaMark mark = _arena.Mark();
        Tensor b = _arena.Allocate(new Shape(3, 4));
        _arena.Rollback(mark);
        _arena.Allocate(new Shape(3, 4));
        Assert.StartsWith(
            "MatMul: b [3, 4] was used after the step was rolled back;",
            Assert.Throws<InvalidOperationException>(() => _backend.MatMul(a, false, b, false, y)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "MatMul: b is missing",
            Assert.Throws<InvalidOperationException>(() => _backend.MatMul(a, false, default, false, y)).Message, StringComparison.Ordinal);
    }
}
