using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

public sealed class FilterFitTests : IDisposable
{
    private const int Encoded = 3;
    private const int Filtered = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void More_rows_than_the_encoder_sees_average_noise_out()
    {
        using Dataset log = Noisy(2_000, out double[] truth);
        double encoded = Error("encoded", log, truth, 0), filtered = Error("filtered", log, truth, Filtered);
        Assert.True(filtered < 0.75 * encoded, $"The filter errs {filtered}, the encoder {encoded}.");
    }

    [Fact]
    public void Too_few_rows_to_judge_a_filter_by_leave_the_encoder_alone()
    {
        using Dataset log = Noisy(80, out _);
        TrainingSummary summary = TrainingFixtures.Train(Recipe(Filtered), log, _folder.File("run"));
        Assert.Equal(new StateFilter(Filtered, 0, 0), summary.Filter);
        using CpuBackend backend = new(1);
        using WorldModel model = WorldModel.Load(_folder.File("run"), backend);
        Assert.Equal(Encoded + Filtered, model.History);
        float[] observations = log.Observation(0, model.History).ToArray(), actions = log.Action(0, model.History).ToArray();
        float[] latent = new float[model.LatentSize], other = new float[model.LatentSize];
        model.Encode(observations, actions, latent);
        observations.AsSpan(0, Filtered).Fill(9);
        actions.AsSpan(0, Filtered).Clear();
        model.Encode(observations, actions, other);
        Assert.Equal(latent, other);
    }

    private static Recipe Recipe(int rows) => TrainingFixtures.Log(
        $"history={Encoded}", $"filterRows={rows}", "linearOrder=0", "hidden=0", "latentSize=2", "training.updates=200", "training.window=10", "validationRun=10");

    /// <summary>Root mean square of what is read of the present state, against the truth without noise.</summary>
    private double Error(string name, Dataset log, double[] truth, int rows)
    {
        TrainingSummary summary = TrainingFixtures.Train(Recipe(rows), log, _folder.File(name));
        Assert.Equal(rows > 0, summary.Filter is { Start: > 0 });
        using CpuBackend backend = new(1);
        using WorldModel model = WorldModel.Load(_folder.File(name), backend);
        float[] latent = new float[model.LatentSize], read = new float[1];
        double sum = 0;
        int count = 0;
        for (int first = 0; first + Encoded + Filtered <= truth.Length; first += 7, count++)
        {
            int last = first + Encoded + Filtered;
            model.Encode(log.Observation(last - model.History, model.History), log.Action(last - model.History, model.History), latent);
            model.Read(latent, 1, read);
            sum += (read[0] - truth[last - 1]) * (read[0] - truth[last - 1]);
        }

        return Math.Sqrt(sum / count);
    }

    /// <summary>A slow second-order system under steps, measured with noise of half its deviation.</summary>
    private Dataset Noisy(int rows, out double[] truth)
    {
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("y")]), new VectorSpace("inputs", [new Dimension("u")]));
        RandomStream random = new(6, "noisy");
        truth = new double[rows];
        string folder = _folder.File($"log {rows}");
        using (DatasetWriter writer = new(folder, spaces, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("record");
            double before = 0, last = 0, input = 0;
            for (int row = 0; row < rows; row++)
            {
                if (row % 9 == 0)
                    input = random.NextNormal();
                (before, last) = (last, (1.7 * last) - (0.72 * before) + (0.05 * input));
                truth[row] = last;
                writer.Append([(float)(last + (0.5 * random.NextNormal()))], [(float)input]);
            }

            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        return Dataset.Open(folder);
    }
}
