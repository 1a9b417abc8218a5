using System.Globalization;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Datasets;

/// <summary>The least and the greatest value within a slice of the rows: a column's outline, to draw it with.</summary>
/// <param name="Low">Least.</param>
/// <param name="High">Greatest.</param>
public readonly record struct OutlinePoint(float Low, float High);

/// <summary>What one number of a dataset looks like over all rows.</summary>
/// <param name="Column"><c>observation</c>, <c>action</c>, <c>state</c> or <c>proprioception</c>.</param>
/// <param name="Name">Name of the number; <c>channel 0</c>, ... for pictures.</param>
/// <param name="Unit">Its unit; empty when unknown.</param>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
/// <param name="LongestRun">Most rows in a row, within one episode, with exactly the same value; 0 for pictures.</param>
/// <param name="LongestRunStart">First row of that run.</param>
/// <param name="Outline">The column's outline over the rows, in order of time; empty for pictures.</param>
/// <param name="Low">Least value that was declared possible.</param>
/// <param name="High">Greatest value that was declared possible.</param>
public sealed record ColumnInspection(
    string Column,
    string Name,
    string Unit,
    double Mean,
    double StandardDeviation,
    double Minimum,
    double Maximum,
    int LongestRun,
    long LongestRunStart,
    IReadOnlyList<OutlinePoint> Outline,
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity)
{
    /// <summary>Whether every value is the same: nothing can be learned from it.</summary>
    public bool IsConstant => Minimum == Maximum;
}

