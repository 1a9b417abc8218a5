using System.Globalization;
using Orrery.Models;

namespace Orrery.Planning.Surprise;

/// <summary>
/// What a model of pictures gets wrong, in its latent: for every picture the latent less the one that was predicted for it from an
/// action block before, and from further back. Single numbers of a latent mean nothing, so only all of them together are watched.
/// Not thread-safe.
/// </summary>
public sealed class PictureErrors
{
    private readonly WorldModel _model;
    private readonly int _rows;
    private readonly float[] _actions;
    private readonly float[] _latents;
    private readonly float[] _rollout;
    private readonly ObservationStack _stack;
    private int _seen;

    /// <summary>Watches a model, which is not disposed of here.</summary>
    /// <param name="model">A model that reads pictures.</param>
    /// <param name="steps">Predictor steps ahead, ascending; 1 and 4 when left out.</param>
    public PictureErrors(WorldModel model, IReadOnlyList<int>? steps = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.ReadsPixels)
            throw new ArgumentException("PictureErrors: this model reads rows of a log, not pictures. Use PredictionErrors.", nameof(model));
        steps ??= [1, 4];
        _model = model;
        Layout = new ResidualLayout(
            [.. Enumerable.Range(0, model.LatentSize).Select(place => new ResidualOutput(string.Create(CultureInfo.InvariantCulture, $"latent {place}"), ""))],
            [.. steps.Select(step => step * model.ActionBlock)], JointOnly: true);
        Layout.Check();
        _rows = Layout.Horizons[^1];
        _actions = new float[_rows * model.ActionSize];
        _latents = new float[(_rows + 1) * model.LatentSize];
        _rollout = new float[steps[^1] * model.LatentSize];
        _stack = new ObservationStack(model.History, model.ObservationBytes);
    }

    /// <summary>What the errors are; horizons are in rows.</summary>
    public ResidualLayout Layout { get; }

    /// <summary>A gap, such as the beginning of another episode.</summary>
    public void Restart()
    {
        _seen = 0;
        _stack.Clear();
    }

    /// <summary>Takes the next row.</summary>
    /// <param name="seen">The picture, with the proprioception that the model reads behind it: what <see cref="WorldModel.Look"/> gives.</param>
    /// <param name="action">[A], the action that leads from this picture to the next one.</param>
    /// <param name="errors">Receives [C]; NaN where the history is too short yet.</param>
    /// <returns>Whether there is any error.</returns>
    public bool Next(ReadOnlySpan<byte> seen, ReadOnlySpan<float> action, Span<float> errors)
    {
        if (action.Length != _model.ActionSize || errors.Length != Layout.Size)
            throw new ArgumentException(
                $"PictureErrors.Next: {action.Length} actions and room for {errors.Length} errors came; {_model.ActionSize} and {Layout.Size} were needed.", nameof(action));
        int size = _model.LatentSize;
        errors.Fill(float.NaN);
        _latents.AsSpan(size).CopyTo(_latents);
        Span<float> latent = _latents.AsSpan(_latents.Length - size);
        _stack.Push(seen);
        _model.Encode(_stack.Bytes, 1, latent);
        bool any = false;
        for (int index = 0; index < Layout.Horizons.Count; index++)
        {
            int rows = Layout.Horizons[index], steps = rows / _model.ActionBlock;
            if (_seen < rows)
                continue;
            any = true;
            Span<float> rollout = _rollout.AsSpan(0, steps * size);
            _model.Rollout(_latents.AsSpan(_latents.Length - ((rows + 1) * size), size), _actions.AsSpan(_actions.Length - (rows * _model.ActionSize)), 1, steps, rollout);
            for (int place = 0; place < size; place++)
                errors[(index * size) + place] = latent[place] - rollout[^size..][place];
        }

        _actions.AsSpan(_model.ActionSize).CopyTo(_actions);
        action.CopyTo(_actions.AsSpan(_actions.Length - _model.ActionSize));
        _seen++;
        return any;
    }
}
