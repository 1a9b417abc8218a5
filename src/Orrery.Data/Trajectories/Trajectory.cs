using Orrery.Data.Spaces;

namespace Orrery.Data.Trajectories;

/// <summary>
/// One episode in memory. Row t holds the observation o_t and the action a_t taken at o_t; the action of the last row is
/// zero and unused. Clear it and use it again: its memory stays.
/// </summary>
public sealed class Trajectory
{
    private readonly bool _pictures;
    private readonly int _observationSize;
    private readonly int _actionSize;
    private readonly int _stateSize;
    private readonly int _proprioceptionSize;
    private byte[] _pixels = [];
    private float[] _observations = [];
    private float[] _actions;
    private float[] _states;
    private float[] _proprioceptions;
    private int _capacity;

    /// <summary>Creates an empty trajectory.</summary>
    /// <param name="observation">What is seen.</param>
    /// <param name="action">What is done.</param>
    /// <param name="state">Privileged state, if it is kept.</param>
    /// <param name="capacity">Rows to make room for; it grows when needed.</param>
    /// <param name="proprioception">What is measured of the body that acts, beside a picture, if it is kept.</param>
    public Trajectory(Space observation, VectorSpace action, VectorSpace? state = null, int capacity = 64, VectorSpace? proprioception = null)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(action);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _pictures = observation is ImageSpace;
        _observationSize = observation.Size;
        _actionSize = action.Size;
        _stateSize = state?.Size ?? 0;
        _proprioceptionSize = proprioception?.Size ?? 0;
        _capacity = capacity;
        if (_pictures)
            _pixels = new byte[capacity * _observationSize];
        else
            _observations = new float[capacity * _observationSize];
        _actions = new float[capacity * _actionSize];
        _states = new float[capacity * _stateSize];
        _proprioceptions = new float[capacity * _proprioceptionSize];
    }

    /// <summary>Number of rows.</summary>
    public int Length { get; private set; }

    /// <summary>Why it stops.</summary>
    public EpisodeEnd End { get; set; } = EpisodeEnd.EndOfRecord;

    /// <summary>Where it came from.</summary>
    public string RecordName { get; set; } = "";

    /// <summary>Forgets the rows, keeps the memory.</summary>
    public void Clear()
    {
        Length = 0;
        End = EpisodeEnd.EndOfRecord;
    }

    /// <summary>Adds a zeroed row and returns its number; write into it through <see cref="Pixels"/>, <see cref="Observation"/>, <see cref="Action"/>, <see cref="State"/> and <see cref="Proprioception"/>.</summary>
    public int AddRow()
    {
        if (Length == _capacity)
            Grow();
        var row = Length++;
        Action(row).Clear();
        State(row).Clear();
        Proprioception(row).Clear();
        if (_pictures)
            Pixels(row).Clear();
        else
            Observation(row).Clear();
        return row;
    }

    /// <summary>Picture of a row, [Channels, Height, Width] bytes.</summary>
    /// <exception cref="InvalidOperationException">The observation is a vector.</exception>
    public Span<byte> Pixels(int row)
    {
        if (!_pictures)
            throw new InvalidOperationException("Trajectory.Pixels: the observation is a vector; read Observation instead.");
        return _pixels.AsSpan(Checked(row) * _observationSize, _observationSize);
    }

    /// <summary>Observation vector of a row, [O] in physical units.</summary>
    /// <exception cref="InvalidOperationException">The observation is a picture.</exception>
    public Span<float> Observation(int row)
    {
        if (_pictures)
            throw new InvalidOperationException("Trajectory.Observation: the observation is a picture; read Pixels instead.");
        return _observations.AsSpan(Checked(row) * _observationSize, _observationSize);
    }

    /// <summary>Action of a row, [A] in physical units.</summary>
    public Span<float> Action(int row) => _actions.AsSpan(Checked(row) * _actionSize, _actionSize);

    /// <summary>Privileged state of a row; empty when it is not kept.</summary>
    public Span<float> State(int row) => _states.AsSpan(Checked(row) * _stateSize, _stateSize);

    /// <summary>Proprioception of a row, [P] in physical units; empty when it is not kept.</summary>
    public Span<float> Proprioception(int row) => _proprioceptions.AsSpan(Checked(row) * _proprioceptionSize, _proprioceptionSize);

    private int Checked(int row)
    {
        if ((uint)row >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(row), $"Trajectory: row {row} was asked for; there are {Length}.");
        return row;
    }

    private void Grow()
    {
        _capacity *= 2;
        if (_pictures)
            Array.Resize(ref _pixels, _capacity * _observationSize);
        else
            Array.Resize(ref _observations, _capacity * _observationSize);
        Array.Resize(ref _actions, _capacity * _actionSize);
        Array.Resize(ref _states, _capacity * _stateSize);
        Array.Resize(ref _proprioceptions, _capacity * _proprioceptionSize);
    }
}
