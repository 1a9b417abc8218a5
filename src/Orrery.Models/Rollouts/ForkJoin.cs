using System.Runtime.ExceptionServices;

namespace Orrery.Models.Rollouts;

/// <summary>
/// A few threads that run the same work side by side, the caller among them, and wait for each other. Made once and used many
/// times; a run allocates nothing.
/// </summary>
internal sealed class ForkJoin : IDisposable
{
    private readonly object _gate = new();
    private readonly Action<int> _work;
    private readonly Thread[] _helpers;
    private int _round;
    private int _busy;
    private bool _stopping;
    private ExceptionDispatchInfo? _problem;

    /// <param name="threads">Threads in all, the caller included.</param>
    /// <param name="work">Is called with 0 .. threads - 1, each on a thread of its own.</param>
    public ForkJoin(int threads, Action<int> work)
    {
        _work = work;
        _helpers = new Thread[threads - 1];
        for (int index = 0; index < _helpers.Length; index++)
        {
            int number = index + 1;
            _helpers[index] = new Thread(() => Help(number)) { IsBackground = true, Name = $"orrery roll-out {number}" };
            _helpers[index].Start();
        }
    }

    /// <summary>Runs the work on every thread and returns when all are done; the first exception is thrown on.</summary>
    public void Run()
    {
        _problem = null;
        if (_helpers.Length > 0)
        {
            lock (_gate)
            {
                _busy = _helpers.Length;
                _round++;
                Monitor.PulseAll(_gate);
            }
        }

        Guarded(0);
        lock (_gate)
        {
            while (_busy > 0)
                Monitor.Wait(_gate);
        }

        _problem?.Throw();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread helper in _helpers)
            helper.Join();
    }

    private void Help(int number)
    {
        int seen = 0;
        while (true)
        {
            lock (_gate)
            {
                while (!_stopping && _round == seen)
                    Monitor.Wait(_gate);
                if (_stopping)
                    return;
                seen = _round;
            }

            Guarded(number);
            lock (_gate)
            {
                if (--_busy == 0)
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private void Guarded(int number)
    {
        try
        {
            _work(number);
        }
        catch (Exception problem)
        {
            Interlocked.CompareExchange(ref _problem, ExceptionDispatchInfo.Capture(problem), null);
        }
    }
}
