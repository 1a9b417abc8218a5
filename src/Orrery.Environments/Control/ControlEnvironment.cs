using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Painting;

namespace Orrery.Environments.Control;

/// <summary>What environments on MuJoCo have in common. The library is loaded at the first step; until then, and to look, it is not needed.</summary>
/// <remarks>
/// The state is the positions, then the velocities. <see cref="Save"/> keeps them in double precision together with what the solver remembers,
/// and goes on to the same bits; <see cref="WriteState"/> takes single precision and remembers nothing.
/// </remarks>
internal abstract class ControlEnvironment : IGoalEnvironment
{
    private readonly Lazy<MujocoModel> _model;
    private readonly MujocoState _state;
    private readonly int _degrees;
    private MujocoWorld? _world;
    private bool _isStale = true;

    /// <summary>Creates one that still has to be reset.</summary>
    /// <param name="specification">Its spaces.</param>
    /// <param name="model">Its physics; shared.</param>
    protected ControlEnvironment(EnvironmentSpecification specification, Lazy<MujocoModel> model)
    {
        Specification = specification;
        _model = model;
        _degrees = specification.State.Size / 2;
        _state = new MujocoState(_degrees);
    }

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Steps since the episode began.</summary>
    internal int Steps => _state.Steps;

    /// <summary>m or rad, in double precision.</summary>
    protected ReadOnlySpan<double> Positions => _state.Positions;

    /// <summary>m/s or rad/s, in double precision.</summary>
    protected ReadOnlySpan<double> Velocities => _state.Velocities;

    private string Name => Specification.Name;

    /// <inheritdoc/>
    public abstract void Reset(ulong seed);

    /// <summary>Takes one step. Actions beyond [-1, 1] are cut off there, as in the published environments.</summary>
    /// <param name="action">[A].</param>
    /// <returns>No reward, and whether the step limit is reached.</returns>
    /// <exception cref="ArgumentException">The action has the wrong length or a number that is not finite.</exception>
    /// <exception cref="OrreryDataException">The physics library is missing, or the physics broke down.</exception>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != Specification.Action.Size)
            throw new ArgumentException($"{Name}: an action of {action.Length} numbers came; {Specification.Action.Size} were needed.", nameof(action));
        Span<double> controls = stackalloc double[action.Length];
        for (var i = 0; i < action.Length; i++)
        {
            if (!float.IsFinite(action[i]))
                throw new ArgumentException($"{Name}: number {i} of the action is {action[i]}; it must be finite.", nameof(action));
            controls[i] = Math.Clamp(action[i], -1f, 1f);
        }

        _world ??= new MujocoWorld(_model.Value);
        if (_isStale)
        {
            _world.Write(_state);
            Settle(_world);
        }

