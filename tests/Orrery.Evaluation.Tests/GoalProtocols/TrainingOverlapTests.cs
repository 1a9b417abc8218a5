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

    private Dataset Collected(ulong seed)
    {
        EnvironmentCatalogue.Collection("two-rooms", new CollectionSettings(Episodes: 3, Seed: seed)).Collect(_folder);
        return Dataset.Open(_folder);
    }
}
