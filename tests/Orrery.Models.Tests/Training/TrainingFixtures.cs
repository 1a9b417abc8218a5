using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Environments.Navigation;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

/// <summary>Small datasets and recipes that train in a moment.</summary>
internal static class TrainingFixtures
{
    /// <summary>Two Rooms, collected once per folder.</summary>
    public static Dataset TwoRooms(string folder, int episodes, int length = 41)
    {
        TwoRoomsCollector.Collect(folder, new TwoRoomsCollection(Episodes: episodes, Length: length, Seed: 3));
        return Dataset.Open(folder);
    }

    /// <summary>A linear second-order system under random steps: y[t] = 1.5 y[t-1] - 0.6 y[t-2] + 0.1 u[t - delay].</summary>
    public static Dataset LinearLog(string folder, int rows, int records = 1, int delay = 0)
    {
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("y", "V")]), new VectorSpace("inputs", [new Dimension("u", "V")]));
        RandomStream random = new(5, "inputs");
        using (DatasetWriter writer = new(folder, spaces, 1, "s", Provenance.Unknown))
        {
            for (int record = 0; record < records; record++)
            {
                writer.BeginEpisode($"record {record}");
                double before = 0, last = 0, input = 0;
                Queue<double> pending = new(new double[delay]);
                for (int row = 0; row < rows; row++)
                {
                    if (row % 7 == 0)
                        input = random.NextNormal();
                    pending.Enqueue(input);
                    (before, last) = (last, (1.5 * last) - (0.6 * before) + (0.1 * pending.Dequeue()));
                    writer.Append([(float)(20 + (3 * last))], [(float)(5 + (2 * input))]);
                }

                writer.EndEpisode(EpisodeEnd.EndOfRecord);
            }

            writer.Complete();
        }

        return Dataset.Open(folder);
    }

    /// <summary>A dot of 2 x 2 px in a picture of 16 x 16, which shows where it is, and beside it its place and how fast it moves.</summary>
    public static Dataset Mover(string folder, bool proprioception = true)
    {
        DatasetSpaces spaces = new(
            new ImageSpace("picture", 1, 16, 16), new VectorSpace("push", [new Dimension("ax", "px")]),
            Proprioception: proprioception ? new VectorSpace("proprioception", [new Dimension("x", "px"), new Dimension("vx", "px")]) : null);
        RandomStream random = new(2, "mover");
        using (DatasetWriter writer = new(folder, spaces, 1, "step", Provenance.Unknown))
        {
            for (int episode = 0; episode < 8; episode++)
            {
                writer.BeginEpisode($"episode {episode}");
                float place = 1 + (12 * random.NextFloat()), speed = 0;
                for (int row = 0; row < 20; row++)
                {
                    float push = random.NextFloat() - 0.5f;
                    byte[] picture = new byte[256];
                    for (int pixel = 0; pixel < 4; pixel++)
                        picture[(16 * (7 + (pixel / 2))) + (int)place + (pixel % 2)] = 255;
                    writer.Append(picture, [row == 19 ? 0 : push], default, proprioception ? [place, speed] : []);
                    speed = Math.Clamp(speed + push, -1, 1);
                    place = Math.Clamp(place + speed, 0, 14);
                }

                writer.EndEpisode(EpisodeEnd.Truncated);
            }

            writer.Complete();
        }

        return Dataset.Open(folder);
    }

    /// <summary>The debug recipe for Two Rooms, with settings.</summary>
    public static Recipe Pixels(params string[] settings) => RecipeFile.Load("two-rooms/debug", settings);

    /// <summary>The debug recipe for logs, with settings.</summary>
    public static Recipe Log(params string[] settings) => RecipeFile.Load("plant/debug", settings);

    /// <summary>Trains from beginning to end, or goes on.</summary>
    public static TrainingSummary Train(
        Recipe recipe, Dataset dataset, string folder, int threads = 1, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        using CpuBackend backend = new(threads);
        return new TrainingRun(recipe, dataset, folder, backend).Execute(report is null ? null : new Reporter(report), cancellation);
    }

    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