        // Whatever happens in there, the state that is kept is the truth until it is read again.
        _isStale = true;
        _world.Control(controls);
        Advance(_world);
        _world.Check(Name);
        _world.Read(_state);
        _isStale = false;
        _state.Steps++;
        return new StepResult(0, Terminated: false, _state.Steps >= Specification.StepLimit);
    }

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        Paint(pixels, ObservedLayout, Positions);
    }

    /// <inheritdoc/>
    public void Observe(Span<float> vector)
    {
        CheckVector(vector.Length);
        See(Positions, Velocities, vector);
    }

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        Span<double> numbers = stackalloc double[2 * _degrees];
        CheckState(state, numbers);
        Paint(pixels, ObservedLayout, numbers[.._degrees]);
    }

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<float> vector)
    {
        CheckVector(vector.Length);
        Span<double> numbers = stackalloc double[2 * _degrees];
        CheckState(state, numbers);
        See(numbers[.._degrees], numbers[_degrees..], vector);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        CheckLength(state.Length);
        for (var i = 0; i < _degrees; i++)
        {
            state[i] = (float)_state.Positions[i];
            state[_degrees + i] = (float)_state.Velocities[i];
        }
    }

    /// <summary>Puts everything exactly there; the step counter stays as it is.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        Span<double> numbers = stackalloc double[2 * _degrees];
        CheckState(state, numbers);
        Place(numbers[.._degrees], numbers[_degrees..]);
    }

    /// <inheritdoc/>
    public abstract void SampleTask(ulong seed, Span<float> startState, Span<float> goalState);

    /// <inheritdoc/>
    public abstract bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState);

    /// <inheritdoc/>
    public byte[] Save() => _state.Save(Name);

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        _state.Load(saved, Name);
        _isStale = true;
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
            throw new ArgumentException($"{Name}: a picture of {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        Paint(rgb, new PixelLayout(width, height, 3, 1), Positions);
    }

    /// <summary>The model with what is there for the eye alone.</summary>
    /// <param name="width">Of the picture, px.</param>
    /// <param name="height">Of the picture, px.</param>
    internal abstract string SceneMjcf(int width, int height);

    /// <summary>Puts another simulation, of the model with the scenery, where this one is.</summary>
    internal void Show(MujocoWorld world)
    {
        world.Write(_state);
        world.StepBeforeControls();
    }

    /// <summary>Releases the physics.</summary>
    public void Dispose()
    {
        _world?.Dispose();
        _world = null;
        _isStale = true;
    }

    /// <summary>Computes, once a state was written, what <see cref="Advance"/> expects to be there.</summary>
    protected abstract void Settle(MujocoWorld world);

    /// <summary>One environment step, with the controls set.</summary>
    protected abstract void Advance(MujocoWorld world);

    /// <summary>The observation vector, which is proprioception where a picture is seen.</summary>
    protected abstract void See(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities, Span<float> vector);

    /// <summary>Draws a picture.</summary>
    protected abstract void Paint(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<double> positions);

    /// <summary>What makes a state of finite, not absurd numbers impossible; null where nothing does.</summary>
    protected abstract string? Objection(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities);

    /// <summary>Begins an episode.</summary>
    protected void Begin(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        _state.Steps = 0;
        Place(positions, velocities);
    }

    /// <summary>Fails unless a span can hold a state.</summary>
    protected void CheckLength(int length)
    {
        if (length != 2 * _degrees)
            throw new ArgumentException($"{Name}: a state of {length} numbers came; {2 * _degrees} were needed.");
    }

    private PixelLayout ObservedLayout => Specification.Observation is ImageSpace image
        ? new PixelLayout(image.Width, image.Height, 1, image.Width * image.Height)
        : default;

    private void Place(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        _state.Place(positions, velocities);
        _isStale = true;
    }

    private void CheckPicture(int length)
    {
        if (Specification.Observation is not ImageSpace image)
            throw new InvalidOperationException($"{Name}: it is seen as a vector of {Specification.Observation.Size} numbers, not as a picture.");
        if (length != image.Size)
            throw new ArgumentException($"{Name}: a picture of {length} bytes came; {image.Size} ([3, {image.Height}, {image.Width}]) were needed.");
    }

    private void CheckVector(int length)
    {
        if ((Specification.Observation as VectorSpace ?? Specification.Proprioception) is not { } vector)
            throw new InvalidOperationException($"{Name}: it is seen as a picture; pass {Specification.Observation.Size} bytes instead of floats.");
        if (length != vector.Size)
            throw new ArgumentException($"{Name}: a span of {length} numbers came; {vector.Size} were needed.");
    }

    private void CheckState(ReadOnlySpan<float> state, Span<double> numbers)
    {
        // Far beyond anything that moves here, and far below what the library takes for a breakdown.
        const float Absurd = 1e5f;
        CheckLength(state.Length);
        for (var i = 0; i < state.Length; i++)
        {
            if (!(Math.Abs(state[i]) <= Absurd))
                throw new ArgumentException($"{Name}: number {i} of the state ({Specification.State.Dimensions[i].Name}) is {state[i]}; it must be finite and within +-{Absurd}.", nameof(state));
            numbers[i] = state[i];
        }

        if (Objection(numbers[.._degrees], numbers[_degrees..]) is { } objection)
            throw new ArgumentException($"{Name}: {objection}", nameof(state));
    }
}
