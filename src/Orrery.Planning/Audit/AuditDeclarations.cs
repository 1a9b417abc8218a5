using System.Globalization;
using System.Text.Json;
using Orrery.Data;
using Orrery.Models.Recipes;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Audit;

/// <summary>Writes down what a controller is made of.</summary>
internal static class AuditDeclarations
{
    public const string Undeclared = "undeclared";

    public static void WriteSession(Utf8JsonWriter json, MpcSettings settings, AuditSubject subject)
    {
        json.WriteString("policy"u8, subject.Policy);
        json.WriteStartObject("checkpoint"u8);
        json.WriteString("sha256"u8, subject.Checkpoint.Hash);
        json.WriteStartObject("files"u8);
        foreach (var file in subject.Checkpoint.Files)
            json.WriteString(file.Name, file.Hash);
        json.WriteEndObject();
        json.WriteEndObject();
        ForecastDynamics? forecast = settings.Dynamics as ForecastDynamics;
        json.WriteString("dynamics"u8, (forecast?.Dynamics ?? settings.Dynamics).GetType().FullName);
        if (forecast is not null)
        {
            json.WriteStartArray("commanded"u8);
            foreach (var place in forecast.Commanded)
                json.WriteNumberValue(place);
            json.WriteEndArray();
        }

        json.WriteString("memory"u8, settings.Memory?.GetType().FullName);
        json.WritePropertyName("planner"u8);
        JsonSerializer.Serialize(json, subject.Planner, RecipeJson.Default.PlannerRecipe);
        if (settings.Deadline is { } deadline)
            json.WriteNumber("deadlineMilliseconds"u8, deadline.TotalMilliseconds);
        json.WriteString("seed"u8, settings.Seed.ToString(CultureInfo.InvariantCulture));
        WriteLimits(json, "limits"u8, settings.Limits);
        json.WritePropertyName("fallback"u8);
        Write(json, settings.Fallback, settings.Fallback.Name);
        json.WriteStartArray("guardrails"u8);
        foreach (var guardrail in settings.Guardrails ?? [])
            Write(json, guardrail, guardrail.Name);
        json.WriteEndArray();
        json.WriteStartArray("constraints"u8);
        foreach (var constraint in settings.Constraints ?? [])
            Write(json, constraint, constraint.Name);
        json.WriteEndArray();
    }

    public static void WriteGoal(Utf8JsonWriter json, IReadOnlyList<ICost> costs)
    {
        json.WriteStartArray("costs"u8);
        foreach (var cost in costs)
            Write(json, cost, cost.Name, cost.Weight);
        json.WriteEndArray();
    }

    public static void WriteLimits(Utf8JsonWriter json, ReadOnlySpan<byte> name, ActionLimits limits)
    {
        json.WriteStartObject(name);
        json.Numbers("low"u8, limits.Low);
        json.Numbers("high"u8, limits.High);
        if (limits.NormLimit is { } norm)
            json.WriteNumber("norm"u8, norm);
        json.Numbers("rate"u8, limits.RateLimit);
        json.WriteEndObject();
    }

    public static ActionLimits ReadLimits(JsonElement limits) => new(
        limits.Need("low").Floats(), limits.Need("high").Floats(), limits.TryGetProperty("norm", out var norm) ? norm.GetDouble() : null, limits.Need("rate").Floats());

    public static PlannerRecipe ReadPlanner(JsonElement planner) =>
        planner.Deserialize(RecipeJson.Default.PlannerRecipe) ?? throw new OrreryDataException("the planner is null");

    private static void Write(Utf8JsonWriter json, object part, string name, double? weight = null)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        if (weight is { } number)
            json.Number("weight"u8, number);
        if (part is IDeclared declared)
        {
            declared.Declare(json);
        }
        else
        {
            json.WriteString("kind"u8, Undeclared);
            json.WriteString("type"u8, part.GetType().FullName);
        }

        json.WriteEndObject();
    }
}

/// <summary>What decides, as a log names it.</summary>
/// <param name="Policy">What a person calls it.</param>
/// <param name="Checkpoint">The model's checkpoint.</param>
/// <param name="Planner">How it searches.</param>
public sealed record AuditSubject(string Policy, CheckpointIdentity Checkpoint, PlannerRecipe Planner);
