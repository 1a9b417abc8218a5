using System.Globalization;
using Orrery.Data;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;
using Orrery.Server.Contracts;

namespace Orrery.Server;

/// <summary>
/// One plant that is controlled. At most one session at a time; what was commanded stays known from one session to the next, so that no limit that looks
/// back can be shaken off by beginning anew. Requests that come while one is answered are refused.
/// </summary>
internal sealed class PlantLine : IDisposable
{
    // Of what is kept of the past; longer windows than this are counted from there.
    private const int LongestPast = 100_000;

    private readonly WorldModel _model;
    private readonly RowReader _rows;
    private readonly PlantGuardrails _kept;
    private readonly SetPointStudy _study;
    private readonly Func<AuditRecorder?> _recorder;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<float[]> _commands = [];
    private readonly List<float[]> _observations = [];
    private float[] _inForce = [];
    private PlantSession? _session;
    private PlantSession? _last;
    private string _stopped = "";

    public PlantLine(string name, WorldModel model, RowReader rows, PlantGuardrails kept, SetPointStudy study, Func<AuditRecorder?> recorder)
    {
        (Name, _model, _rows, _kept, _study, _recorder) = (name, model, rows, kept, study, recorder);
    }

    public string Name { get; }

    /// <summary>The session that is going on; null for none.</summary>
    public SessionAnswer? Session => _session is { } session ? Describe(session) : null;

    /// <summary>Begins a session.</summary>
    /// <exception cref="RefusedException">It does not fit what is going on.</exception>
    /// <exception cref="OrreryDataException">What is asked for cannot be read.</exception>
    public SessionAnswer Begin(SessionRequest request) => InTurn(() =>
    {
        if (_stopped.Length > 0)
            throw new RefusedException(409, $"The plant '{Name}' was stopped: {_stopped} A person has to look; start the server anew afterwards.");
        if (_session is not null)
            throw new RefusedException(409, $"The plant '{Name}' has a session, {_session.Id}; end it first.");
        PlantWindow window = _rows.Window(request.Window);
        SetPointRequest asked = WishReader.Read(request.Ask, request.Limits, null, request.Seed);
        DeclaredGuardrails declared = WishReader.Declare(_kept, request.Limits);
        ForecastDynamics dynamics = ForecastDynamics.Of(_model);
        IReadOnlyList<ICost> costs = _study.Costs(asked, dynamics);
        IPlanner planner = PlannerFactory.Create(_model.Recipe.Planner);
        IReadOnlyList<IConstraint> constraints = _kept.Constraints(declared, _model, planner.Horizon, holdDisturbances: true, []);
        float[] inForce = _rows.PickCommands(window.Inputs());
        CommandPast past = Past(inForce).Newest(declared.Hard.LongestMemory);
        AuditRecorder? recorder = _recorder();
        MpcSettings settings;
        try
        {
            settings = _kept.Settings(declared, dynamics, planner, constraints, request.Seed, recorder, past);
        }
        catch (OrreryDataException problem)
        {
            throw new RefusedException(409, problem.Message);
        }

        MpcController controller = new(settings);
        controller.Pursue(costs);
        controller.Reset(inForce);
        Correct(inForce);
        _session = new PlantSession(
            Guid.NewGuid().ToString("N"), controller, settings.Guardrails!.OfType<HardLimitGuardrail>().Single(), dynamics, recorder, window, inForce);
        return Describe(_session);
    });