/// <summary>What a dataset holds, for a person to look at before training.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="ObservationShape">Axes of the observation column, such as <c>[91,000, 2, 65, 65]</c>.</param>
/// <param name="ActionShape">Axes of the action column.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Episodes">Number of episodes.</param>
/// <param name="ShortestEpisode">Rows of the shortest episode.</param>
/// <param name="LongestEpisode">Rows of the longest episode.</param>
/// <param name="Terminated">Episodes whose task ended.</param>
/// <param name="Truncated">Episodes whose time ran out.</param>
/// <param name="Gaps">Episodes that end at missing values.</param>
/// <param name="MissingRows">Rows left out on import because a value was missing.</param>
/// <param name="SamplingTime">Time between two rows.</param>
/// <param name="TimeUnit">Its unit.</param>
/// <param name="Source">Where the data came from.</param>
/// <param name="Columns">The numbers, observations first, then actions, then states, then proprioception.</param>
public sealed record DatasetInspection(
    string Folder,
    string Hash,
    string ObservationShape,
    string ActionShape,
    long Rows,
    int Episodes,
    int ShortestEpisode,
    int LongestEpisode,
    int Terminated,
    int Truncated,
    int Gaps,
    long MissingRows,
    double SamplingTime,
    string TimeUnit,
    string Source,
    IReadOnlyList<ColumnInspection> Columns)
{
    /// <summary>Looks through a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="outlinePoints">Points per outline, at least 1; fewer when there are fewer rows.</param>
    public static DatasetInspection Of(Dataset dataset, int outlinePoints = 60)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(outlinePoints, 1);
        var columns = new List<ColumnInspection>();
        if (dataset.Spaces.Observation is VectorSpace observation)
            columns.AddRange(Inspect(dataset, Dataset.ObservationColumn, observation, dataset.Observation, outlinePoints));
        else
            columns.AddRange(Channels(dataset));
        columns.AddRange(Inspect(dataset, Dataset.ActionColumn, dataset.Spaces.Action, dataset.Action, outlinePoints));
        if (dataset.Spaces.State is { } state)
            columns.AddRange(Inspect(dataset, Dataset.StateColumn, state, dataset.State, outlinePoints));
        if (dataset.Spaces.Proprioception is { } proprioception)
            columns.AddRange(Inspect(dataset, Dataset.ProprioceptionColumn, proprioception, dataset.Proprioception, outlinePoints));

        var missing = dataset.Provenance.Settings.TryGetValue(Provenance.MissingRows, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        return new DatasetInspection(
            dataset.Folder,
            dataset.Hash,
            Shape(dataset.Rows, dataset.Spaces.Observation),
            Shape(dataset.Rows, dataset.Spaces.Action),
            dataset.Rows,
            dataset.Episodes.Count,
            dataset.Episodes.Min(episode => episode.Length),
            dataset.Episodes.Max(episode => episode.Length),
            CountEnds(EpisodeEnd.Terminated),
            CountEnds(EpisodeEnd.Truncated),
            CountEnds(EpisodeEnd.Gap),
            missing,
            dataset.SamplingTime,
            dataset.TimeUnit,
            dataset.Provenance.Source,
            columns);

        int CountEnds(EpisodeEnd end) => dataset.Episodes.Count(episode => episode.End == end);
    }

    private delegate ReadOnlySpan<float> RowReader(long row);

    private static IEnumerable<ColumnInspection> Channels(Dataset dataset)
    {
        var statistics = dataset.Statistics.Observation;
        for (var channel = 0; channel < statistics.Mean.Length; channel++)
        {
            yield return new ColumnInspection(
                Dataset.ObservationColumn,
                string.Create(CultureInfo.InvariantCulture, $"channel {channel}"),
                "",
                statistics.Mean[channel],
                statistics.StandardDeviation[channel],
                statistics.Minimum[channel],
                statistics.Maximum[channel],
                0,
                0,
                []);
        }
    }

    private static ColumnInspection[] Inspect(Dataset dataset, string column, VectorSpace space, RowReader read, int outlinePoints)
    {
        var statistics = column switch
        {
            Dataset.ObservationColumn => dataset.Statistics.Observation,
            Dataset.ActionColumn => dataset.Statistics.Action,
            Dataset.StateColumn => dataset.Statistics.State!,
            _ => dataset.Statistics.Proprioception!,
        };
        var scans = new ColumnScan[space.Size];
        var points = (int)Math.Min(outlinePoints, dataset.Rows);
        for (var i = 0; i < scans.Length; i++)
            scans[i] = new ColumnScan(points);
        foreach (var episode in dataset.Episodes)
        {
            foreach (var scan in scans)
                scan.BeginEpisode();
            for (var row = episode.Start; row < episode.Start + episode.Length; row++)
            {
                var values = read(row);
                var point = (int)(row * points / dataset.Rows);
                for (var i = 0; i < scans.Length; i++)
                    scans[i].Add(row, point, values[i]);
            }
        }

        return [.. scans.Select((scan, i) => new ColumnInspection(
            column,
            space.Dimensions[i].Name,
            space.Dimensions[i].Unit,
            statistics.Mean[i],
            statistics.StandardDeviation[i],
            statistics.Minimum[i],
            statistics.Maximum[i],
            scan.LongestRun,
            scan.LongestRunStart,
            scan.Outline,
            space.Dimensions[i].Low,
            space.Dimensions[i].High))];
    }

    private static string Shape(long rows, Space space) => space is ImageSpace image
        ? string.Create(CultureInfo.InvariantCulture, $"[{rows:N0}, {image.Channels}, {image.Height}, {image.Width}]")
        : string.Create(CultureInfo.InvariantCulture, $"[{rows:N0}, {space.Size}]");

    /// <summary>Finds a column's outline and its longest run of the same value.</summary>
    private sealed class ColumnScan(int points)
    {
        private float _last;
        private int _run;
        private long _runStart;

        public OutlinePoint[] Outline { get; } =
            [.. Enumerable.Repeat(new OutlinePoint(float.PositiveInfinity, float.NegativeInfinity), points)];

        public int LongestRun { get; private set; }

        public long LongestRunStart { get; private set; }

        public void BeginEpisode() => _run = 0;

        public void Add(long row, int point, float value)
        {
            if (_run == 0 || value != _last)
                (_run, _runStart) = (0, row);
            _last = value;
            _run++;
            if (_run > LongestRun)
                (LongestRun, LongestRunStart) = (_run, _runStart);
            var outline = Outline[point];
            Outline[point] = new OutlinePoint(Math.Min(outline.Low, value), Math.Max(outline.High, value));
        }
    }
}
