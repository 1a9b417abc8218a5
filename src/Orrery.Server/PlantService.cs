using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Server.Contracts;
using Orrery.Tensors;

namespace Orrery.Server;

/// <summary>What a server answers with: one run's model, what it declares, and the plants that are controlled with it. Thread-safe.</summary>
internal sealed class PlantService : IDisposable
{
    private readonly ServerSettings _settings;
    private readonly WorldModel _model;
    private readonly Dataset _trained;
    private readonly RowReader _rows;
    private readonly PlantGuardrails _kept;
    private readonly SetPointStudy _study;
    private readonly CheckpointIdentity _checkpoint;
    private readonly PlantLine[] _lines;
    // The model that plans are made with belongs to one request at a time; each plant has one of its own.
    private readonly SemaphoreSlim _planning = new(1, 1);

    /// <summary>Loads a run and makes ready what its guardrails need.</summary>
    /// <param name="settings">What is served.</param>
    /// <param name="trained">What the run was trained on; not disposed of here.</param>
    /// <param name="backend">What computes; not disposed of here.</param>
    /// <exception cref="OrreryDataException">The run cannot be loaded, or what it and the settings declare cannot be kept.</exception>
    public PlantService(ServerSettings settings, Dataset trained, Backend backend)
    {
        _settings = settings;
        _trained = trained;
        string[] plants = settings.Plants is { Count: > 0 } named ? [.. named] : ["plant"];
        if (plants.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new OrreryDataException($"Two plants are called '{twice.Key}'; give each a name of its own.");
        _model = WorldModel.Load(settings.RunFolder, backend);
        _checkpoint = CheckpointIdentity.Of(settings.RunFolder);
        _rows = new RowReader(_model.Description);
        IReadOnlyList<string> limits = settings.Limits ?? [];
        // A command without a range keeps to what was recorded, and no request may widen that.
        _kept = new PlantGuardrails(_model, trained, [.. limits, .. new PlantGuardrails(_model, trained, limits).RecordedRanges()]);
        _study = new SetPointStudy(_model, trained, _kept);
        DeclaredGuardrails declared = _kept.Declare([]);
        _ = declared.Guard();
        // Worked out now, so that no request waits for it, or finds that it cannot be done.
        _ = _kept.Constraints(declared, _model, _model.Recipe.Planner.Horizon, holdDisturbances: true, []);
        _ = declared.Doubt(_kept.Familiar);
        _lines = [.. plants.Select(name => new PlantLine(name, WorldModel.Load(settings.RunFolder, backend), _rows, _kept, _study, () => Recorder($"plant {name}")))];
    }

    public HealthAnswer Health() => _settings.Audit?.Failure is { } failure ? new HealthAnswer("recording fails", failure) : new HealthAnswer("ok", null);

    public ModelAnswer Model() => new(
        _model.Recipe.Name,
        [.. _rows.Observations.Select((column, place) => new ColumnAnswer(column.Name, column.Unit, _trained.Statistics.Observation!.Minimum[place], _trained.Statistics.Observation.Maximum[place]))],
        Inputs(isDisturbance: false), Inputs(isDisturbance: true),
        _model.Description.SamplingTime, _model.Description.TimeUnit, _model.History, _model.Recipe.Planner.Horizon, _model.ParameterCount,
        _checkpoint.Hash, _model.Description.DatasetHash, [.. _lines.Select(line => line.Name)]);

    public GuardrailAnswer[] Guardrails() =>
    [
        .. _kept.Declare([]).Describe().Select(line => new GuardrailAnswer(line.Kind, line.Text)),
        .. _kept.Familiar is { } familiar ? (IEnumerable<GuardrailAnswer>)[new GuardrailAnswer("familiar", RunFamiliarity.Describe(familiar))] : [],
    ];

    public SessionAnswer[] Sessions() => [.. _lines.Select(line => line.Session).OfType<SessionAnswer>()];

    public async Task<PlanAnswer> PlanAsync(PlanRequest request, CancellationToken cancellation)
    {
        PlantWindow window = _rows.Window(request.Window);
        SetPointRequest asked = WishReader.Read(request.Ask, request.Limits, request.Horizon, request.Seed);
        _ = WishReader.Declare(_kept, request.Limits);
        _study.Check(asked);
        await _planning.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Answer(await Task.Run(() => _study.Plan(window, asked, _settings.Audit, _checkpoint), CancellationToken.None).ConfigureAwait(false));
        }
        finally
        {
            _planning.Release();
        }
    }

