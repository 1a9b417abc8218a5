using System.Runtime.ExceptionServices;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;

namespace Orrery.Environments;

/// <summary>Fills episodes on all cores while those before are written, in the order of their numbers.</summary>
internal static class EpisodePipeline
{
    private const int EpisodesPerChunk = 32;

    /// <summary>Writes episodes 0 to <paramref name="episodes"/> - 1; memory stays within two chunks of them.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="spaces">Of the dataset.</param>
    /// <param name="episodes">How many.</param>
    /// <param name="length">Rows to make room for per episode.</param>
    /// <param name="fill">Clears and fills one episode; must depend on its number alone. Called on several threads.</param>
    /// <param name="progress">Told the number of episodes written so far.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        DatasetWriter writer,
        DatasetSpaces spaces,
        int episodes,
        int length,
        Action<Trajectory, int> fill,
        IProgress<int>? progress,
        CancellationToken cancellation)
    {
        var filling = NewChunk();
        var written = NewChunk();
        var next = Fill(0, filling);
        for (var first = 0; first < episodes; first += EpisodesPerChunk)
        {
            next.GetAwaiter().GetResult();
            (filling, written) = (written, filling);
            var last = Math.Min(first + EpisodesPerChunk, episodes);
            if (last < episodes)
                next = Fill(last, filling);
            try
            {
                for (var episode = first; episode < last; episode++)
                    writer.Write(written[episode - first]);
            }
            catch
            {
                // The failure to write is the one to report, once nobody fills any more.
                ((IAsyncResult)next).AsyncWaitHandle.WaitOne();
                throw;
            }

            progress?.Report(last);
        }

        Task Fill(int first, Trajectory[] chunk) => Task.Run(() => FillChunk(first, chunk), CancellationToken.None);

        void FillChunk(int first, Trajectory[] chunk)
        {
            try
            {
                Parallel.For(
                    first,
                    Math.Min(first + EpisodesPerChunk, episodes),
                    new ParallelOptions { CancellationToken = cancellation },
                    episode => fill(chunk[episode - first], episode));
            }
            catch (AggregateException exception) when (exception.InnerException is { } inner)
            {
                // What the environment said, not that it said so on another thread.
                ExceptionDispatchInfo.Throw(inner);
            }
        }

        Trajectory[] NewChunk()
        {
            var chunk = new Trajectory[Math.Min(EpisodesPerChunk, episodes)];
            for (var i = 0; i < chunk.Length; i++)
                chunk[i] = new Trajectory(spaces.Observation, spaces.Action, spaces.State, length, spaces.Proprioception);
            return chunk;
        }
    }
}
