using System.Globalization;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>What a replay found.</summary>
/// <param name="Decisions">Decisions in the log.</param>
/// <param name="Same">Those that were reached again to the bit.</param>
/// <param name="FromLatent">Those among them that began with the recorded latent, because the observation was not kept or memory filled it in.</param>
/// <param name="Late">Those among them whose plan came too late then, which is taken from the record: the fallback's action is what was reached again.</param>
/// <param name="Skipped">Those that could not be made again, because what came before them is not in the log.</param>
/// <param name="Different">Those that came out otherwise.</param>
/// <param name="Differences">The first hundred of them, each with its first difference.</param>
public sealed record AuditReplayResult(long Decisions, long Same, long FromLatent, long Late, long Skipped, long Different, IReadOnlyList<AuditProblem> Differences);

/// <summary>
/// Makes every recorded decision again, from the recorded observation, action before, random numbers and plan to start from, and holds
/// it against the record: latent, plan, cost term by term, verdicts and action, to the bit.
/// </summary>
public sealed class AuditReplay
{
    private const int MostListed = 100;
    private const int MostSessions = 16;
    private const int MostGoals = 4096;

    private readonly ReplayModel _model;
    private readonly AuditParts _parts;
    private readonly Dictionary<long, JsonElement> _declared = [];
    private readonly Dictionary<long, long> _first = [];
    private readonly Dictionary<long, ReplaySession> _sessions = [];
    private readonly SortedDictionary<long, JsonElement> _goals = [];
    private readonly List<AuditProblem> _differences = [];
    private long _decisions;
    private long _same;
    private long _fromLatent;
    private long _late;
    private long _skipped;
    private long _different;

    private AuditReplay(ReplayModel model, AuditParts parts) => (_model, _parts) = (model, parts);

    /// <summary>Replays a log.</summary>
    /// <param name="path">Its folder, or one of its files.</param>
    /// <param name="model">What decided.</param>
    /// <param name="parts">Builds costs, constraints and guardrails; those that Orrery has when left out.</param>
    /// <param name="progress">Called after each decision with how many there were.</param>
    /// <param name="cancellation">Stops between two decisions.</param>
    /// <exception cref="OrreryDataException">There is no log, it cannot be read, or another checkpoint decided.</exception>
    public static AuditReplayResult Run(
        string path, ReplayModel model, AuditParts? parts = null, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var replay = new AuditReplay(model, parts ?? new AuditParts());
        foreach (var entry in AuditReader.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            replay.Take(entry);
            if (entry.Kind == AuditKinds.Decision)
                progress?.Invoke(replay._decisions);
        }

        foreach (var first in replay._sessions.Keys.ToArray())
            replay.Drop(first);
        return new AuditReplayResult(replay._decisions, replay._same, replay._fromLatent, replay._late, replay._skipped, replay._different, replay._differences);
    }

    private void Take(AuditEntry entry)
    {
        try
        {
            switch (entry.Kind)
            {
                case AuditKinds.Session:
                    Declare(entry);
                    break;
                case AuditKinds.Goal:
                    if (_goals.Count >= MostGoals)
                        _goals.Remove(_goals.Keys.First());
                    _goals[entry.Sequence] = entry.Content;
                    break;
                case AuditKinds.Decision:
                    _decisions++;
                    Decide(entry);
                    break;
            }
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or FormatException or OverflowException or JsonException)
        {
            Differ(entry, $"it cannot be made again: {problem.Message}");
        }
    }

    private void Declare(AuditEntry entry)
    {
        var checkpoint = entry.Content.Need("checkpoint").Text("sha256");
        if (checkpoint != _model.Checkpoint.Hash)
            throw new OrreryDataException(string.Create(CultureInfo.InvariantCulture,
                $"Record {entry.Sequence} says that the checkpoint {checkpoint} decided, but this one is {_model.Checkpoint.Hash}. Replay with the run, and the checkpoint of it, that decided."));
        if (_declared.Count >= MostGoals)
            Forget(_declared.Keys.Min());
        _declared[entry.Sequence] = entry.Content;
        _first[entry.Sequence] = entry.Content.TryGetProperty("continues", out var first) ? first.GetInt64() : entry.Sequence;
    }

    private void Decide(AuditEntry entry)
    {
        var declared = entry.Content.Need("session").GetInt64();
        if (!_declared.TryGetValue(declared, out var declaration))
        {
            _skipped++;
            return;
        }

        try
        {
            var session = Session(_first[declared], declaration);
            session.Used = _decisions;
            if (!session.CanReplay(entry.Content))
            {
                _skipped++;
                return;
            }

            using var made = session.Replay(entry.Content, _goals, out var hasObservation);
            var isPlanned = entry.Content.TryGetProperty("latent", out _);
            var isLate = ReplaySession.IsLate(entry.Content);
            if (AuditDifference.Find(entry.Content, made.RootElement, hasObservation ? "" : "observation", isLate ? "reason" : "") is { } difference)
            {
                Differ(entry, difference);
                return;
            }

            _same++;
            _fromLatent += isPlanned && !hasObservation ? 1 : 0;
            _late += isLate ? 1 : 0;
        }
        catch (OrreryDataException problem)
        {
            Differ(entry, $"it cannot be made again: {problem.Message}.");
        }
    }

    private ReplaySession Session(long first, JsonElement declaration)
    {
        if (_sessions.TryGetValue(first, out var session))
            return session;
        if (_sessions.Count >= MostSessions)
            Drop(_sessions.MinBy(known => known.Value.Used).Key);
        return _sessions[first] = new ReplaySession(declaration, _model, _parts);
    }

    private void Drop(long first)
    {
        _sessions[first].Dispose();
        _sessions.Remove(first);
    }

    private void Forget(long declared)
    {
        _declared.Remove(declared);
        _first.Remove(declared);
    }

    private void Differ(AuditEntry entry, string what)
    {
        _different++;
        if (_differences.Count < MostListed)
            _differences.Add(new AuditProblem(entry.File, entry.Line, entry.Sequence, entry.Content.TryGetProperty("step", out var step) ? step.GetInt64() : null, what));
    }
}
