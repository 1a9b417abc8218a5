using System.Globalization;
using System.Text.Json;

namespace Orrery.Planning.Audit;

/// <summary>Finds where two decisions as they are recorded first differ.</summary>
internal static class AuditDifference
{
    // From what was seen to what was done, so that the first difference is the cause and not what follows from it.
    private static readonly string[] Members = ["observation", "measured", "latent", "previousAction", "expected", "random", "warmStart", "plan", "proposed", "verdicts",
        "reason", "source", "applied"];

    /// <summary>The first difference as a sentence, or null when there is none.</summary>
    /// <param name="recorded">From the log.</param>
    /// <param name="replayed">Made again.</param>
    /// <param name="passed">Members that cannot be compared.</param>
    public static string? Find(JsonElement recorded, JsonElement replayed, params ReadOnlySpan<string> passed)
    {
        foreach (var name in Members)
        {
            if (!passed.Contains(name) && Member(name, Of(recorded, name), Of(replayed, name)) is { } difference)
                return difference;
        }

        return null;
    }

    private static string? Member(string path, JsonElement recorded, JsonElement replayed)
    {
        if (recorded.ValueKind != replayed.ValueKind)
            return Text(path, recorded, replayed);
        switch (recorded.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                foreach (var property in recorded.EnumerateObject())
                {
                    if (Member($"{path}.{property.Name}", property.Value, Of(replayed, property.Name)) is { } difference)
                        return difference;
                }

                return recorded.EnumerateObject().Count() == replayed.EnumerateObject().Count() ? null : $"{path} has other members now.";
            case JsonValueKind.Array:
                if (recorded.GetArrayLength() != replayed.GetArrayLength())
                    return string.Create(CultureInfo.InvariantCulture, $"{path} has {recorded.GetArrayLength()} entries in the log and {replayed.GetArrayLength()} now.");
                for (var i = 0; i < recorded.GetArrayLength(); i++)
                {
                    if (Member(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), recorded[i], replayed[i]) is { } difference)
                        return difference;
                }

                return null;
            case JsonValueKind.String when path is "latent" or "expected" or "warmStart.actions" or "plan.actions":
                return Bits(path, recorded, replayed);
            case JsonValueKind.String:
                return recorded.GetString() == replayed.GetString() ? null : Text(path, recorded, replayed);
            default:
                return recorded.GetRawText() == replayed.GetRawText() ? null : Text(path, recorded, replayed);
        }
    }

    private static string? Bits(string path, JsonElement recorded, JsonElement replayed)
    {
        if (recorded.GetRawText() == replayed.GetRawText())
            return null;
        float[] before = recorded.Floats(), now = replayed.Floats();
        if (before.Length != now.Length)
            return string.Create(CultureInfo.InvariantCulture, $"{path} has {before.Length} numbers in the log and {now.Length} now.");
        var at = 0;
        while (BitConverter.SingleToUInt32Bits(before[at]) == BitConverter.SingleToUInt32Bits(now[at]))
            at++;
        return string.Create(CultureInfo.InvariantCulture, $"{path}[{at}] is {before[at]:R} in the log and {now[at]:R} now.");
    }

    private static string Text(string path, JsonElement recorded, JsonElement replayed) => $"{path} is {Short(recorded)} in the log and {Short(replayed)} now.";

    private static string Short(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            return "not there";
        var text = element.GetRawText();
        return text.Length <= 80 ? text : $"{text[..77]}...";
    }

    private static JsonElement Of(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
