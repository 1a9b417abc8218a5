using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Guardrails.Hard;

/// <summary>
/// What was commanded before a guardrail begins, so that rates, dwell times and budgets go on where another controller of the same plant left them.
/// </summary>
/// <param name="InForce">[A], the command that had been in force for long before the first step; empty when unknown.</param>
/// <param name="Commands">[T], the commands of successive steps, [A] each, oldest first.</param>
/// <param name="Observations">[T], what was measured when they were decided on, [O] each.</param>
public sealed record CommandPast(float[] InForce, IReadOnlyList<float[]> Commands, IReadOnlyList<float[]> Observations)
{
    /// <summary>[A], the command in force at the end; empty when unknown.</summary>
    public ReadOnlySpan<float> Last => Commands.Count > 0 ? Commands[^1] : InForce;

    /// <summary>The newest steps only; what was in force before all of them is then forgotten.</summary>
    /// <param name="steps">How many, at least 1.</param>
    public CommandPast Newest(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return Commands.Count <= steps ? this : new CommandPast([], [.. Commands.Skip(Commands.Count - steps)], [.. Observations.Skip(Observations.Count - steps)]);
    }

    /// <summary>This, and one step more.</summary>
    /// <param name="command">[A].</param>
    /// <param name="observation">[O].</param>
    public CommandPast Then(ReadOnlySpan<float> command, ReadOnlySpan<float> observation) =>
        new(InForce, [.. Commands, command.ToArray()], [.. Observations, observation.ToArray()]);

    internal static CommandPast Read(JsonElement json)
    {
        int steps = json.Need("steps").GetInt32();
        return new CommandPast(json.Need("inForce").Floats(), Rows(json.Need("commands").Floats(), steps), Rows(json.Need("observations").Floats(), steps));
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("past"u8);
        json.WriteNumber("steps"u8, Commands.Count);
        json.Numbers("inForce"u8, InForce);
        json.Bits("commands"u8, [.. Commands.SelectMany(row => row)]);
        json.Bits("observations"u8, [.. Observations.SelectMany(row => row)]);
        json.WriteEndObject();
    }

    private static float[][] Rows(float[] values, int steps)
    {
        int width = steps == 0 ? 0 : values.Length / steps;
        return [.. Enumerable.Range(0, steps).Select(step => values[(step * width)..((step + 1) * width)])];
    }
}
