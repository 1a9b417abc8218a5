using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// The physics of a process: dx/dt = f(x, u), y = h(x), in physical units. It holds no state of its own, so that an environment, a
/// planner with perfect knowledge and a test may share it.
/// </summary>
public abstract class ProcessEquations
{
    private readonly int _subSteps;

    /// <summary>Describes a process.</summary>
    /// <param name="name">Name in the catalogue.</param>
    /// <param name="description">One sentence for people.</param>
    /// <param name="states">What the process remembers.</param>
    /// <param name="inputs">What drives it; commands first, then disturbances.</param>
    /// <param name="outputs">What is measured.</param>
    /// <param name="samplingTime">Time between two steps, in <paramref name="timeUnit"/>; the unit of time of f as well.</param>
    /// <param name="timeUnit">Unit of time.</param>
    /// <param name="subSteps">Runge-Kutta steps within a sampling time.</param>
    /// <param name="loop">How it is run.</param>
    protected ProcessEquations(
        string name,
        string description,
        IReadOnlyList<ProcessState> states,
        IReadOnlyList<ProcessInput> inputs,
        IReadOnlyList<ProcessOutput> outputs,
        double samplingTime,
        string timeUnit,
        int subSteps,
        ProcessLoop loop)
    {
        (Name, Description, States, Inputs, Outputs) = (name, description, states, inputs, outputs);
        (SamplingTime, TimeUnit, _subSteps, Loop) = (samplingTime, timeUnit, subSteps, loop);
        Commands = inputs.Count(input => !input.Dimension.IsDisturbance);
    }

    /// <summary>Name in the catalogue.</summary>
    public string Name { get; }

    /// <summary>One sentence for people.</summary>
    public string Description { get; }

    /// <summary>What the process remembers.</summary>
    public IReadOnlyList<ProcessState> States { get; }

    /// <summary>What drives it: commands first, then disturbances.</summary>
    public IReadOnlyList<ProcessInput> Inputs { get; }

    /// <summary>What is measured.</summary>
    public IReadOnlyList<ProcessOutput> Outputs { get; }

    /// <summary>Time between two steps.</summary>
    public double SamplingTime { get; }

    /// <summary>Unit of time.</summary>
    public string TimeUnit { get; }

    /// <summary>How it is run.</summary>
    public ProcessLoop Loop { get; }

    /// <summary>How many of the inputs are commands.</summary>
    public int Commands { get; }

    /// <summary>Numbers that the disturbances remember beside their values.</summary>
    public virtual int DisturbanceMemory => 0;

    /// <summary>When an episode ends by itself, as a sentence; null when it never does.</summary>
    public virtual string? TripRule => null;

    /// <summary>f: how fast each state changes.</summary>
    /// <param name="state">[states].</param>
    /// <param name="inputs">[inputs], held over the sampling time.</param>
    /// <param name="derivative">Receives [states], per unit of time.</param>
    public abstract void Derivative(ReadOnlySpan<double> state, ReadOnlySpan<double> inputs, Span<double> derivative);

    /// <summary>h: what would be measured without noise, within the sensors' ranges.</summary>
    /// <param name="state">[states].</param>
    /// <param name="outputs">Receives [outputs].</param>
    public abstract void Measure(ReadOnlySpan<double> state, Span<double> outputs);

    /// <summary>Whether the process has shut itself down.</summary>
    /// <param name="state">[states].</param>
    public virtual bool IsTripped(ReadOnlySpan<double> state) => false;

    /// <summary>Moves the disturbances on by one step.</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="step">Steps since the start; 0 draws the first values.</param>
    /// <param name="memory">[<see cref="DisturbanceMemory"/>], what they remember.</param>
    /// <param name="disturbances">[inputs - commands], replaced.</param>
    public virtual void Disturb(RandomStream random, int step, Span<double> memory, Span<double> disturbances)
    {
    }

    /// <summary>Integrates over one sampling time by the classical Runge-Kutta method. A process that has shut itself down stays as it is.</summary>
    /// <param name="state">[states], replaced.</param>
    /// <param name="inputs">[inputs], held.</param>
    /// <param name="refinement">How many times finer the steps are than usual, to see what their size costs.</param>
    public void Advance(Span<double> state, ReadOnlySpan<double> inputs, int refinement = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(refinement, 1);
        var subSteps = _subSteps * refinement;
        var step = SamplingTime / subSteps;
        Span<double> first = stackalloc double[state.Length], second = stackalloc double[state.Length];
        Span<double> third = stackalloc double[state.Length], fourth = stackalloc double[state.Length], between = stackalloc double[state.Length];
        for (var part = 0; part < subSteps && !IsTripped(state); part++)
        {
            Derivative(state, inputs, first);
            Between(state, first, step / 2, between);
            Derivative(between, inputs, second);
            Between(state, second, step / 2, between);
            Derivative(between, inputs, third);
            Between(state, third, step, between);
            Derivative(between, inputs, fourth);
            for (var i = 0; i < state.Length; i++)
                state[i] += step / 6 * (first[i] + (2 * (second[i] + third[i])) + fourth[i]);
        }
    }

    /// <summary>A value within the range of its dimension.</summary>
    protected static double Within(Dimension dimension, double value)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        return Math.Clamp(value, dimension.Low, dimension.High);
    }

    private static void Between(ReadOnlySpan<double> state, ReadOnlySpan<double> slope, double step, Span<double> between)
    {
        for (var i = 0; i < state.Length; i++)
            between[i] = state[i] + (step * slope[i]);
    }
}
