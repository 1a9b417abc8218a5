using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Pushing;

/// <summary>
/// A disc pushes a T-shaped block about on a table, and must bring both to a goal. Seen as a picture or as a vector, acted
/// in by a target that the disc is pulled to, at 10 Hz.
/// </summary>
/// <remarks>
/// Physics by libchipmunk 7, equal to gym-pusht bit for bit. The state is what the field's environments call so; it leaves
/// out the block's velocity and what the solver remembers of contacts, so <see cref="WriteState"/>, which builds a fresh
/// space, does not go on exactly as where the state was read: after 25 pushing steps the block mostly ends at the same place
/// and now and then does not. It is itself exact: the same state and actions give the same bits, which is what a planner over the true simulator uses.
/// <see cref="Restore"/> loses nothing: it repeats the episode's steps. The library is loaded at the
/// first step or look.
/// </remarks>
public sealed class PushT : IGoalEnvironment
{
    /// <summary>Steps after which an episode is truncated, as in gym-pusht.</summary>
    public const int StepLimit = 300;

    /// <summary>Pixels that one unit of a relative action moves the target away from the agent.</summary>
    public const double ActionScale = 100;

    /// <summary>Steps of the scripted pusher between the start and the goal of a task.</summary>
    public const int TaskSteps = 25;

    /// <summary>Farther than this from the window's corner, px, nothing is placed and no target set: the solver would take any number.</summary>
    private const double Absurd = 10_000;

    private readonly PushTSettings _settings;
    private readonly PushTPainter _painter;
    private readonly PushTHistory _history = new();
    private PushTWorld? _world;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    /// <param name="settings">Which; stable-worldmodel's as a picture of 64 px when left out.</param>
    /// <exception cref="OrreryDataException">A setting cannot be used.</exception>
    public PushT(PushTSettings? settings = null)
    {
        _settings = settings ?? new PushTSettings();
        _settings.Check();
        _painter = new PushTPainter(_settings.Convention == PushTConvention.GymPushT);
        Specification = PushTSpecification.Create(_settings);
        Reset(0);
    }

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Whose Push-T it is.</summary>
    public PushTConvention Convention => _settings.Convention;

    private PushTWorld World => _world ??= _history.Build(_settings);

    private PushTPose Pose => World.Pose;

    /// <summary>Draws agent and block as the convention does; the solver lets one substep of 0.01 s pass.</summary>
    public void Reset(ulong seed) => Begin(PushTStarts.Draw(_settings.Convention, new RandomStream(seed, "push-t start")));

    /// <summary>Begins an episode as the convention does with what it has drawn: the quirks of <see cref="Convention"/> apply.</summary>
    /// <param name="drawn">[5 or 7] agent x, y, block x, y (px), angle (rad) and, with 7, the agent's velocity (px/s).</param>
    /// <exception cref="ArgumentException">The state has the wrong length, is not finite, or is far outside the window.</exception>
    public void ResetTo(ReadOnlySpan<float> drawn)
    {
        CheckState(drawn);
        Begin(PushTPose.From(drawn));
    }

    /// <inheritdoc/>
    /// <exception cref="OrreryDataException">The physics library is missing.</exception>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != 2)
            throw new ArgumentException($"PushT.Step: an action of {action.Length} numbers came; 2 (x, y) were needed.", nameof(action));
        var limit = _settings.IsRelative ? Absurd / ActionScale : Absurd;
        if (!(Math.Abs(action[0]) <= limit && Math.Abs(action[1]) <= limit))
            throw new ArgumentException($"PushT.Step: the action ({action[0]}, {action[1]}) is not finite or absurd; both numbers must be within +-{limit}.", nameof(action));

