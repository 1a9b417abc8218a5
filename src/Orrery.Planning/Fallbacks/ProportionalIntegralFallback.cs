using System.Text.Json;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Fallbacks;

/// <summary>One loop of a proportional-integral controller: u = bias + gain (error + sum of errors / integral steps), error = set-point - measured.</summary>
/// <param name="Action">Place of the action's column, from 0.</param>
/// <param name="Observation">Place of the observation's column, from 0.</param>
/// <param name="SetPoint">What is held, in the observation's unit.</param>
/// <param name="Gain">Change of the action per unit of error; negative where the action lowers what is measured.</param>
/// <param name="IntegralSteps">Steps after which a constant error has doubled the proportional part; positive, infinity for none.</param>
/// <param name="Bias">The action without error.</param>
public sealed record ControlLoop(int Action, int Observation, double SetPoint, double Gain, double IntegralSteps, double Bias);

/// <summary>
/// The plant's own proportional-integral loops, within limits and without wind-up: at a limit only errors that lead away from it
/// are summed up. Columns without a loop hold their last value. An unreadable measurement holds the loop's last value.
/// </summary>
public sealed class ProportionalIntegralFallback : IFallback, IDeclared
{
    private readonly ControlLoop[] _loops;
    private readonly HoldLastFallback _others;
    private readonly double[] _sums;
    private float[] _low;
    private float[] _high;

    /// <summary>Sets the loops up.</summary>
    /// <param name="loops">At most one per column of the action.</param>
    /// <param name="start">[A], in physical units, for columns without a loop when nothing was executed yet; within the limits.</param>
    /// <exception cref="ArgumentException">A loop's numbers cannot be used, or two loops share a column.</exception>
    public ProportionalIntegralFallback(IReadOnlyList<ControlLoop> loops, ReadOnlySpan<float> start)
    {
        ArgumentNullException.ThrowIfNull(loops);
        foreach (var loop in loops)
        {
            if (loop.Action < 0 || loop.Action >= start.Length || loop.Observation < 0 || loops.Count(other => other.Action == loop.Action) > 1)
                throw new ArgumentException($"ProportionalIntegralFallback: {loop} needs a column of the {start.Length} in an action to itself, and a column to measure.", nameof(loops));
            if (!double.IsFinite(loop.SetPoint) || !double.IsFinite(loop.Gain) || !double.IsFinite(loop.Bias) || !(loop.IntegralSteps > 0))
                throw new ArgumentException($"ProportionalIntegralFallback: {loop} needs finite numbers and positive integral steps.", nameof(loops));
        }

        _loops = [.. loops];
        _others = new HoldLastFallback(start);
        _sums = new double[loops.Count];
        _low = new float[start.Length];
        _high = new float[start.Length];
        _low.AsSpan().Fill(float.MinValue);
        _high.AsSpan().Fill(float.MaxValue);
    }

    /// <inheritdoc/>
    public string Name => "PI controller";

    /// <inheritdoc/>
    public void Check(ActionLimits limits)
    {
        _others.Check(limits);
        _low = limits.Low.ToArray();
        _high = limits.High.ToArray();
    }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "proportional-integral");
        json.WriteBoolean("remembers"u8, true);
        json.WriteStartArray("loops"u8);
        foreach (var loop in _loops)
        {
            json.WriteStartObject();
            json.WriteNumber("action"u8, loop.Action);
            json.WriteNumber("observation"u8, loop.Observation);
            json.WriteNumber("setPoint"u8, loop.SetPoint);
            json.WriteNumber("gain"u8, loop.Gain);
            json.Number("integralSteps"u8, loop.IntegralSteps);
            json.WriteNumber("bias"u8, loop.Bias);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Numbers("start"u8, _others.Start);
    }

    /// <inheritdoc/>
    public void Act(in FallbackSituation situation, Span<float> action)
    {
        _others.Act(situation, action);
        for (var index = 0; index < _loops.Length; index++)
        {
            var loop = _loops[index];
            var error = loop.Observation < situation.Observation.Length ? loop.SetPoint - situation.Observation[loop.Observation] : double.NaN;
            if (!double.IsFinite(error))
                continue;
            var wanted = loop.Bias + (loop.Gain * (error + ((_sums[index] + error) / loop.IntegralSteps)));
            var allowed = Math.Clamp(wanted, _low[loop.Action], _high[loop.Action]);
            if (wanted == allowed || Math.Sign(wanted - allowed) != Math.Sign(loop.Gain * error))
                _sums[index] += error;
            action[loop.Action] = (float)allowed;
        }
    }

    /// <inheritdoc/>
    public void Reset() => _sums.AsSpan().Clear();
}
