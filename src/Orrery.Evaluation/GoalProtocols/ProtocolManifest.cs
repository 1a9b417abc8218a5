using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>A start and a goal of a protocol.</summary>
/// <param name="Seed">Seed of the episode's own chance, and of the policy's; below 2^53.</param>
/// <param name="Episode">Number of the episode, or of the task, that it comes from.</param>
/// <param name="Step">Step of the start in that episode.</param>
/// <param name="Start">Start state, [state size], physical units.</param>
/// <param name="Goal">Goal state, [state size], physical units.</param>
public sealed record ProtocolPair(ulong Seed, int Episode, int Step, float[] Start, float[] Goal);

/// <summary>The pairs of a protocol, fixed: one JSON file whose bytes have a hash.</summary>
/// <param name="Format">Format of the file, 1.</param>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Environment">Where the pairs were drawn.</param>
/// <param name="Rule">How they were drawn.</param>
/// <param name="Seed">What the draw was decided by.</param>
/// <param name="Unfit">Episodes that had no pair that fits the rule.</param>
/// <param name="Solved">Pairs whose start is at the goal already: removed, or, where the rule says that nothing is, only counted.</param>
/// <param name="Pairs">The pairs.</param>
public sealed record ProtocolManifest(
    int Format, string Protocol, string Environment, string Rule, ulong Seed, int Unfit, int Solved, IReadOnlyList<ProtocolPair> Pairs)
{
    private const int NewestFormat = 1;
    private const int MostTriesPerPair = 50;

    /// <summary>SHA-256 of the canonical text, 64 hexadecimal digits: what <c>sha256sum</c> says of the file.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text())));

    /// <summary>The pairs as tasks.</summary>
    [JsonIgnore]
    public IReadOnlyList<GoalTask> Tasks => [.. Pairs.Select(pair => new GoalTask(pair.Seed, pair.Start, pair.Goal))];

    /// <summary>Draws the pairs of a protocol: the same ones on every call.</summary>
    /// <param name="protocol">One whose pairs are fixed.</param>
    /// <exception cref="OrreryDataException">The environment is not there, or its episodes have too few fit pairs.</exception>
    public static ProtocolManifest Draw(GoalProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        List<ProtocolPair> pairs = [];
        int unfit = 0, solved = 0;
        foreach (ProtocolPair? proposed in protocol.Pairs.Propose(protocol))
        {
            if (proposed is null)
                unfit++;
            else if (protocol.Success.Holds(proposed.Start, proposed.Goal))
                solved++;
            else
                pairs.Add(proposed);
            if (pairs.Count == protocol.Count)
                return new ProtocolManifest(
                    NewestFormat, protocol.Name, protocol.Environment, protocol.Pairs.Rule, GoalProtocol.HeldOutSeed, unfit, solved, pairs);
            if (pairs.Count + unfit + solved >= MostTriesPerPair * protocol.Count)
                break;
        }

        throw new OrreryDataException(
            $"The protocol {protocol.Name} found {pairs.Count} pairs in {unfit + solved + pairs.Count} episodes ({unfit} without a fit one, {solved} solved at the start); {protocol.Count} are needed.");
    }

    /// <summary>Draws the pairs of a protocol that takes them from the training data. Nothing is removed.</summary>
    /// <param name="protocol">One whose pairs are not fixed.</param>
    /// <param name="dataset">What the model was trained on.</param>
    /// <exception cref="OrreryDataException">The dataset has no states or no long enough episode.</exception>
    public static ProtocolManifest Draw(GoalProtocol protocol, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(dataset);
        if (protocol.Pairs is not DatasetPairs source)
            throw new ArgumentException($"{protocol.Name} does not draw its pairs from a dataset.", nameof(protocol));
        ProtocolPair[] pairs = [.. source.Draw(protocol, dataset)];
        int solved = pairs.Count(pair => protocol.Success.Holds(pair.Start, pair.Goal));
        return new ProtocolManifest(
            NewestFormat, protocol.Name, protocol.Environment, $"{source.Rule} Dataset {dataset.Hash}.", source.Seed, 0, solved, pairs);
    }

    /// <summary>The manifest that comes with Orrery.</summary>
    /// <param name="protocol">One whose pairs are fixed.</param>
    /// <exception cref="OrreryDataException">There is none.</exception>
    public static ProtocolManifest Shipped(GoalProtocol protocol) => TryShipped(protocol) ?? throw new OrreryDataException(
        $"No manifest of the protocol {protocol.Name} comes with this Orrery; write one with 'orrery protocols write {protocol.Name}'.");

    /// <summary>The manifest that comes with Orrery; null where there is none.</summary>
    /// <param name="protocol">The protocol.</param>
    public static ProtocolManifest? TryShipped(GoalProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        using Stream? stream = typeof(ProtocolManifest).Assembly.GetManifestResourceStream($"protocols/{protocol.Name}.json");
        if (stream is null)
            return null;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd(), $"The manifest of {protocol.Name}");
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <exception cref="OrreryDataException">It is not one, is newer than this Orrery, or is not written canonically.</exception>
    public static ProtocolManifest Parse(string text, string source)
    {
        ProtocolManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(text, ProtocolJson.Default.ProtocolManifest);
        }
        catch (JsonException problem)
        {
            throw new OrreryDataException($"{source} is not a manifest of a protocol: {problem.Message}", problem);
        }

        if (manifest is null || manifest.Format is < 1 or > NewestFormat)
            throw new OrreryDataException($"{source} has the format {manifest?.Format ?? 0}; this Orrery reads {NewestFormat}.");
        if (manifest.Text() != text)
            throw new OrreryDataException($"{source} has been edited: its text is not what 'orrery protocols write' writes.");
        return manifest;
    }

    /// <summary>The canonical text: JSON with one pair per line, shortest numbers that read back to the same bits, and <c>\n</c> at line ends.</summary>
    public string Text()
    {
        StringBuilder text = new();
        text.Append("{\n");
        text.Append(CultureInfo.InvariantCulture, $"\"format\":{Format},\n\"protocol\":{Quoted(Protocol)},\n\"environment\":{Quoted(Environment)},\n");
        text.Append(CultureInfo.InvariantCulture, $"\"rule\":{Quoted(Rule)},\n\"seed\":{Seed},\n\"unfit\":{Unfit},\n\"solved\":{Solved},\n\"pairs\":[\n");
        text.AppendJoin(",\n", Pairs.Select(pair => JsonSerializer.Serialize(pair, ProtocolJson.Default.ProtocolPair)));
        return text.Append("\n]\n}\n").ToString();
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
