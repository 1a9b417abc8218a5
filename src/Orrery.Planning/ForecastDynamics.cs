using Orrery.Models;

namespace Orrery.Planning;

/// <summary>
/// A model some of whose inputs nobody commands, as a planner needs it: only the commanded ones are searched, and the measured disturbances
/// (weather, feed quality) follow a forecast. Whatever the search, costs, limits and guardrails see has the commanded columns alone.
/// Not thread-safe: call <see cref="Expect"/> where perception encodes, so that a search never sees half of a forecast.
/// </summary>
public sealed class ForecastDynamics : ILatentDynamics, IActionStatistics, IEnsembleReadout
{
    private readonly ILatentDynamics _dynamics;
    private readonly IReadout? _readout;
    private readonly int[] _commanded;
    private readonly int[] _disturbances;
    private float[] _forecast = [];
    private float[] _inputs = [];
    private int _rows;

    /// <summary>Hides the inputs that nobody commands.</summary>
    /// <param name="dynamics">A model of all inputs.</param>
    /// <param name="commanded">Places of the commanded inputs among all, from 0, ascending; at least one.</param>
    /// <param name="readout">Turns latents into physical units; null when there is none.</param>
    /// <exception cref="ArgumentException">A place does not exist or comes twice, or nothing is commanded.</exception>
    public ForecastDynamics(ILatentDynamics dynamics, IReadOnlyList<int> commanded, IReadout? readout = null)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(commanded);
        if (commanded.Count == 0)
            throw new ArgumentException("ForecastDynamics: no input is commanded; at least one is needed, or there is nothing to plan.", nameof(commanded));
        for (var place = 0; place < commanded.Count; place++)
        {
            if (commanded[place] < 0 || commanded[place] >= dynamics.ActionSize || (place > 0 && commanded[place] <= commanded[place - 1]))
                throw new ArgumentException($"ForecastDynamics: places {string.Join(", ", commanded)} came; places from 0 to {dynamics.ActionSize - 1}, ascending, were needed.", nameof(commanded));
        }

