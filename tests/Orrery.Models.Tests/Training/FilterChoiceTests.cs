using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

/// <summary>
/// Two held-out rows with faults lead the encoder, which sees four rows, so far astray that mean squares speak for a filter, which hardly listens.
/// </summary>
public sealed class FilterChoiceTests : IDisposable
{
    private const int History = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_is_taken_where_it_does_no_worse_elsewhere() => Assert.True(IsFiltered(gain: 1));

    [Fact]
    public void It_is_left_out_where_most_runs_go_better_without() => Assert.False(IsFiltered(gain: 3));

    /// <summary>Whether a filter is chosen on held-out rows of a plant that answers its input more strongly than the one that was learned.</summary>
    private bool IsFiltered(double gain)
    {
        using Dataset log = Faulty(gain);
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log($"history={History}", "filterRows=20", "linearOrder=0", "hidden=0", "latentSize=2", "training.window=10");
        WorldModelDescription description = TrainingData.Describe(recipe, log, new Split([log.Episodes[0]], [], []));
        LogNetwork network = (LogNetwork)WorldModelNetwork.Create(_backend, recipe, description.Spaces, description.Proprioception);
        using LogProblem problem = new(network, recipe, log, [log.Episodes[0]], [], description, new Split([log.Episodes[0]], [], []));
        LogRows rows = new(log, description.Observation!, description.Action, recipe.DelaysOf(log.Spaces.Action));
        LatentFilter filter = network.Filter!;
        Assert.True(FilterFit.Measure(network, filter, rows, [log.Episodes[0]], History));
        // A filter that takes all that is measured for noise goes by what it saw first, and by the model.
        filter.Noise(0).Fill(1e4f);
        FilterFit.Choose(network, filter, rows, [log.Episodes[1]], 2);
        return filter.IsSet;
    }

    /// <summary>A linear plant; and, as a second record, the same with another gain, in which two rows were measured wrong.</summary>
    private Dataset Faulty(double gain)
    {
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("y")]), new VectorSpace("inputs", [new Dimension("u")]));
        RandomStream random = new(8, "faulty");
        using (DatasetWriter writer = new(_folder.File("log"), spaces, 1, "s", Provenance.Unknown))
        {
            foreach (bool isHeld in (bool[])[false, true])
            {
                writer.BeginEpisode($"held {isHeld}");
                double before = 0, last = 0, input = 0;
                for (int row = 0; row < 400; row++)
                {
                    if (row % 7 == 0)
                        input = random.NextNormal();
                    (before, last) = (last, (1.5 * last) - (0.6 * before) + (0.1 * (isHeld ? gain : 1) * input));
                    double measured = last + (0.01 * random.NextNormal()) + (isHeld && (row is 120 or 280) ? 60 : 0);
                    writer.Append([(float)measured], [(float)input]);
                }

                writer.EndEpisode(EpisodeEnd.EndOfRecord);
            }

            writer.Complete();
        }

        return Dataset.Open(_folder.File("log"));
    }
}
