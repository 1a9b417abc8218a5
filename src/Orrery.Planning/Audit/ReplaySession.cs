using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orrery.Data;
using Orrery.Models;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Audit;

/// <summary>A controller as a log declares it, which decides again.</summary>
internal sealed class ReplaySession : IDecisionRecorder, IDisposable
{
    private static readonly AuditLogOptions Everything = new(LargestObservation: 16 << 20);

    private readonly ReplayModel _model;
    private readonly AuditParts _parts;
    private readonly MpcController _controller;
    private readonly MpcSettings _settings;
    private readonly ObservationSeen _seen = new();
    private readonly ArrayBufferWriter<byte> _made = new();
    private readonly ForecastDynamics? _forecast;
    private readonly bool _hasMemory;
    private readonly bool _remembers;
    private long _goal = -1;
    private long _next = -1;

    public ReplaySession(JsonElement declaration, ReplayModel model, AuditParts parts)
    {
        (_model, _parts) = (model, parts);
        var dynamics = declaration.Text("dynamics");
        if (dynamics != model.Dynamics.GetType().FullName)
            throw new OrreryDataException($"the model was a {dynamics}, and this one is a {model.Dynamics.GetType().FullName}");
        _forecast = declaration.TryGetProperty("commanded", out var commanded)
            ? new ForecastDynamics(model.Dynamics, [.. commanded.EnumerateArray().Select(place => place.GetInt32())], model.Readout)
            : null;
        _hasMemory = declaration.Need("memory").ValueKind == JsonValueKind.String;
        _settings = new MpcSettings(
            (ILatentDynamics?)_forecast ?? model.Dynamics, PlannerFactory.Create(AuditDeclarations.ReadPlanner(declaration.Need("planner"))),
            AuditDeclarations.ReadLimits(declaration.Need("limits")), parts.Fallback(declaration.Need("fallback")),
            [.. declaration.Need("guardrails").EnumerateArray().Select(parts.Guardrail)],
            [.. declaration.Need("constraints").EnumerateArray().Select(constraint => parts.Constraint(constraint, model))],
            Seed: ulong.Parse(declaration.Text("seed"), CultureInfo.InvariantCulture), Recorder: this);
        _remembers = declaration.Need("guardrails").EnumerateArray().Append(declaration.Need("fallback"))
            .Any(part => part.TryGetProperty("remembers", out var remembers) && remembers.GetBoolean());
        _controller = new MpcController(_settings);
    }

    /// <inheritdoc/>
    public void Dispose() => _controller.Dispose();

    /// <summary>When it was used last, to forget those that are not used any more.</summary>
    public long Used { get; set; }

    /// <summary>
    /// Whether a decision can be made again: it follows the one that was made again last, or is a session's first, or a plan was due and nothing
    /// but the plan depends on what went before.
    /// </summary>
    public bool CanReplay(JsonElement decision)
    {
        var step = decision.Need("step").GetInt64();
        return step == _next || (IsDue(decision) && (step == 0 || !_remembers));
    }

    /// <summary>Whether the plan came too late, which a replay cannot find out.</summary>
    public static bool IsLate(JsonElement decision) =>
        IsDue(decision) && !decision.TryGetProperty("plan", out _) && !decision.Text("reason").StartsWith(PlanningSession.FailureReason, StringComparison.Ordinal);

    /// <summary>Makes a decision again.</summary>
    /// <param name="decision">From the log.</param>
    /// <param name="goals">The goals that the log declares.</param>
    /// <param name="hasObservation">Whether it began with the observation; otherwise with the recorded latent.</param>
    /// <returns>The decision as it would be recorded.</returns>
    public JsonDocument Replay(JsonElement decision, IReadOnlyDictionary<long, JsonElement> goals, out bool hasObservation)
    {
        var step = decision.Need("step").GetInt64();
        var isTakenUp = step != _next;
        _next = -1;
        var stated = decision.Need("goal").GetInt64();
        if (!goals.TryGetValue(stated, out var declaration))
            throw new OrreryDataException(string.Create(CultureInfo.InvariantCulture, $"its goal, record {stated}, is not in the log"));

        // At the beginning of a file a goal is stated again, which changes nothing of what is pursued.
        var goal = declaration.TryGetProperty("continues", out var first) ? first.GetInt64() : stated;
        if (goal != _goal)
        {
            _controller.Pursue([.. declaration.Need("costs").EnumerateArray().Select(cost => _parts.Cost(cost, _model))]);
            _goal = goal;
        }

        var isSeen = _seen.TryRead(decision.Need("observation"));
        hasObservation = isSeen && !_hasMemory;
        var encodes = hasObservation;
        var latent = decision.TryGetProperty("latent", out var bits) ? bits.Floats() : [];
        if (decision.TryGetProperty("forecast", out var forecast))
            _forecast?.Expect(forecast.Floats());
        var made = Made(decision);
        if (isTakenUp)
            _controller.Reset(made.PreviousAction);
        else if (step > 0 && made.PreviousAction.Length > 0)
            _controller.Applied(made.PreviousAction);
        if (made.IsDue)
            _controller.Resume(made);
        var isLate = IsLate(decision);
        _controller.Step(into =>
        {
            if (isLate)
                throw new TimeoutException();
            if (encodes)
                _seen.Encode(_model, into);
            else if (latent.Length == into.Length)
                latent.CopyTo(into);
            else
                throw new OrreryDataException("a plan is made now where none was");
        }, decision.Need("measured").Floats());
        _next = step + 1;
        return JsonDocument.Parse(_made.WrittenMemory);
    }

    /// <inheritdoc/>
    public void Record(in DecisionMade made)
    {
        _made.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_made);
        json.WriteStartObject();
        AuditRecorder.Write(json, made, _seen, Everything);
        json.WriteEndObject();
    }

    private static bool IsDue(JsonElement decision) => decision.TryGetProperty("random", out _);

    private DecisionMade Made(JsonElement decision) => new()
    {
        Decision = new Decision(decision.Need("step").GetInt64(), default, DecisionSource.Plan, null, [], "", 0),
        Settings = _settings,
        Costs = [],
        Observation = [],
        Latent = [],
        Proposed = [],
        PreviousAction = decision.Need("previousAction").Floats(),
        IsDue = IsDue(decision),
        Expected = decision.TryGetProperty("expected", out var expected) ? expected.Floats() : [],
        Random = default,
        WarmStart = decision.TryGetProperty("warmStart", out var warm) ? WarmStart(warm) : null,
    };

    private static Plan WarmStart(JsonElement warm) => new(
        Enum.Parse<PlanOutcome>(warm.Text("outcome")), warm.Need("block").GetInt32(), warm.Need("actionSize").GetInt32(), warm.Need("actions").Floats(),
        [], [], [], [], 0, warm.TryGetProperty("carried", out var carried) ? carried.Floats() : null);
}
