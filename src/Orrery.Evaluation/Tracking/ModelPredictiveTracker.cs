using Orrery.Environments.Process;
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
    private readonly ActionLimits _limits;
    private readonly HoldLastFallback _fallback;
    private readonly float[] _latent;
    private readonly IReadOnlyList<IGuardrail> _guardrails;
    private MpcController? _controller;

    /// <summary>Plans with a model.</summary>
    /// <param name="name">What it is called in tables.</param>
    /// <param name="equations">The process, for its loop and ranges only.</param>
    /// <param name="setup">How far to look and what a change costs.</param>
    /// <param name="dynamics">The model, of all inputs; not disposed of here.</param>
    /// <param name="readout">Reads its latents out.</param>
    /// <param name="perceive">Where it stands.</param>
    /// <param name="doubt">What is done where training never was; null for nothing.</param>
    public ModelPredictiveTracker(
        string name, ProcessEquations equations, TrackingSetup setup, ILatentDynamics dynamics, IReadout readout, TrackingPerception perceive,
        UnfamiliarityGuardrail? doubt = null)
    {
        ArgumentNullException.ThrowIfNull(equations);
        ArgumentNullException.ThrowIfNull(dynamics);
        (Name, _loop, _setup, _readout, _perceive) = (name, equations.Loop, setup, readout, perceive);
        _dynamics = new ForecastDynamics(dynamics, [_loop.Input]);
        _output = equations.Outputs[_loop.Output].Dimension.Name;
        ProcessInput input = equations.Inputs[_loop.Input];
        _limits = new ActionLimits([(float)input.Dimension.Low], [(float)input.Dimension.High], rateLimit: [(float)_loop.RateLimit]);
        _fallback = new HoldLastFallback([(float)input.Nominal]);
        _latent = new float[dynamics.LatentSize];
        _guardrails = doubt is null ? [] : [doubt];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public void Begin(TrackingRows rows, double setPoint, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _controller?.Dispose();
        _controller = new MpcController(new MpcSettings(_dynamics, _setup.CreatePlanner(), _limits, _fallback, _guardrails, Seed: seed));
        _controller.Reset([rows.Inputs[_loop.Input]]);
    }

    /// <inheritdoc/>
    public double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _perceive(rows, state, _latent);
        _dynamics.Hold(rows.Inputs);
        double scale = (_loop.SetPointHigh - _loop.SetPointLow) / 2;
        SetPoint goal = new(_output, _loop.Output, setPoint, scale);
        _controller!.Pursue(new SetPointCost(_readout, [goal]), new ActionRateCost([(float)_loop.RateLimit], _setup.RateWeight));
        return _controller.Step(latent => _latent.CopyTo(latent), rows.Observation).Action.Span[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _controller?.Dispose();
}
