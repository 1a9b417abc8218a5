using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Spaces;

namespace Orrery.Cli;

/// <summary>
/// Reads another log of a plant as the run's own was read: what the user does not say again is as it was then, the names of the columns, how
/// times and missing values are written, ranges, resampling.
/// </summary>
internal static class TrainedLog
{
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
