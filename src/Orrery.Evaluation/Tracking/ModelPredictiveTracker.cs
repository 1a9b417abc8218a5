using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments.Process;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Tracking;

/// <summary>Where a model stands after a row.</summary>
/// <param name="rows">What was recorded.</param>
/// <param name="state">The process's true state.</param>
/// <param name="latent">Receives [D].</param>
public delegate void TrackingPerception(TrackingRows rows, ReadOnlySpan<float> state, Span<float> latent);

/// <summary>Model predictive control with any model: plan over the horizon, execute one step, plan again.</summary>
public sealed class ModelPredictiveTracker : ITrackingController
{
    private readonly ProcessLoop _loop;
    private readonly IReadout _readout;
    private readonly TrackingPerception _perceive;
    private readonly ForecastDynamics _dynamics;
    private readonly TrackingSetup _setup;
    private readonly string _output;
    private readonly Func<ulong, MpcSettings> _settings;
    private MpcController? _controller;
    private bool _acted;

    /// <summary>Plans with a model that declares nothing, within the process's own limits.</summary>
    /// <param name="name">What it is called in tables.</param>
    /// <param name="equations">The process, for its loop and ranges only.</param>
    /// <param name="setup">How far to look and what a change costs.</param>
    /// <param name="dynamics">The model, of all inputs; not disposed of here.</param>
    /// <param name="readout">Reads its latents out.</param>
    /// <param name="perceive">Where it stands.</param>
    public ModelPredictiveTracker(
        string name, ProcessEquations equations, TrackingSetup setup, ILatentDynamics dynamics, IReadout readout, TrackingPerception perceive)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(dynamics);
        (Name, _loop, _setup, _readout, _perceive) = (name, equations.Loop, setup, readout, perceive);
        _dynamics = new ForecastDynamics(dynamics, [_loop.Input]);
        _output = equations.Outputs[_loop.Output].Dimension.Name;
        ProcessInput input = equations.Inputs[_loop.Input];
        ActionLimits limits = new([(float)input.Dimension.Low], [(float)input.Dimension.High], rateLimit: [(float)_loop.RateLimit]);
        HoldLastFallback fallback = new([(float)input.Nominal]);
        _settings = seed => new MpcSettings(_dynamics, setup.CreatePlanner(), limits, fallback, Seed: seed);
    }

    /// <summary>Plans with a learned model, and keeps all that its checkpoint declares beside the process's own limits.</summary>
    /// <param name="name">What it is called in tables.</param>
    /// <param name="equations">The process, for its loop and ranges only.</param>
    /// <param name="setup">How far to look and what a change costs.</param>
    /// <param name="model">The model; not disposed of here.</param>
    /// <param name="log">What it was trained on.</param>
    /// <exception cref="OrreryDataException">What is declared cannot be kept together with the process's limits, or the model commands other columns than the loop's input.</exception>
    public ModelPredictiveTracker(string name, ProcessEquations equations, TrackingSetup setup, WorldModel model, Dataset log)
        : this(
            name, equations, setup, model, model,
            (rows, _, latent) => model.Encode(rows.LastObservations(model.History), rows.LastInputs(model.History), latent))
    {
        PlantGuardrails kept = new(model, log);
        (string range, string rate) = TrackingEpisode.LimitTexts(equations);
        Declared = kept.Declare([range, $"{rate} except interlocks"]);
        if (Declared.Hard.ActionNames is not [var commanded] || commanded != equations.Inputs[_loop.Input].Dimension.Name)
            throw new OrreryDataException(
                $"The run's model commands {string.Join(", ", Declared.Hard.ActionNames)}, but {equations.Name} is run by {equations.Inputs[_loop.Input].Dimension.Name} alone. Import the log with the other inputs as --disturbances.");
        IReadOnlyList<IConstraint> constraints = kept.Constraints(Declared, model, setup.Horizon, holdDisturbances: true, []);
        _settings = seed => kept.Settings(Declared, _dynamics, setup.CreatePlanner(), constraints, seed);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public DeclaredGuardrails? Declared { get; }

    /// <inheritdoc/>
    public void Begin(TrackingRows rows, double setPoint, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _controller?.Dispose();
        _controller = new MpcController(_settings(seed));
        float[] inForce = [rows.Inputs[_loop.Input]];
        bool isKept = true;
        Declared?.Guard(inForce, out isKept);
        _controller.Reset(isKept ? inForce : []);
        _acted = false;
    }

    /// <inheritdoc/>
    public double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (_acted)
            _controller!.Applied([rows.Inputs[_loop.Input]]);
        _acted = true;
        // Copied, since a search that came too late may still read them when the next row comes.
        TrackingRows seen = rows.Copy();
        float[] truth = state.ToArray();
        double scale = (_loop.SetPointHigh - _loop.SetPointLow) / 2;
        SetPoint goal = new(_output, _loop.Output, setPoint, scale);
        _controller!.Pursue(
        [
            new SetPointCost(_readout, [goal]), new ActionRateCost([(float)_loop.RateLimit], _setup.RateWeight),
            .. _setup.DisagreementWeight > 0 && _readout is IEnsembleReadout { Members: > 1 } members
                ? [new DisagreementCost(members, [new DisagreementColumn(_output, _loop.Output, scale)], _setup.DisagreementWeight)]
                : Array.Empty<ICost>(),
        ]);
        return _controller.Step(
            latent =>
            {
                _dynamics.Hold(seen.Inputs);
                _perceive(seen, truth, latent);
            },
            rows.Observation).Action.Span[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _controller?.Dispose();
}
