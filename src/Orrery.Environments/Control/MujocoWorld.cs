using Orrery.Data;

namespace Orrery.Environments.Control;

/// <summary>A simulation of a model. One thread at a time.</summary>
/// <param name="model">Without actuator states; may be shared.</param>
internal sealed class MujocoWorld(MujocoModel model) : IDisposable
{
    private readonly MujocoData _data = new(model);

    /// <summary>The simulation's numbers.</summary>
    public MujocoData Data => _data;

    /// <summary>Puts the simulation into a state. What follows from it is not computed yet.</summary>
    public void Write(MujocoState state)
    {
        Mujoco.ResetData(model, _data);
        _data.Write(MujocoLayout.DataPositions, state.Positions);
        _data.Write(MujocoLayout.DataVelocities, state.Velocities);
        _data.Write(MujocoLayout.DataWarmStart, state.WarmStart);
        _data.Time = state.Time;
    }

    /// <summary>Reads the state.</summary>
    public void Read(MujocoState state)
    {
        _data.Read(MujocoLayout.DataPositions, state.Positions);
        _data.Read(MujocoLayout.DataVelocities, state.Velocities);
        _data.Read(MujocoLayout.DataWarmStart, state.WarmStart);
        state.Time = _data.Time;
    }

    /// <summary>Sets the controls.</summary>
    /// <param name="controls">Finite.</param>
    public void Control(ReadOnlySpan<double> controls) => _data.Write(MujocoLayout.DataControls, controls);

    /// <summary>Keeps every velocity within a limit.</summary>
    public void LimitVelocities(double limit)
    {
        Span<double> velocities = stackalloc double[model.Velocities];
        _data.Read(MujocoLayout.DataVelocities, velocities);
        foreach (ref var velocity in velocities)
            velocity = Math.Clamp(velocity, -limit, limit);
        _data.Write(MujocoLayout.DataVelocities, velocities);
    }

    /// <summary>Steps of the model's time step, one after the other.</summary>
    public void Step(int times)
    {
        for (var i = 0; i < times; i++)
            Mujoco.Step(model, _data);
    }

    /// <summary>What follows from positions and velocities.</summary>
    public void StepBeforeControls() => Mujoco.StepBeforeControls(model, _data);

    /// <summary>The rest of the step.</summary>
    public void StepAfterControls() => Mujoco.StepAfterControls(model, _data);

    /// <summary>Fails if a warning was raised: after some of them, the library goes on from another state than it was in.</summary>
    /// <param name="name">Of the environment.</param>
    /// <exception cref="OrreryDataException">One was.</exception>
    public void Check(string name)
    {
        for (var kind = 0; kind < Mujoco.Warnings.Count; kind++)
        {
            if (_data.WarningCount(kind) > 0)
            {
                throw new OrreryDataException(
                    $"{name}: the physics broke down: {Mujoco.Warnings[kind]}. The environment is where it was before this step; reset it, or write another state.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();
}