    public Task<SessionAnswer> BeginAsync(SessionRequest request)
    {
        PlantLine line = _lines.FirstOrDefault(line => line.Name == (request.Plant ?? _lines[0].Name))
            ?? throw new RefusedException(400, $"plant: there is no '{request.Plant}'; the plants are {string.Join(", ", _lines.Select(line => line.Name))}.");
        return Task.Run(() => line.Begin(request));
    }

    public Task<StepAnswer> StepAsync(StepRequest request)
    {
        PlantLine line = Of(request.Session);
        return Task.Run(() => line.Step(request));
    }

    public bool End(string id) => Of(id).End(id);

    public void Dispose()
    {
        foreach (PlantLine line in _lines)
            line.Dispose();
        _model.Dispose();
        _planning.Dispose();
    }

    private PlantLine Of(string session) => _lines.FirstOrDefault(line => line.Session?.Session == session)
        ?? throw new RefusedException(404, $"There is no session '{session}'. Begin one with POST /v1/sessions.");

    private AuditRecorder? Recorder(string policy) =>
        _settings.Audit is { } log ? new AuditRecorder(log, new AuditSubject(policy, _checkpoint, _model.Recipe.Planner)) : null;

    private ColumnAnswer[] Inputs(bool isDisturbance) =>
    [
        .. _rows.Inputs
            .Select((column, place) => (column, new ColumnAnswer(column.Name, column.Unit, _trained.Statistics.Action.Minimum[place], _trained.Statistics.Action.Maximum[place])))
            .Where(input => input.column.IsDisturbance == isDisturbance).Select(input => input.Item2),
    ];

    private static PlanAnswer Answer(SetPointPlan plan)
    {
        (string verdict, string reason) = plan.Outcome switch
        {
            PlanOutcome.Failed => ("veto", "No candidate had a finite cost: there is nothing to execute."),
            PlanOutcome.Violating => ("veto", $"No candidate satisfies {string.Join(" and ", plan.Violations.Where(term => !(term.Violation <= 0)).Select(term => $"'{term.Name}'"))}; this one violates least and must not be executed."),
            _ when plan.Doubts.FirstOrDefault(doubt => doubt.Verdict.Kind == VerdictKind.Veto) is { } veto => ("veto", $"{veto.Guardrail}: {veto.Verdict.Reason}"),
            _ when plan.Interventions.Count + plan.Doubts.Count > 0 => (
                "narrow", string.Join(' ', plan.Doubts.Select(doubt => $"{doubt.Guardrail}: {doubt.Verdict.Reason}").Concat(plan.Interventions))),
            _ => ("allow", ""),
        };
        if (plan.Outcome == PlanOutcome.Failed)
            return new PlanAnswer(verdict, reason, 0, [], [], [], [], [], plan.Remarks, plan.Warnings);
        PlannedColumn[] columns = [.. plan.Picture.Columns.Where(column => !column.IsDisturbance)];
        return new PlanAnswer(
            verdict, reason, plan.Cost, [.. plan.Terms.Select(term => new TermAnswer(term.Name, term.Weight, term.Value))],
            columns.Where(column => column.IsAction).ToDictionary(column => column.Name, column => column.Future),
            columns.Where(column => !column.IsAction).ToDictionary(column => column.Name, column => column.Future),
            columns.Where(column => column.Uncertainty is not null).ToDictionary(column => column.Name, column => column.Uncertainty!),
            [.. plan.Margins.Zip(plan.Violations, (margin, term) => new PredictedLimitAnswer(margin.Limit, term.Violation, margin.Margin))],
            plan.Remarks, [.. plan.Warnings, .. plan.WithoutMargin.Select(limit => $"no margin is kept at {limit}.")]);
    }
}
