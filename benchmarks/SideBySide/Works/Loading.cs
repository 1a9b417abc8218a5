using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>
/// What training does before it computes: draw windows at random from a dataset's memory-mapped columns, gather their pictures and actions, and
/// turn them into normalised numbers.
/// </summary>
internal static class Loading
{
    private const int Batch = 128;
    private const int Frames = 4;
    private const int Block = 5;

    public static IEnumerable<Work> All() => [Of(3, 64), Of(2, 65)];

    private static Work Of(int channels, int size)
    {
        return new Work(
            "loading", $"{Batch} windows of {Frames} pictures, {channels} x {size}^2", Batch * 1e6, "thousand windows/s", Prepare, null, new Dictionary<string, object>());

        Performance Prepare(CpuBackend backend)
        {
            string folder = Path.Combine(Path.GetTempPath(), $"orrery-loading-{Environment.ProcessId}-{size}");
            DatasetSpaces spaces = new(
                new ImageSpace("picture", channels, size, size), new VectorSpace("action", [new Dimension("x", "", -1, 1), new Dimension("y", "", -1, 1)]), null);
            Write(folder, spaces);
            Dataset dataset = Dataset.Open(folder);
            WindowSampler sampler = new(new WindowIndex(dataset.Episodes, ((Frames - 1) * Block) + 1), seed: 1);
            Normalizer action = Normalizer.Fit(dataset.Measure(dataset.Episodes).Action);
            TensorArena arena = new(backend);
            Tensor pictures = arena.AllocateZeroed(new Shape(Frames * Batch, channels, size, size));
            long[] starts = new long[Batch];
            byte[] seen = new byte[Frames * Batch * spaces.Observation.Size];
            float[] actions = new float[(Frames - 1) * Batch * Block * 2];
            return new Performance(Load, new Dictionary<string, Tensor>(), () => new Dictionary<string, float[]>(), null, arena, dataset, new Folder(folder));

            void Load()
            {
                sampler.FillBatch(starts);
                for (int frame = 0; frame < Frames; frame++)
                {
                    for (int window = 0; window < Batch; window++)
                    {
                        long row = starts[window] + (frame * Block);
                        int place = (frame * Batch) + window;
                        dataset.Pixels(row).CopyTo(seen.AsSpan(place * spaces.Observation.Size));
                        if (frame < Frames - 1)
                            action.Apply(dataset.Action(row, Block), actions.AsSpan(place * Block * 2, Block * 2));
                    }
                }

                backend.Upload(seen, pictures, 1f / 255, 0);
            }
        }
    }

    private static void Write(string folder, DatasetSpaces spaces)
    {
        Random random = new(1);
        using DatasetWriter writer = new(folder, spaces, 1, "step", new Provenance("noise", "benchmark", new SortedDictionary<string, string>()), overwrite: true);
        Trajectory trajectory = new(spaces.Observation, spaces.Action);
        for (int episode = 0; episode < 100; episode++)
        {
            trajectory.Clear();
            for (int row = 0; row < 100; row++)
            {
                trajectory.AddRow();
                random.NextBytes(trajectory.Pixels(row));
                trajectory.Action(row)[0] = random.NextSingle();
                trajectory.Action(row)[1] = random.NextSingle();
            }

            writer.Write(trajectory);
        }

        writer.Complete();
    }

    private sealed class Folder(string path) : IDisposable
    {
        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