    /// <summary>Decides on the next command.</summary>
    /// <exception cref="RefusedException">It does not fit what is going on.</exception>
    /// <exception cref="OrreryDataException">What is asked for cannot be read.</exception>
    public StepAnswer Step(StepRequest request) => InTurn(() =>
    {
        PlantSession session = _session is { } going && going.Id == request.Session ? going : throw NoSession(request.Session);
        if (request.Step is { } step && step != session.Step)
            throw new RefusedException(409, string.Create(CultureInfo.InvariantCulture, $"step: {step} came; the next step of the session is {session.Step}."));
        (float[] observation, float[] disturbances) = _rows.Row(request.Row);
        float[] applied = request.Applied is null ? session.InForce : _rows.Applied(request.Applied);
        if (!applied.AsSpan().SequenceEqual(session.InForce))
            RequireAllowed(session, applied);
        IReadOnlyList<ICost>? costs = request.Ask is null ? null : _study.Costs(WishReader.Read(request.Ask, null, null, 0), session.Dynamics);

        // From here on nothing is refused.
        if (costs is not null)
            session.Controller.Pursue(costs);
        if (session.Step > 0)
        {
            session.Controller.Applied(applied);
            Correct(applied);
        }

        float[] inputs = _rows.Join(applied, disturbances);
        session.Add(observation, inputs);
        (float[] seen, float[] given) = session.Last(_model.History);
        Decision decision = session.Controller.Step(
            latent =>
            {
                session.Dynamics.Hold(inputs);
                session.Recorder?.Saw(seen, given);
                _model.Encode(seen, given, latent);
            },
            observation);
        float[] command = decision.Action.ToArray();
        session.Decided(applied, command, observation);
        _commands.Add(command);
        _observations.Add(observation);
        Forget();
        if (session.Controller.IsStopped)
            _stopped = decision.Reason;
        return Answer(session, decision);
    });

    /// <summary>Ends a session; what was commanded stays known.</summary>
    /// <exception cref="RefusedException">There is none of that id, or it is at work.</exception>
    public bool End(string id) => InTurn(() =>
    {
        if (_session?.Id != id)
            throw NoSession(id);
        _session.Controller.Dispose();
        (_last, _session) = (_session, null);
        return true;
    });

    public void Dispose()
    {
        _session?.Controller.Dispose();
        _model.Dispose();
        _turn.Dispose();
    }

    private static RefusedException NoSession(string id) => new(404, $"There is no session '{id}'. Begin one with POST /v1/sessions.");

    /// <summary>What was commanded before a session that begins where a command is in force.</summary>
    private CommandPast Past(float[] inForce)
    {
        if (_commands.Count == 0)
            return new CommandPast(inForce, [], []);
        if (!inForce.AsSpan().SequenceEqual(_commands[^1]))
            RequireAllowed(_last!, inForce);
        return new CommandPast(_inForce, [.. _commands[..^1], inForce], [.. _observations]);
    }

    /// <summary>What was executed instead of the last command must have been allowed in its place: then all that was shown of the limits goes on to hold.</summary>
    private static void RequireAllowed(PlantSession session, float[] applied)
    {
        if (session.Step == 0)
            throw new RefusedException(409, "applied: it is not the command of the window's last row, and nothing was commanded since. Begin the session with a window that ends now.");
        Verdict verdict = session.Guard.Inspect(new ActionProposal(applied, session.Before, session.Measured));
        if (verdict.Kind != VerdictKind.Allow)
            throw new RefusedException(409,
                $"applied: someone commanded what the limits do not allow at this place ({verdict.Reason}) Nothing is answered from there: bring the plant back to what was answered last, or let a person look and start the server anew.");
    }

    private void Correct(float[] applied)
    {
        if (_commands.Count > 0)
            _commands[^1] = applied;
        else
            _inForce = applied;
    }

    private void Forget()
    {
        if (_commands.Count <= LongestPast)
            return;
        _commands.RemoveRange(0, LongestPast / 2);
        _observations.RemoveRange(0, LongestPast / 2);
        _inForce = [];
    }

    private T InTurn<T>(Func<T> work)
    {
        if (!_turn.Wait(0))
            throw new RefusedException(409, $"The plant '{Name}' is answering another request; one at a time.");
        try
        {
            return work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private SessionAnswer Describe(PlantSession session) => new(session.Id, Name, session.Step, _rows.Named(session.InForce));

    private StepAnswer Answer(PlantSession session, Decision decision) => new(
        session.Id, decision.Step, _rows.Named(decision.Action.Span), decision.Source.ToString().ToLowerInvariant(), decision.Reason,
        [.. decision.Verdicts.Select(verdict => new VerdictAnswer(verdict.Guardrail, verdict.Verdict.Kind.ToString().ToLowerInvariant(), verdict.Verdict.Reason))],
        decision.Plan is { } plan && double.IsFinite(plan.Cost) ? plan.Cost : null,
        [.. (decision.Plan?.Costs ?? []).Where(term => double.IsFinite(term.Value)).Select(term => new TermAnswer(term.Name, term.Weight, term.Value))],
        decision.Milliseconds);
}
