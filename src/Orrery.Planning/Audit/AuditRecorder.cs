using System.Globalization;
using System.Text.Json;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Audit;

/// <summary>
/// Writes one controller's decisions to a log: first what the controller is made of, what it pursues whenever that changes, and both
/// again at the beginning of every file, so that a file can be read on its own. Tell it in the controller's perception what was seen.
/// </summary>
public sealed class AuditRecorder : IDecisionRecorder
{
    private readonly AuditLog _log;
    private readonly AuditSubject _subject;
    private readonly ObservationSeen _seen = new();
    private readonly Lock _gate = new();
    private IReadOnlyList<ICost>? _costs;
    private long _file = -1;
    private long _first = -1;
    private long _session = -1;
    private long _goal = -1;
    private long _firstGoal = -1;

    /// <summary>Records into a log.</summary>
    /// <param name="log">The log; several recorders may share it.</param>
    /// <param name="subject">What decides.</param>
    public AuditRecorder(AuditLog log, AuditSubject subject)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(subject);
        _log = log;
        _subject = subject;
    }

    /// <summary>A picture is what perception is about to encode.</summary>
    /// <param name="pixels">[C, H, W] bytes; copied.</param>
    public void Saw(ReadOnlySpan<byte> pixels)
    {
        lock (_gate)
            _seen.See(pixels);
    }

    /// <summary>The last rows of a log are what perception is about to encode.</summary>
    /// <param name="observations">[n, O] in physical units, oldest first; copied.</param>
    /// <param name="actions">[n, A] in physical units, oldest first; copied.</param>
    public void Saw(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions)
    {
        lock (_gate)
            _seen.See(observations, actions);
    }

    /// <inheritdoc/>
    public void Record(in DecisionMade made)
    {
        // Where there is a deadline, perception runs on a thread of its own and may still run.
        lock (_gate)
            lock (_log.Gate)
            {
                _log.RotateIfDue();
                if (_session < 0 || _file != _log.FileNumber)
                    Introduce(made);
                if (_session >= 0 && (_goal < 0 || !ReferenceEquals(_costs, made.Costs)))
                    Aim(made.Costs);
                if (_session >= 0 && _goal >= 0)
                    _log.Append(AuditKinds.Decision, WriteDecision, new Written(made, this));
                _seen.Forget();
            }
    }

    /// <summary>The part of a record that the decision alone decides, the time it took apart.</summary>
    internal static void Write(Utf8JsonWriter json, in DecisionMade made, ObservationSeen seen, AuditLogOptions options)
    {
        var decision = made.Decision;
        json.WriteString("source"u8, decision.Source.ToString());
        json.WriteString("reason"u8, decision.Reason);
        json.Numbers("applied"u8, decision.Action.Span);
        // Where there was no plan to execute, nothing was proposed.
        json.Numbers("proposed"u8, made.Proposed.ContainsAnyExcept(float.NaN) ? made.Proposed : []);
        WriteVerdicts(json, decision);
        json.Numbers("previousAction"u8, made.PreviousAction);
        json.Numbers("measured"u8, made.Observation);
        seen.Write(json, options);
        if (made.IsDue)
            WriteState(json, made);
        if (decision.Plan is { } plan)
            WritePlan(json, plan);
    }

    private static void WriteState(Utf8JsonWriter json, in DecisionMade made)
    {
        if (made.Decision.Plan is not null)
        {
            json.Bits("latent"u8, made.Latent);
            // Without a plan the search may still run, and the forecast be another's already.
            if (made.Settings.Dynamics is ForecastDynamics forecast)
                json.Numbers("forecast"u8, forecast.Forecast);
        }

        if (made.Expected.Length != 0)
            json.Bits("expected"u8, made.Expected);
        json.WriteStartObject("random"u8);
        json.WriteString("key"u8, made.Random.Key.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteNumber("position"u8, made.Random.Position);
        json.WriteEndObject();
        if (made.WarmStart is not { } warm)
            return;
        json.WriteStartObject("warmStart"u8);
        WriteShape(json, warm);
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, Written written)
    {
        json.WriteNumber("session"u8, written.Recorder._session);
        json.WriteNumber("goal"u8, written.Recorder._goal);
        json.WriteNumber("step"u8, written.Made.Decision.Step);
        json.WriteNumber("milliseconds"u8, Math.Round(written.Made.Decision.Milliseconds, 4));
        Write(json, written.Made, written.Recorder._seen, written.Recorder._log.Options);
    }

    private static void WriteVerdicts(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartArray("verdicts"u8);
        foreach (var verdict in decision.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("guardrail"u8, verdict.Guardrail);
            json.WriteString("answer"u8, verdict.Verdict.Stops ? "Stop" : verdict.Verdict.Kind.ToString());
            json.WriteString("reason"u8, verdict.Verdict.Reason);
            json.Numbers("replacement"u8, verdict.Verdict.Replacement.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePlan(Utf8JsonWriter json, Plan plan)
    {
        json.WriteStartObject("plan"u8);
        json.Number("cost"u8, plan.Cost);
        json.WriteStartArray("terms"u8);
        foreach (var term in plan.Costs)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, term.Name);
            json.Number("weight"u8, term.Weight);
            json.Number("value"u8, term.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("constraints"u8);
        foreach (var term in plan.Constraints)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, term.Name);
            json.Number("violation"u8, term.Violation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Numbers("bestCosts"u8, plan.BestCosts);
        json.WriteNumber("evaluations"u8, plan.Evaluations);
        WriteShape(json, plan);
        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, Plan plan)
    {
        json.WriteString("outcome"u8, plan.Outcome.ToString());
        json.WriteNumber("block"u8, plan.ActionBlock);
        json.WriteNumber("actionSize"u8, plan.ActionSize);
        json.Bits("actions"u8, plan.Actions.Span);
        if (plan.Carried.Length != 0)
            json.Bits("carried"u8, plan.Carried.Span);
    }

    private void Introduce(in DecisionMade made)
    {
        _session = _log.Append(AuditKinds.Session, WriteSession, new Introduction(made.Settings, _subject, _first));
        (_goal, _file) = (-1, _log.FileNumber);
        if (_first < 0)
            _first = _session;
    }

    private void Aim(IReadOnlyList<ICost> costs)
    {
        var continued = ReferenceEquals(_costs, costs) ? _firstGoal : -1;
        _goal = _log.Append(AuditKinds.Goal, WriteGoal, new Goal(costs, continued));
        _firstGoal = continued >= 0 ? continued : _goal;
        _costs = costs;
    }

    private static void WriteSession(Utf8JsonWriter json, Introduction introduction)
    {
        if (introduction.Continued >= 0)
            json.WriteNumber("continues"u8, introduction.Continued);
        AuditDeclarations.WriteSession(json, introduction.Settings, introduction.Subject);
    }

    private static void WriteGoal(Utf8JsonWriter json, Goal goal)
    {
        if (goal.Continued >= 0)
            json.WriteNumber("continues"u8, goal.Continued);
        AuditDeclarations.WriteGoal(json, goal.Costs);
    }

    private readonly record struct Goal(IReadOnlyList<ICost> Costs, long Continued);

    private readonly record struct Introduction(MpcSettings Settings, AuditSubject Subject, long Continued);

    private readonly ref struct Written(DecisionMade made, AuditRecorder recorder)
    {
        public readonly DecisionMade Made = made;
        public readonly AuditRecorder Recorder = recorder;
    }
}
