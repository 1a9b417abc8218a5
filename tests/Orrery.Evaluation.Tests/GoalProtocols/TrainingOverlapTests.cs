using Orrery.Data.Datasets;
using Orrery.Environments;
using Orrery.Evaluation.GoalProtocols;

namespace Orrery.Evaluation.Tests.GoalProtocols;

public sealed class TrainingOverlapTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("orrery-overlap-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void Data_of_another_seed_hold_none_of_the_starts()
    {
        using Dataset dataset = Collected(0);
        TrainingOverlap overlap = TrainingOverlap.Of(ProtocolManifest.Shipped(ProtocolCatalogue.Find("pldm-two-rooms")), dataset);
        Assert.Equal(new TrainingOverlap("two-rooms", "0", false, 0, 100), overlap);
        Assert.True(overlap.IsDisjoint);
        Assert.Contains("0 of 100 starts stand in the training data", overlap.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_the_held_out_seed_and_starts_that_stand_in_the_data_are_found()
    {
        using Dataset dataset = Collected(GoalProtocol.HeldOutSeed);
        ProtocolManifest manifest = ProtocolManifest.Shipped(ProtocolCatalogue.Find("pldm-two-rooms"));
        ProtocolPair[] pairs = [.. manifest.Pairs];
        pairs[7] = pairs[7] with { Start = dataset.State(33).ToArray() };
        TrainingOverlap overlap = TrainingOverlap.Of(manifest with { Pairs = pairs }, dataset);
        Assert.True(overlap.SameSeed);
        Assert.Equal(1, overlap.Starts);
        Assert.False(overlap.IsDisjoint);
        Assert.Contains("have the same seed", overlap.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_from_the_training_data_are_25_rows_of_an_episode_apart_and_all_found_in_it()
    {
        using Dataset dataset = Collected(0);
        GoalProtocol official = TwoRoomProtocols.All.Single(protocol => protocol.Name == "lewm-official");
        ProtocolManifest manifest = ProtocolManifest.Draw(official, dataset);
        Assert.Equal(50, manifest.Pairs.Count);
        Assert.Equal(manifest.Hash, ProtocolManifest.Draw(official, dataset).Hash);
        Assert.Equal(manifest.Pairs.Count(pair => official.Success.Holds(pair.Start, pair.Goal)), manifest.Solved);
        Assert.Contains(dataset.Hash, manifest.Rule, StringComparison.Ordinal);
        Assert.Equal(50, TrainingOverlap.Of(manifest, dataset).Starts);
        Assert.All(manifest.Pairs, pair =>
        {
            Assert.InRange(pair.Step + 25, 25, dataset.Episodes[pair.Episode].Length - 1);
            long row = dataset.Episodes[pair.Episode].Start + pair.Step;
            Assert.Equal(dataset.State(row).ToArray(), pair.Start);
            Assert.Equal(dataset.State(row + 25).ToArray(), pair.Goal);
        });
        Assert.NotNull(official.Caveat);
        Assert.Throws<InvalidOperationException>(() => ProtocolManifest.Draw(official));
    }

    private Dataset Collected(ulong seed)
    {
        EnvironmentCatalogue.Collection("two-rooms", new CollectionSettings(Episodes: 3, Seed: seed)).Collect(_folder);
        return Dataset.Open(_folder);
    }
}
