using Orrery.Data.Spaces;
using Orrery.Models;

namespace Orrery.Planning.Surprise;

/// <summary>
/// What a model of a log gets wrong, row by row: for every row the measured observation less the one that was predicted for it from
/// 1, 4 and 16 rows before, given the actions since. Errors far ahead show what a one-row prediction forgives: a sensor that is off
/// stays off, and the next prediction starts from there. Allocates nothing after the first rows. Not thread-safe.
/// </summary>
public sealed class PredictionErrors
{
    /// <summary>Rows ahead that are predicted when nothing else is asked for.</summary>
    public static IReadOnlyList<int> UsualHorizons { get; } = [1, 4, 16];

    private readonly WorldModel _model;
    private readonly int _kept;
    private readonly float[] _observations;
    private readonly float[] _actions;
    private readonly float[] _latents;
    private readonly float[] _rollout;
    private readonly float[] _read;

    /// <summary>Watches a model, which is not disposed of here.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="horizons">Rows ahead, ascending; 1, 4 and 16 when left out.</param>
    /// <exception cref="ArgumentException">The model reads pictures.</exception>
    public PredictionErrors(WorldModel model, IReadOnlyList<int>? horizons = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.ReadsPixels || !model.HasReadout || model.ActionBlock != 1)
            throw new ArgumentException("PredictionErrors: a model of a log is needed, with a readout; this one reads pictures. Use PictureErrors.", nameof(model));
        _model = model;
        VectorSpace observation = (VectorSpace)model.Description.Spaces.Observation;
        Layout = new ResidualLayout([.. observation.Dimensions.Select(dimension => new ResidualOutput(dimension.Name, dimension.Unit))], horizons ?? UsualHorizons);
        Layout.Check();
        int longest = Layout.Horizons[^1];
        _kept = Math.Max(model.History, longest + 1);
        _observations = new float[model.History * model.ObservationSize];
        _actions = new float[_kept * model.ActionSize];
        _latents = new float[(longest + 1) * model.LatentSize];
        _rollout = new float[longest * model.LatentSize];
        _read = new float[model.ObservationSize];
    }

    /// <summary>What the errors are.</summary>
    public ResidualLayout Layout { get; }

    /// <summary>Rows since the last gap.</summary>
    public int RowsSinceGap { get; private set; }

    /// <summary>A gap: predictions need a whole history again.</summary>
    public void Restart() => RowsSinceGap = 0;

    /// <summary>Takes the next row. One with a missing number counts as a gap.</summary>
    /// <param name="observation">[O] in physical units.</param>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="errors">Receives [C], measured less predicted; NaN where the history is too short yet.</param>
    /// <returns>Whether there is any error.</returns>
    public bool Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, Span<float> errors)
    {
        if (observation.Length != _model.ObservationSize || action.Length != _model.ActionSize || errors.Length != Layout.Size)
            throw new ArgumentException(
                $"PredictionErrors.Next: {observation.Length} observations, {action.Length} actions and room for {errors.Length} errors came; "
                + $"{_model.ObservationSize}, {_model.ActionSize} and {Layout.Size} were needed.", nameof(observation));
        errors.Fill(float.NaN);
        if (!Finite(observation) || !Finite(action))
        {
            Restart();
            return false;
        }

        int row = RowsSinceGap++;
        Shift(_observations, observation);
        Shift(_actions, action);
        bool any = false;
        for (int index = 0; index < Layout.Horizons.Count; index++)
        {
            int horizon = Layout.Horizons[index];
            // The latent of row - horizon needs the n rows up to it.
            if (row - horizon < _model.History - 1)
                continue;
            any = true;
            Predict(horizon);
            for (int output = 0; output < observation.Length; output++)
                errors[(index * observation.Length) + output] = observation[output] - _read[output];
        }

        _latents.AsSpan(_model.LatentSize).CopyTo(_latents);
        if (row >= _model.History - 1)
            _model.Encode(_observations, _actions.AsSpan(_actions.Length - (_model.History * _model.ActionSize)), _latents.AsSpan(_latents.Length - _model.LatentSize));
        return any;
    }

    /// <summary>Predicts this row from the latent <paramref name="horizon"/> rows ago; the newest latent is that of the row before.</summary>
    private void Predict(int horizon)
    {
        int size = _model.LatentSize, actions = horizon * _model.ActionSize;
        Span<float> rollout = _rollout.AsSpan(0, horizon * size);
        _model.Rollout(
            _latents.AsSpan(_latents.Length - (horizon * size), size), _actions.AsSpan(_actions.Length - actions), 1, horizon, rollout);
        _model.Read(rollout[^size..], 1, _read);
    }

    private static void Shift(float[] kept, ReadOnlySpan<float> newest)
    {
        int size = newest.Length;
        if (size == 0)
            return;
        Span<float> all = kept;
        if (kept.Length > size)
            all[size..].CopyTo(all);
        newest.CopyTo(all[^size..]);
    }

    private static bool Finite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value))
                return false;
        return true;
    }
}
