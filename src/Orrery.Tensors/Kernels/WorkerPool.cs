namespace Orrery.Tensors.Kernels;

/// <summary>
/// Threads that live as long as the backend and run the chunks of one job after the other. A job is a static function and a
/// struct on the caller's stack, so that dispatching allocates nothing. Which thread runs a chunk is left to chance; what a
/// chunk computes depends on its number only, hence the same bits at any number of threads. Idle workers spin briefly,
/// then yield, then park: spinning alone starves the caller when the system wakes a worker on the caller's processor.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    private const int SpinPauses = 64;
    private const int ParkAfterMicroseconds = 200;

    private readonly Thread[] _workers;
    private readonly NativeScratch[] _scratch;
    private readonly Lock _caller = new();
    private readonly object _gate = new();
    private delegate*<void*, int, float*, void> _body;
    private void* _job;
    private int _chunks;
    private long _scratchFloats;

    // The number of the job in the upper half, the next chunk to hand out in the lower half.
    private long _ticket;
    private int _done;
    private int _parked;
    private bool _stopping;

    /// <param name="threads">How many threads run chunks, the caller's included.</param>
    /// <param name="scratch">Makes the scratch memory of each.</param>
    public WorkerPool(int threads, Func<NativeScratch> scratch)
    {
        Threads = threads;
        Shared = new SharedScratch(_caller, scratch());
        _scratch = new NativeScratch[threads];
        for (int worker = 0; worker < threads; worker++)
            _scratch[worker] = scratch();
        _workers = new Thread[threads - 1];
        for (int index = 0; index < _workers.Length; index++)
        {
            int worker = index + 1;
            _workers[index] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"orrery tensors {worker}" };
            _workers[index].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Memory for what an operation keeps across several calls of Run, of all of which it holds the turn.</summary>
    public SharedScratch Shared { get; }

    /// <summary>Makes other callers wait until the scope ends; Run takes a turn of its own where the caller holds none.</summary>
    public Lock.Scope TakeTurn() => _caller.EnterScope();

    /// <summary>
    /// Runs <paramref name="body"/>(job, chunk, scratch) for every chunk in [0, chunks) and waits for all. The scratch memory has
    /// <paramref name="scratchFloats"/> floats of the thread that runs the chunk; its contents are unspecified.
    /// </summary>
    public void Run(delegate*<void*, int, float*, void> body, void* job, int chunks, long scratchFloats = 0)
    {
        // Also without workers: two callers must not share worker 0's scratch memory.
        lock (_caller)
        {
            if (chunks <= 1 || _workers.Length == 0)
            {
                float* scratch = _scratch[0].Take(scratchFloats);
                for (int chunk = 0; chunk < chunks; chunk++)
                    body(job, chunk, scratch);
                return;
            }

            _body = body;
            _job = job;
            _chunks = chunks;
            _scratchFloats = scratchFloats;
            Volatile.Write(ref _done, 0);
            long number = (long)((ulong)_ticket >> 32) + 1;
            // A full fence: the ticket is seen before we ask who is parked.
            Interlocked.Exchange(ref _ticket, number << 32);
            if (Volatile.Read(ref _parked) > 0)
                Wake();
            RunChunks(number, 0);
            SpinWait wait = default;
            int spins = 0;
            while (Volatile.Read(ref _done) < chunks)
            {
                if (spins++ < 4 * SpinPauses)
                    Thread.SpinWait(1);
                else
                    wait.SpinOnce(sleep1Threshold: -1);
            }

            // Exhausted whatever the next job's count: a late worker must not claim a chunk of a job that is being set up.
            Interlocked.Exchange(ref _ticket, number << 32 | int.MaxValue);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread worker in _workers)
            worker.Join();
        foreach (NativeScratch scratch in _scratch)
            scratch.Dispose();
        Shared.Dispose();
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void Work(int worker)
    {
        long seen = 0;
        while (WaitForJob(ref seen))
            RunChunks(seen, worker);
    }

    // A chunk is ours only if the ticket still carries the job's number: then body, job and count are that job's too.
    private void RunChunks(long number, int worker)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            if ((long)((ulong)ticket >> 32) != number)
                return;
            int chunk = (int)ticket;
            delegate*<void*, int, float*, void> body = _body;
            void* job = _job;
            if (chunk >= Volatile.Read(ref _chunks))
                return;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
                continue;
            body(job, chunk, _scratch[worker].Take(_scratchFloats));
            Interlocked.Increment(ref _done);
        }
    }

    private bool WaitForJob(ref long seen)
    {
        for (int pause = 0; pause < SpinPauses; pause++)
        {
            if (HasNewJob(ref seen))
                return true;
            Thread.SpinWait(1);
        }

        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds < ParkAfterMicroseconds)
        {
            if (HasNewJob(ref seen))
                return true;
            Thread.Yield();
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _parked);
            while (!_stopping && !HasNewJob(ref seen))
                Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
            return !_stopping;
        }
    }

    private bool HasNewJob(ref long seen)
    {
        long number = (long)((ulong)Volatile.Read(ref _ticket) >> 32);
        if (number == seen)
            return false;
        seen = number;
        return true;
    }
}
