using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.Statistics;
using Orrery.Models;
using Orrery.Models.Training;
using Orrery.Tensors;

namespace Orrery.Evaluation.Probes;

/// <summary>What is known of one number of the true state. All errors are root mean squares, in the column's unit.</summary>
/// <param name="Name">Its name; an angle that goes round stands there twice, as its sine and its cosine.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Deviation">Its standard deviation over the held-out rows: what knowing nothing would err by.</param>
/// <param name="Linear">Error of a linear probe.</param>
/// <param name="Network">Error of a small network.</param>
/// <param name="Imagined">[H]: error of the same network on predicted latents, after each planner step.</param>
public sealed record ProbedColumn(string Name, string Unit, double Deviation, double Linear, double Network, IReadOnlyList<double> Imagined);

/// <summary>What a model knows of the true state, now and ahead.</summary>
/// <param name="FittedRows">Rows that the probes were fitted on.</param>
/// <param name="HeldOutRows">Rows that they were judged on.</param>
/// <param name="Starts">Roll-outs that were judged.</param>
/// <param name="Block">Environment steps per planner step.</param>
/// <param name="Columns">The columns of the state.</param>
public sealed record LatentProbes(int FittedRows, int HeldOutRows, int Starts, int Block, IReadOnlyList<ProbedColumn> Columns);

/// <summary>
/// Reads the true state out of a model's latents, and out of latents that it predicts from the recorded actions. Probes are fitted on the episodes
/// that the model was trained on, and judged on those that were held out. For people only: the model never learns from the state.
/// </summary>
public static class LatentProbeStudy
{
    private const int MostRows = 20_000;
    private const int MostStarts = 2_000;
    private const int FewestRows = 200;

    /// <summary>Probes.</summary>
    /// <param name="model">A latent model.</param>
    /// <param name="dataset">What it was trained on.</param>
    /// <param name="backend">What the probes are trained with.</param>
    /// <param name="cancellation">Stops a probe's training.</param>
    /// <exception cref="OrreryDataException">The dataset has no states, or too few rows are held out.</exception>
    public static LatentProbes Run(WorldModel model, Dataset dataset, Backend backend, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        if (!dataset.HasState)
            throw new OrreryDataException("The dataset has no true states to look for in the latents; an environment's collection has.");
        Split split = TrainingSplit.Of(model.Description, dataset);
        EpisodeRange[] held = [.. split.Validation, .. split.Test];
        long rows = Rows(held);
        if (rows < FewestRows)
            throw new OrreryDataException($"{rows:N0} rows are held out from training; probes need {FewestRows} or more. Train with a larger heldOutShare, or collect more.");
        StateColumns columns = new(dataset.Spaces.State!);
        LatentTable fitted = Encode(model, dataset, split.Training), seen = Encode(model, dataset, held);
        int horizon = model.Recipe.Training.Window;
        LatentTable starts = LatentTable.Encode(model, dataset, Starts(model, held, horizon));
        if (fitted.Count == 0 || seen.Count == 0 || starts.Count == 0)
            throw new OrreryDataException($"The held-out episodes are too short for roll-outs of {horizon * model.ActionBlock} steps.");

        ProbeRows fit = new(fitted.Latents.ToArray(), model.LatentSize, columns.Read(dataset, fitted.Rows), columns.Count);
        float[] truth = columns.Read(dataset, seen.Rows);
        ProbeRows now = new(seen.Latents.ToArray(), model.LatentSize, truth, columns.Count);
        (float[] latents, float[] later) = Imagine(model, dataset, starts, columns, horizon);
        ProbeRows all = new([.. now.Latents, .. latents], model.LatentSize, [.. truth, .. later], columns.Count);
        ProbeResult linear = LinearProbe.Run(fit, now, columns.Names).Result;
        float[] predictions = MlpProbe.Run(backend, fit, all, columns.Names, cancellation: cancellation).Predictions;
        return new LatentProbes(fit.Rows, now.Rows, starts.Count, model.ActionBlock, [.. Enumerable.Range(0, columns.Count).Select(column =>
        {
            PredictionError network = Error(all, predictions, column, 0, 1, now.Rows);
            return new ProbedColumn(
                columns.Names[column], columns.Units[column], network.TruthStandardDeviation, linear.Rmse[column], network.Rmse,
                [.. Enumerable.Range(0, horizon).Select(step => Error(all, predictions, column, now.Rows + step, horizon, all.Rows).Rmse)]);
        })]);
    }