        _dynamics = dynamics;
        _readout = readout;
        _commanded = [.. commanded];
        _disturbances = [.. Enumerable.Range(0, dynamics.ActionSize).Except(commanded)];
    }

    /// <inheritdoc cref="ILatentDynamics.LatentSize"/>
    public int LatentSize => _dynamics.LatentSize;

    /// <summary>A: commanded inputs.</summary>
    public int ActionSize => _commanded.Length;

    /// <inheritdoc/>
    public int ActionBlock => _dynamics.ActionBlock;

    /// <inheritdoc/>
    public IReadOnlyList<double> ActionMean => Commandable((_dynamics as IActionStatistics)?.ActionMean);

    /// <inheritdoc/>
    public IReadOnlyList<double> ActionDeviation => Commandable((_dynamics as IActionStatistics)?.ActionDeviation);

    /// <inheritdoc/>
    public int ObservationSize => _readout?.ObservationSize ?? 0;

    /// <inheritdoc/>
    public int Members => (_readout as IEnsembleReadout)?.Members ?? 1;

    /// <summary>U: all inputs, commanded or not.</summary>
    public int InputSize => _dynamics.ActionSize;

    /// <summary>E: inputs that nobody commands.</summary>
    public int DisturbanceSize => _disturbances.Length;

    /// <summary>Places of the commanded inputs among all.</summary>
    public IReadOnlyList<int> Commanded => _commanded;

    /// <summary>[R, E], what is expected, as it was given last; empty before.</summary>
    public ReadOnlySpan<float> Forecast => _forecast.AsSpan(0, _rows * _disturbances.Length);

    internal ILatentDynamics Dynamics => _dynamics;

    /// <summary>A world model with the commanded inputs that its data name.</summary>
    /// <param name="model">The model; not disposed of here.</param>
    /// <exception cref="ArgumentException">No input is commanded.</exception>
    public static ForecastDynamics Of(WorldModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var inputs = model.Description.Spaces.Action.Dimensions;
        return new ForecastDynamics(
            model, [.. Enumerable.Range(0, inputs.Count).Where(place => !inputs[place].IsDisturbance)], model.HasReadout ? model : null);
    }

    /// <summary>States what the disturbances will be. One row, such as what is measured now, holds for ever.</summary>
    /// <param name="forecast">[R, E] in physical units, a row per environment step from the next one on; the last row holds. Copied.</param>
    /// <exception cref="ArgumentException">There is no whole row, or a number is not finite.</exception>
    public void Expect(ReadOnlySpan<float> forecast)
    {
        if (_disturbances.Length == 0 ? forecast.Length != 0 : forecast.Length == 0 || forecast.Length % _disturbances.Length != 0)
            throw new ArgumentException($"ForecastDynamics.Expect: {forecast.Length} numbers came; whole rows of {_disturbances.Length}, at least one, were needed.", nameof(forecast));
        foreach (var value in forecast)
        {
            if (!float.IsFinite(value))
                throw new ArgumentException($"ForecastDynamics.Expect: the forecast holds {value}; every number must be finite.", nameof(forecast));
        }

        forecast.CopyTo(Scratch.Ask(ref _forecast, forecast.Length));
        _rows = _disturbances.Length == 0 ? 0 : forecast.Length / _disturbances.Length;
    }

    /// <summary>States that the disturbances stay as they are measured now.</summary>
    /// <param name="inputs">[U], all inputs of the newest row, in physical units.</param>
    /// <exception cref="ArgumentException">It has another length, or a disturbance is not finite.</exception>
    public void Hold(ReadOnlySpan<float> inputs)
    {
        CheckInputs(inputs.Length, 1);
        Span<float> row = stackalloc float[_disturbances.Length];
        for (var place = 0; place < row.Length; place++)
            row[place] = inputs[_disturbances[place]];
        Expect(row);
    }

    /// <summary>Picks the commanded inputs.</summary>
    /// <param name="inputs">[T, U].</param>
    /// <param name="actions">Receives [T, A].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Pick(ReadOnlySpan<float> inputs, Span<float> actions)
    {
        CheckInputs(inputs.Length, actions.Length / _commanded.Length);
        for (var at = 0; at * _commanded.Length < actions.Length; at++)
        {
            for (var place = 0; place < _commanded.Length; place++)
                actions[(at * _commanded.Length) + place] = inputs[(at * InputSize) + _commanded[place]];
        }
    }

    /// <summary>Fills the forecast in between commanded inputs.</summary>
    /// <param name="actions">[S, T, A] in physical units.</param>
    /// <param name="steps">T: environment steps from the next one on.</param>
    /// <param name="inputs">Receives [S, T, U].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="InvalidOperationException">Nothing is expected of the disturbances yet.</exception>
    public void Join(ReadOnlySpan<float> actions, int steps, Span<float> inputs)
    {
        var rows = actions.Length / _commanded.Length;
        if (actions.Length != rows * _commanded.Length || steps < 1 || rows % steps != 0)
            throw new ArgumentException($"ForecastDynamics: {actions.Length} action numbers came; a multiple of {steps} steps of {_commanded.Length} was needed.", nameof(actions));
        CheckInputs(inputs.Length, rows);
        if (_disturbances.Length > 0 && _rows == 0)
            throw new InvalidOperationException("ForecastDynamics: nothing is known of the disturbances; call Hold with the newest measured inputs, or Expect with a forecast.");
        for (var row = 0; row < rows; row++)
        {
            var action = actions.Slice(row * _commanded.Length, _commanded.Length);
            var input = inputs.Slice(row * InputSize, InputSize);
            for (var place = 0; place < _commanded.Length; place++)
                input[_commanded[place]] = action[place];
            var expected = _forecast.AsSpan(Math.Min(row % steps, Math.Max(0, _rows - 1)) * _disturbances.Length);
            for (var place = 0; place < _disturbances.Length; place++)
                input[_disturbances[place]] = expected[place];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Nothing is expected of the disturbances yet.</exception>
    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        var steps = horizon * ActionBlock;
        if (actions.Length != candidates * steps * _commanded.Length)
            throw new ArgumentException($"ForecastDynamics: {actions.Length} action numbers came; {candidates * steps * _commanded.Length} were needed.", nameof(actions));
        var inputs = Scratch.Ask(ref _inputs, candidates * steps * InputSize);
        if (actions.Length > 0)
            Join(actions, steps, inputs);
        _dynamics.Rollout(latent, inputs, candidates, horizon, latents);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no readout.</exception>
    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        if (_readout is null)
            throw new InvalidOperationException("ForecastDynamics.Read: the model has no readout; give one to the constructor.");
        _readout.Read(latents, count, observations);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no readout.</exception>
    public void ReadMember(int member, ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        if (member < 0 || member >= Members)
            throw new ArgumentException($"ForecastDynamics.ReadMember: member {member} was asked for; there are members 0 to {Members - 1}.", nameof(member));
        if (_readout is IEnsembleReadout ensemble)
            ensemble.ReadMember(member, latents, count, observations);
        else
            Read(latents, count, observations);
    }

    private double[] Commandable(IReadOnlyList<double>? inputs) => inputs is null or { Count: 0 } ? [] : [.. _commanded.Select(place => inputs[place])];

    private void CheckInputs(int length, int rows)
    {
        if (length != rows * InputSize)
            throw new ArgumentException($"ForecastDynamics: {length} input numbers came; {rows} rows of {InputSize} were needed.");
    }
}
