using System.Text.Json;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Fallbacks;

/// <summary>Goes on with the action executed last; where there was none, with a given one.</summary>
/// <param name="start">[A], in physical units, for when nothing was executed yet; within the limits.</param>
public sealed class HoldLastFallback(ReadOnlySpan<float> start) : IFallback, IDeclared
{
    private readonly SafeValueFallback _start = new(start);

    /// <inheritdoc/>
    public string Name => "hold last";

    /// <summary>[A], the action for when nothing was executed yet.</summary>
    internal ReadOnlySpan<float> Start => _start.Value.Span;

    /// <inheritdoc/>
    public void Check(ActionLimits limits) => _start.Check(limits);

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "hold-last");
        json.Numbers("value"u8, Start);
    }

    /// <inheritdoc/>
    public void Act(in FallbackSituation situation, Span<float> action)
    {
        if (situation.PreviousAction.Length == action.Length)
            situation.PreviousAction.CopyTo(action);
        else
            _start.Act(situation, action);
    }
}