    private static long Rows(IReadOnlyList<EpisodeRange> episodes) => episodes.Sum(episode => (long)episode.Length);

    /// <summary>Rows spread over all the episodes.</summary>
    private static LatentTable Encode(WorldModel model, Dataset dataset, IReadOnlyList<EpisodeRange> episodes) =>
        LatentTable.Encode(model, dataset, episodes, (int)Math.Max(1, (Rows(episodes) + MostRows - 1) / MostRows));

    /// <summary>The rows that roll-outs begin at, each as the part of an episode that the encoder sees; spread over all of them.</summary>
    private static List<EpisodeRange> Starts(WorldModel model, IReadOnlyList<EpisodeRange> episodes, int horizon)
    {
        int needed = model.History + (horizon * model.ActionBlock);
        long possible = episodes.Sum(episode => (long)Math.Max(0, episode.Length - needed + 1));
        long stride = Math.Max(1, possible / MostStarts);
        List<EpisodeRange> starts = [];
        long passed = 0;
        foreach (EpisodeRange episode in episodes)
        {
            for (int offset = 0; offset + needed <= episode.Length; offset++)
                if (passed++ % stride == 0)
                    starts.Add(episode with { Start = episode.Start + offset, Length = model.History });
        }

        return starts;
    }

    /// <summary>[starts, H, D] predicted latents, and the true states there.</summary>
    private static (float[] Latents, float[] States) Imagine(WorldModel model, Dataset dataset, LatentTable starts, StateColumns columns, int horizon)
    {
        float[] latents = new float[starts.Count * horizon * model.LatentSize];
        long[] rows = new long[starts.Count * horizon];
        for (int start = 0; start < starts.Count; start++)
        {
            long row = starts.Rows[start];
            model.Rollout(
                starts[start], dataset.Action(row, horizon * model.ActionBlock), 1, horizon,
                latents.AsSpan(start * horizon * model.LatentSize, horizon * model.LatentSize));
            for (int step = 0; step < horizon; step++)
                rows[(start * horizon) + step] = row + ((step + 1) * model.ActionBlock);
        }

        return (latents, columns.Read(dataset, rows));
    }

    private static PredictionError Error(ProbeRows rows, float[] predictions, int column, int first, int stride, int end)
    {
        PredictionError error = new();
        for (int row = first; row < end; row += stride)
            error.Add(predictions[(row * rows.StateSize) + column], rows.States[(row * rows.StateSize) + column]);
        return error;
    }

    /// <summary>The state's numbers as probes read them: an angle that goes round as sine and cosine, which do not jump.</summary>
    private sealed class StateColumns
    {
        private readonly (int Place, Func<float, float> Of)[] _columns;

        public StateColumns(VectorSpace state)
        {
            List<(int, Func<float, float>)> columns = [];
            List<string> names = [], units = [];
            for (int place = 0; place < state.Size; place++)
            {
                Dimension dimension = state.Dimensions[place];
                if (dimension.Unit == "rad" && dimension.High - dimension.Low > Math.Tau - 0.01)
                {
                    columns.AddRange([(place, MathF.Sin), (place, MathF.Cos)]);
                    names.AddRange([$"sin {dimension.Name}", $"cos {dimension.Name}"]);
                    units.AddRange(["", ""]);
                    continue;
                }

                columns.Add((place, value => value));
                names.Add(dimension.Name);
                units.Add(dimension.Unit);
            }

            (_columns, Names, Units) = ([.. columns], names, units);
        }

        public IReadOnlyList<string> Names { get; }

        public IReadOnlyList<string> Units { get; }

        public int Count => _columns.Length;

        /// <summary>[rows, Count].</summary>
        public float[] Read(Dataset dataset, ReadOnlySpan<long> rows)
        {
            float[] values = new float[rows.Length * Count];
            for (int row = 0; row < rows.Length; row++)
            {
                ReadOnlySpan<float> state = dataset.State(rows[row]);
                for (int column = 0; column < Count; column++)
                    values[(row * Count) + column] = _columns[column].Of(state[_columns[column].Place]);
            }

            return values;
        }
    }
}
