using System.Globalization;
using System.Runtime.InteropServices;
using Orrery.Data.Datasets;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Whether a model was trained on what it is evaluated on.</summary>
/// <param name="Source">Where its training data came from.</param>
/// <param name="Seed">Seed that they were collected with; empty where it is not known.</param>
/// <param name="SameSeed">Whether that is the seed of the held-out episodes.</param>
/// <param name="Starts">Pairs whose start stands in the training data, to the bit; null where the data keep no such states.</param>
/// <param name="Pairs">Pairs in all.</param>
public sealed record TrainingOverlap(string Source, string Seed, bool SameSeed, int? Starts, int Pairs)
{
    /// <summary>Whether its figures are about unseen pairs as far as can be told.</summary>
    public bool IsDisjoint => !SameSeed && Starts is null or 0;

    /// <summary>Looks for the pairs in the training data.</summary>
    /// <param name="manifest">The pairs.</param>
    /// <param name="dataset">What the model was trained on.</param>
    public static TrainingOverlap Of(ProtocolManifest manifest, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(dataset);
        string seed = dataset.Provenance.Settings.GetValueOrDefault("seed", "");
        bool same = dataset.Provenance.Source == manifest.Environment && seed == GoalProtocol.HeldOutSeed.ToString(CultureInfo.InvariantCulture);
        return new TrainingOverlap(dataset.Provenance.Source, seed, same, Count(manifest, dataset), manifest.Pairs.Count);
    }

    /// <summary>One sentence for people.</summary>
    public override string ToString()
    {
        string from = $"Trained on {Source}{(Seed.Length > 0 ? $", seed {Seed}" : "")}";
        string starts = Starts is { } found ? $"{found} of {Pairs} starts stand in the training data" : "the training data keep no states to compare the starts with";
        return $"{from}; the pairs' episodes have {(SameSeed ? "the same seed" : $"their own seed, {GoalProtocol.HeldOutSeed}")}; {starts}.";
    }

    private static int? Count(ProtocolManifest manifest, Dataset dataset)
    {
        int size = manifest.Pairs[0].Start.Length;
        if (!dataset.HasState || dataset.Spaces.State!.Size != size)
            return null;
        Dictionary<float, List<int>> byFirst = [];
        for (int pair = 0; pair < manifest.Pairs.Count; pair++)
        {
            ref List<int>? places = ref CollectionsMarshal.GetValueRefOrAddDefault(byFirst, manifest.Pairs[pair].Start[0], out _);
            (places ??= []).Add(pair);
        }

        bool[] seen = new bool[manifest.Pairs.Count];
        for (long row = 0; row < dataset.Rows; row++)
        {
            ReadOnlySpan<float> state = dataset.State(row);
            if (byFirst.TryGetValue(state[0], out List<int>? places))
                foreach (int pair in places)
                    seen[pair] = seen[pair] || state.SequenceEqual(manifest.Pairs[pair].Start);
        }

        return seen.Count(found => found);
    }
}
