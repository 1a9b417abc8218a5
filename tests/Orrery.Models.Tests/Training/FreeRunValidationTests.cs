using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

public sealed class FreeRunValidationTests : IDisposable
{
    private const int History = 2;
    private const int Run = 5;
    private const int Runs = 20;
    private const int Rows = History + (Runs * Run);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_short_run_that_got_away_does_not_outweigh_all_others()
    {
        // A model that predicts zeros errs by what is observed: 1 in each of twenty runs, but for five rows of 100, which one or two go through.
        Assert.Equal(1, Error(1, Run), 1e-6);
        Assert.InRange(Error(100, Run), 5, 10);
    }

    [Fact]
    public void Long_runs_count_by_their_squares()
    {
        // The whole stretch, and eight runs over half of it, all of which go through the same ten rows.
        Assert.Equal(1, Error(1, 0), 1e-6);
        double outlier = Error(100, 0);
        Assert.True(outlier > 20, $"{outlier}");
    }

    private double Error(float outlier, int run)
    {
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("y")]), new VectorSpace("inputs", [new Dimension("u")]));
        string folder = _folder.File($"log {outlier} {run}");
        using (DatasetWriter writer = new(folder, spaces, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("record");
            for (int row = 0; row < Rows; row++)
                writer.Append([row >= Rows / 2 && row < (Rows / 2) + Run ? outlier : 1], [0]);
            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        using Dataset log = Dataset.Open(folder);
        using CpuBackend backend = new(1);
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log($"history={History}", "hidden=0", "linearOrder=0");
        using LogNetwork network = new(backend, recipe, (VectorSpace)spaces.Observation, spaces.Action, new RandomStream(1, "weights"));
        network.Block.Seal();
        network.Block.Values.Span.Clear();
        Normalizer plain = new([0], [1]);
        using FreeRunValidation validation = FreeRunValidation.Create(network, new LogRows(log, plain, plain, [0]), log.Episodes, History, run)!;
        return validation.Error();
    }
}
