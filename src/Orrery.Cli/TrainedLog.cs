using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Spaces;
using Orrery.Planning.Surprise;

namespace Orrery.Cli;

/// <summary>
/// Reads another log of a plant as the run's own was read: what the user does not say again is as it was then, the names of the columns, how
/// times and missing values are written, ranges, resampling.
/// </summary>
internal static class TrainedLog
{
    /// <summary>Clocks of loggers differ by less than this share.</summary>
    private const double SamplingTolerance = 0.1;

    /// <summary>Fills in what the options do not say.</summary>
    /// <param name="given">What the user said now.</param>
    /// <param name="trained">What the run was trained on.</param>
    public static LogOptions Fill(LogOptions given, Dataset trained)
    {
        IReadOnlyDictionary<string, string> settings = trained.Provenance.Settings;
        string? Kept(string name) => settings.GetValueOrDefault(name);
        LogOptions log = WithNames(given, trained.Spaces);
        bool isRenamed = given.Observations.Count > 0 || given.Inputs.Count > 0;
        string? time = given.TimeColumn ?? Kept("timeColumn");
        TimeRules rules = given.Timing ?? new TimeRules();
        return log with
        {
            MissingTokens = given.MissingTokens ?? Kept("missing")?.Split(" | "),
            Words = given.Words ?? (Kept("words") is { } words ? LogOptionSet.Words(words.Split(" | ")) : null),
            Thousands = given.Thousands || Kept("thousands") is not null,
            TimeColumn = time,
            SamplingTime = given.SamplingTime ?? (time is null && trained.TimeUnit != "step" ? trained.SamplingTime : null),
            TimeUnit = given.TimeUnit == "s" && trained.TimeUnit != "step" ? trained.TimeUnit : given.TimeUnit,
            Sheet = given.Sheet ?? Kept("sheet"),
            EpisodeColumn = given.EpisodeColumn ?? Kept("episodeColumn"),
            Columns = given.Columns ?? (Kept("outside") == "gap" && !isRenamed ? Ranges(trained.Spaces) : null),
            Outside = given.Columns is null && Kept("outside") == "gap" ? OutsideRange.Gap : given.Outside,
            Timing = rules with
            {
                Format = rules.Format ?? Kept("timeFormat"),
                Order = rules.Order == RowOrder.Error && Kept("order") == "restart" ? RowOrder.Restart : rules.Order,
                Duplicates = rules.Duplicates == DuplicateRule.Error && Enum.TryParse(Kept("duplicates"), out DuplicateRule duplicates) ? duplicates : rules.Duplicates,
                Gap = rules.Gap ?? Number(Kept("gap")),
                Resample = rules.Resample ?? Number(Kept("resample")),
                ResampleRule = rules.Resample is null && Enum.TryParse(Kept("resampleRule"), out ResampleRule rule) ? rule : rules.ResampleRule,
            },
        };
    }

    /// <summary>Imports another log as the run's own was read.</summary>
    /// <exception cref="UsageException">Its rows are not as far apart as those that the run was trained on.</exception>
    public static Dataset Import(string log, LogOptions given, Dataset trained, string folder, Session session, CancellationToken cancellation)
    {
        Dataset record = LogImport.Run(log, Fill(given, trained), folder, overwrite: true, session, cancellation);
        if (FalseAlarmRate.Seconds(trained.TimeUnit) * trained.SamplingTime is not { } expected || FalseAlarmRate.Seconds(record.TimeUnit) * record.SamplingTime is not { } came
            || Math.Abs(came - expected) <= SamplingTolerance * expected)
        {
            return record;
        }

        using (record)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{LogImporter.NameOf(log)} has a row every {record.SamplingTime:G6} {record.TimeUnit}, but the run was trained on rows {trained.SamplingTime:G6} {trained.TimeUnit} apart, and its predictions count rows. {Resampling(trained.SamplingTime)}, or train on rows like these."));
        }
    }

    /// <summary>How rows become as far apart as in training.</summary>
    public static string Resampling(double samplingTime) =>
        string.Create(CultureInfo.InvariantCulture, $"Make them alike with --resample {samplingTime:G6} and --resample-rule linear (mean where they come faster)");

    /// <summary>The columns are those of training unless others are named in their order.</summary>
    /// <exception cref="UsageException">As many as in training were needed.</exception>
    public static LogOptions WithNames(LogOptions given, DatasetSpaces spaces)
    {
        if (spaces.Observation is not VectorSpace observation)
            return given;
        Dimension[] inputs = [.. spaces.Action.Dimensions];
        bool named = given.Inputs.Count > 0;
        LogOptions log = given with
        {
            Observations = given.Observations.Count > 0 ? given.Observations : [.. observation.Dimensions.Select(column => column.Name)],
            Actions = named ? given.Actions : [.. inputs.Where(column => !column.IsDisturbance).Select(column => column.Name)],
            Disturbances = named ? given.Disturbances : [.. inputs.Where(column => column.IsDisturbance).Select(column => column.Name)],
        };
        if (log.Observations.Count != observation.Size || log.Inputs.Count != inputs.Length)
        {
            throw new UsageException(
                $"{log.Observations.Count} observations and {log.Inputs.Count} actions and disturbances are named, but the run was trained on {observation.Size} and {inputs.Length}. Name as many, in the same order, or none.");
        }

        return log;
    }

    private static List<ColumnDeclaration> Ranges(DatasetSpaces spaces) => spaces.Observation is not VectorSpace observation
        ? []
        : [.. observation.Dimensions.Concat(spaces.Action.Dimensions)
            .Where(column => double.IsFinite(column.Low) || double.IsFinite(column.High))
            .Select(column => new ColumnDeclaration(column.Name, Low: column.Low, High: column.High))];

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