        PushTHistory.Step(World, _settings, action[0], action[1]);
        _history.Add(action[0], action[1]);
        var truncated = _history.Steps >= StepLimit;
        if (_settings.IsRelative)
            return new StepResult(0, Terminated: false, truncated);
        var coverage = PushTShape.Coverage(Pose, PushTShape.FixedGoal);
        return new StepResult((float)Math.Clamp(coverage / PushTSuccess.RequiredCoverage, 0, 1), coverage > PushTSuccess.RequiredCoverage, truncated);
    }

    /// <summary>The action that pulls the agent towards a place, as far as the action's range allows.</summary>
    /// <param name="x">px.</param>
    /// <param name="y">px.</param>
    /// <param name="action">Receives [2].</param>
    public void ActionTowards(double x, double y, Span<float> action)
    {
        if (action.Length != 2)
            throw new ArgumentException($"PushT.ActionTowards: a span of {action.Length} numbers came; 2 were needed.", nameof(action));
        var pose = Pose;
        PushTHistory.Encode(_settings, pose, x, y, action);
    }

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        _painter.Observe(pixels, _settings.PictureSize, Pose);
    }

    /// <inheritdoc/>
    public void Observe(Span<float> vector) => Observe(Pose, vector);

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<float> vector)
    {
        CheckState(state);
        Observe(PushTPose.From(state), vector);
    }

    private void Observe(PushTPose pose, Span<float> vector)
    {
        if ((Specification.Observation as VectorSpace ?? Specification.Proprioception) is not { } space)
            throw new InvalidOperationException($"PushT.Observe: it is seen as a picture; pass {Specification.Observation.Size} bytes instead of floats.");
        if (vector.Length != space.Size)
            throw new ArgumentException($"PushT.Observe: a span of {vector.Length} numbers came; {space.Size} were needed.", nameof(vector));
        pose.Write(_settings.View, vector);
    }

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        CheckState(state);
        _painter.Observe(pixels, _settings.PictureSize, PushTPose.From(state));
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        CheckLength(state.Length);
        Pose.Write(state);
    }

    /// <summary>Puts agent and block exactly there, in a fresh space: no contact is remembered. The step counter stays as it is.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        CheckState(state);
        _history.Begin(PushTPose.From(state), exact: true, _history.Steps);
        Forget();
    }

    /// <summary>A start as <see cref="Reset"/> draws it, and what the scripted pusher makes of it in 25 steps: the block is moved by more than 20 px or 20 degrees.</summary>
    /// <param name="seed">Seed of the task.</param>
    /// <param name="startState">Receives the start, [state size].</param>
    /// <param name="goalState">Receives the goal, [state size].</param>
    /// <exception cref="OrreryDataException">The physics library is missing.</exception>
    public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        CheckLength(startState.Length);
        CheckLength(goalState.Length);
        PushTStarts.SampleTask(_settings, new RandomStream(seed, "push-t task"), startState, goalState);
    }

    /// <inheritdoc/>
    public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        CheckLength(state.Length);
        CheckLength(goalState.Length);
        return _settings.Convention == PushTConvention.GymPushT ? PushTSuccess.IsCovered(state, goalState) : PushTSuccess.IsModerate(state, goalState);
    }

    /// <inheritdoc/>
    public byte[] Save() => _history.Save(_settings.Convention);

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        _history.Load(saved, _settings.Convention);
        Forget();
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
            throw new ArgumentException($"PushT.Render: {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        _painter.Render(rgb, width, height, Pose);
    }

    /// <summary>Releases the physics.</summary>
    public void Dispose() => Forget();

    private void Begin(PushTPose drawn)
    {
        _history.Begin(drawn, exact: false);
        Forget();
    }

    private void Forget()
    {
        _world?.Dispose();
        _world = null;
    }

    private void CheckPicture(int length)
    {
        var size = _settings.PictureSize;
        if (!_settings.ShowsPicture)
            throw new InvalidOperationException($"PushT: it is seen as a vector of {Specification.Observation.Size} numbers, not as a picture.");
        if (length != 3 * size * size)
            throw new ArgumentException($"PushT: a picture of {length} bytes came; {3 * size * size} ([3, {size}, {size}]) were needed.");
    }

    private void CheckLength(int length)
    {
        if (length != _settings.StateSize)
            throw new ArgumentException($"PushT: a state of {length} numbers came; {_settings.StateSize} were needed.");
    }

    private void CheckState(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length);
        for (var i = 0; i < state.Length; i++)
        {
            if (!(Math.Abs(state[i]) <= Absurd))
                throw new ArgumentException($"PushT: number {i} of the state ({Specification.State.Dimensions[i].Name}) is {state[i]}; it must be finite and within +-{Absurd}.", nameof(state));
        }
    }
}
