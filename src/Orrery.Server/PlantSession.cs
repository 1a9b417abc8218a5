using Orrery.Evaluation.Protocols;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Server;

/// <summary>A controller at work, and the rows that it has seen.</summary>
internal sealed class PlantSession
{
    private readonly List<float> _observations = [];
    private readonly List<float> _inputs = [];
    private readonly int _observationSize;
    private readonly int _inputSize;

    public PlantSession(
        string id, MpcController controller, HardLimitGuardrail guard, ForecastDynamics dynamics, AuditRecorder? recorder, PlantWindow window, float[] inForce)
    {
        (Id, Controller, Guard, Dynamics, Recorder, InForce) = (id, controller, guard, dynamics, recorder, inForce);
        _observationSize = window.Observations().Length;
        _inputSize = window.Inputs().Length;
        _observations.AddRange(window.Observations(window.Rows));
        _inputs.AddRange(window.Inputs(window.Rows));
    }

    public string Id { get; }

    public MpcController Controller { get; }

    /// <summary>The controller's own; until the next step it stands where the last command was decided on.</summary>
    public HardLimitGuardrail Guard { get; }

    public ForecastDynamics Dynamics { get; }

    public AuditRecorder? Recorder { get; }

    /// <summary>Steps before the next one.</summary>
    public long Step { get; private set; }

    /// <summary>[A], the command that counts as in force.</summary>
    public float[] InForce { get; private set; }

    /// <summary>[A], the one that was in force when that was decided on.</summary>
    public float[] Before { get; private set; } = [];

    /// <summary>[O], what was measured then.</summary>
    public float[] Measured { get; private set; } = [];

    public void Add(float[] observation, float[] inputs)
    {
        _observations.AddRange(observation);
        _inputs.AddRange(inputs);
    }

    /// <summary>The last rows, copied: a search that came too late may still read them when the next row comes.</summary>
    public (float[] Observations, float[] Inputs) Last(int rows)
    {
        // Older ones are never looked at again.
        _observations.RemoveRange(0, _observations.Count - (rows * _observationSize));
        _inputs.RemoveRange(0, _inputs.Count - (rows * _inputSize));
        return ([.. _observations], [.. _inputs]);
    }

    /// <summary>Takes note of a decision.</summary>
    /// <param name="applied">[A], the command in force when it was decided.</param>
    /// <param name="command">[A], decided on.</param>
    /// <param name="observation">[O].</param>
    public void Decided(float[] applied, float[] command, float[] observation)
    {
        (Before, InForce, Measured) = (applied, command, observation);
        Step++;
    }
}
