using System.Diagnostics;
using Orrery.Tensors.Random;

namespace Orrery.Planning;

/// <summary>
/// Encodes, recalls and plans, on a thread of its own where there is a deadline. What comes too late is thrown away: the results
/// lie in buffers that the controller only reads when all went well and in time. A model that never returns keeps the thread; the
/// controller goes on without it.
/// </summary>
internal sealed class PlanningSession : IDisposable
{
    /// <summary>How the reason of a failure begins; any other reason without a plan is that it came too late.</summary>
    public const string FailureReason = "The model or the planner failed: ";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly MpcSettings _settings;
    private readonly RandomStream _random = new(0, "controller");
    private readonly float[] _latent;
    private readonly object _gate = new();
    private readonly Thread? _thread;
    private PlanningRequest? _request;
    private Plan? _plan;
    private Exception? _problem;
    private bool _busy;
    private bool _stopping;

    public PlanningSession(MpcSettings settings)
    {
        _settings = settings;
        _latent = new float[settings.Dynamics.LatentSize];
        if (settings.Deadline is null)
            return;
        _thread = new Thread(Work) { IsBackground = true, Name = "orrery planning" };
        _thread.Start();
    }

    /// <summary>Plans.</summary>
    /// <param name="request">What the planner needs to know.</param>
    /// <param name="latent">[D], receives where the system is.</param>
    /// <param name="reason">Why there is no plan, for a person; empty when there is one.</param>
    /// <returns>The plan; null when there is none in time, or the model failed.</returns>
    public Plan? Run(PlanningRequest request, Span<float> latent, out string reason)
    {
        reason = _thread is null ? RunHere(request) : RunInTime(request);
        if (reason.Length > 0)
            return null;
        _latent.CopyTo(latent);
        return _plan;
    }

    /// <summary>Waits for a search that still runs, so that the model is free afterwards; not for one that never ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread?.Join(LongestWait);
    }

    private string RunHere(PlanningRequest request)
    {
        try
        {
            Search(request);
            return "";
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return Failed(problem);
        }
    }

    private string RunInTime(PlanningRequest request)
    {
        var deadline = _settings.Deadline!.Value;
        var started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (_busy)
                return "The plan of an earlier step is not finished yet.";
            (_request, _problem, _busy) = (request, null, true);
            Monitor.PulseAll(_gate);
            while (_busy)
            {
                var left = deadline - Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                    break;
            }

            if (_busy)
                return $"Planning took longer than the deadline of {deadline.TotalMilliseconds:0.###} ms.";
            return _problem is null ? "" : Failed(_problem);
        }
    }

    private static string Failed(Exception problem) => $"{FailureReason}{problem.Message}";

    private void Work()
    {
        while (true)
        {
            PlanningRequest request;
            lock (_gate)
            {
                while (_request is null && !_stopping)
                    Monitor.Wait(_gate);
                if (_stopping)
                    return;
                request = _request!;
                _request = null;
            }

            Exception? problem = null;
            try
            {
                Search(request);
            }
            catch (Exception found)
            {
                problem = found;
            }

            lock (_gate)
            {
                _problem = problem;
                _busy = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Search(PlanningRequest request)
    {
        // Encode.
        request.Perceive(_latent);

        // Recall.
        _settings.Memory?.Recall(_latent, request.Step);

        // Plan, with random numbers that depend on the seed and the step alone, so that a recorded step can be decided again.
        _random.State = request.Random;
        PlanningProblem problem = new(
            _settings.Dynamics, _latent, request.Costs, _settings.Limits, _settings.Constraints, request.PreviousAction);
        _plan = _settings.Planner.Plan(problem, request.PreviousPlan, _random);
    }
}

/// <summary>What a search begins with; nothing in it changes while it runs.</summary>
internal sealed record PlanningRequest(
    Perception Perceive, IReadOnlyList<Costs.ICost> Costs, float[] PreviousAction, Plan? PreviousPlan, RandomState Random, long Step);
