using System.Text.Json;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Fallbacks;

/// <summary>Goes to an action that is always safe: everything closed, heating off. At once, or by a ramp.</summary>
public sealed class SafeValueFallback : IFallback, IDeclared
{
    private readonly float[] _value;
    private readonly float[] _ramp;

    /// <summary>Names the safe action.</summary>
    /// <param name="value">[A], finite, in physical units.</param>
    /// <param name="ramp">[A], the largest change per step, positive; empty to go as fast as the limits allow.</param>
    /// <exception cref="ArgumentException">A number cannot be used.</exception>
    public SafeValueFallback(ReadOnlySpan<float> value, ReadOnlySpan<float> ramp = default)
    {
        if (value.Length == 0 || value.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArgumentException("SafeValueFallback: the safe action must hold at least one number, all of them finite.", nameof(value));
        if (ramp.Length != 0 && (ramp.Length != value.Length || ramp.ContainsAnyExceptInRange(float.Epsilon, float.MaxValue)))
            throw new ArgumentException($"SafeValueFallback: a ramp of {ramp.Length} numbers came; {value.Length} positive ones or none are needed.", nameof(ramp));
        _value = value.ToArray();
        _ramp = ramp.ToArray();
    }

    /// <inheritdoc/>
    public string Name => _ramp.Length == 0 ? "safe value" : "ramp to safe value";

    /// <summary>[A], the safe action.</summary>
    public ReadOnlyMemory<float> Value => _value;

    /// <inheritdoc/>
    public void Check(ActionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.ActionSize != _value.Length)
            throw new ArgumentException($"SafeValueFallback: the safe action has {_value.Length} numbers; actions have {limits.ActionSize}.", nameof(limits));
        if (!limits.Contains(_value, []))
            throw new ArgumentException("SafeValueFallback: the safe action is outside the limits; choose one that may always be executed.", nameof(limits));
    }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "safe-value");
        json.Numbers("value"u8, _value);
        json.Numbers("ramp"u8, _ramp);
    }

    /// <inheritdoc/>
    public void Act(in FallbackSituation situation, Span<float> action)
    {
        _value.CopyTo(action);
        if (_ramp.Length == 0 || situation.PreviousAction.Length == 0)
            return;
        for (var column = 0; column < action.Length; column++)
        {
            var last = situation.PreviousAction[column];
            action[column] = Math.Clamp(action[column], last - _ramp[column], last + _ramp[column]);
        }
    }
}
