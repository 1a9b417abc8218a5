using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Logs.Import;
using Orrery.Data.Logs.Sources;
using Orrery.Data.Spaces;

namespace Orrery.Data.Logs;

/// <summary>
/// Turns logs into a dataset folder, in constant memory. Each stretch without a gap becomes an episode. Nothing is repaired
/// unless asked for, and what is done is counted and kept with the dataset (<see cref="ImportCounts"/>).
/// </summary>
public static class LogImporter
{
    /// <summary>Imports one log.</summary>
    /// <param name="path">The log's file: CSV, TSV, a table with spaces, Excel, JSON lines, .npy or SQLite; or a PostgreSQL connection string.</param>
    /// <param name="options">Which columns, and how the log is written.</param>
    /// <param name="outputFolder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Is told how far the import has come.</param>
    /// <param name="cancellation">Stops it; nothing is left behind then.</param>
    /// <returns>The dataset, opened; dispose it.</returns>
    /// <exception cref="OrreryDataException">The log cannot be used or the folder cannot be written; nothing has changed then.</exception>
    public static Dataset Import(
        string path, LogOptions options, string outputFolder, bool overwrite = false, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default) =>
        Import([path], options, outputFolder, overwrite, progress, cancellation);

    /// <summary>Imports several logs with the same columns into one dataset, in the order given.</summary>
    /// <param name="paths">The logs, at least one.</param>
    /// <param name="options">Which columns, and how the logs are written.</param>
    /// <param name="outputFolder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Is told how far the import has come.</param>
    /// <param name="cancellation">Stops it; nothing is left behind then.</param>
    /// <returns>The dataset, opened; dispose it.</returns>
    /// <exception cref="OrreryDataException">A log cannot be used or the folder cannot be written; nothing has changed then.</exception>
    public static Dataset Import(
        IReadOnlyList<string> paths, LogOptions options, string outputFolder, bool overwrite = false, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        if (paths.Count == 0)
            throw new OrreryDataException("No log was given. Name at least one file.");
        options.Check();
        string unit = options.TimeUnit;
        options = TimeUnits.Complete(paths[0], options);
        List<LogPass.Clock> clocks = [.. paths.Select(path => LogPass.Measure(path, options, progress, cancellation))];
        LogPass.Clock first = clocks[0];
        foreach (LogPass.Clock clock in clocks.Where(clock => options.Rules.Resample is null))
        {
            if (Math.Abs(clock.SamplingTime - first.SamplingTime) > 1e-6 * first.SamplingTime)
            {
                throw new OrreryDataException(
                    $"{clock.Name} has a row every {clock.SamplingTime} {(clock.IsKnown ? options.TimeUnit : "step")}, but {first.Name} one every {first.SamplingTime}. "
                    + "Import them into separate datasets, or resample both with --resample.");
            }
        }

        if (paths.Count > 1 && options.LeaveOut is not null)
            throw new OrreryDataException($"Rows to leave out are those of one file, and {paths.Count} logs were given. Correct the logs, or import one by one.");
        CheckUnits(clocks);
        bool isKnown = first.IsKnown || options.Rules.Resample is not null;
        Provenance begun = new(string.Join(", ", clocks.Select(clock => clock.Name)), Tool(), new SortedDictionary<string, string>(StringComparer.Ordinal));
        using (DatasetWriter writer = new(
            outputFolder, SpacesOf(options, first.Columns), options.Rules.Resample ?? first.SamplingTime, isKnown ? options.TimeUnit : "step", begun, overwrite))
        {
            ImportCounts counts = new(0, 0, 0, 0, 0, 0, 0);
            for (int index = 0; index < paths.Count; index++)
            {
                // Named without the ending, so that a table is the same dataset whatever kind of file it comes in.
                EpisodeSink sink = new(writer, Path.GetFileNameWithoutExtension(clocks[index].Name), options.Observations.Count, options.Inputs.Count);
                counts = counts.Plus(LogPass.Run(paths[index], clocks[index], options, sink, progress, cancellation));
            }

            writer.Complete(begun with { Settings = Settings(options, counts, options.TimeUnit == unit ? null : options.TimeUnit, clocks[0].Opening, clocks.Exists(clock => clock.HasDecimalComma)) });
        }

        return Dataset.Open(outputFolder);
    }

    /// <summary>Whether a place is a log that can be opened: a file that is there, or a PostgreSQL connection string.</summary>
    /// <param name="place">What a user typed.</param>
    public static bool IsLog(string place) => PostgresLog.Knows(place) || File.Exists(place);

    /// <summary>What a log is called: its file without folder and ending, or its database. Never holds a password.</summary>
    /// <param name="place">The file or the connection string.</param>
    /// <exception cref="OrreryDataException">The connection string is not understood.</exception>
    public static string NameOf(string place) => Path.GetFileNameWithoutExtension(LogSource.NameOf(place));

    /// <summary>The same column in metres in one log and in centimetres in another would be learned as if it were one.</summary>
    private static void CheckUnits(List<LogPass.Clock> clocks)
    {
        foreach (LogPass.Clock clock in clocks)
        {
            foreach ((ColumnDeclaration column, ColumnDeclaration first) in clock.Columns.Zip(clocks[0].Columns))
            {
                if (column.Unit != first.Unit)
                {
                    throw new OrreryDataException(
                        $"Column '{column.Name}' is in {Unit(column)} in {clock.Name}, but in {Unit(first)} in {clocks[0].Name}. Convert one, or declare the unit of both with --unit.");
                }
            }
        }

        static string Unit(ColumnDeclaration column) => column.Unit is { Length: > 0 } unit ? $"'{unit}'" : "no stated unit";
    }

    private static DatasetSpaces SpacesOf(LogOptions options, IReadOnlyList<ColumnDeclaration> columns)
    {
        return new DatasetSpaces(
            new VectorSpace("observation", [.. columns.Take(options.Observations.Count).Select(column => Describe(column, isDisturbance: false))]),
            new VectorSpace("action", [.. columns.Skip(options.Observations.Count).Select((column, place) => Describe(column, place >= options.Actions.Count))]));

        static Dimension Describe(ColumnDeclaration column, bool isDisturbance) => new(column.Name, column.Unit ?? "", column.Low, column.High, isDisturbance);
    }

    private static string Tool() => $"Orrery {typeof(LogImporter).Assembly.GetName().Version?.ToString(3)}";

    private static SortedDictionary<string, string> Settings(LogOptions options, ImportCounts counts, string? headerUnit, LogOpening opening, bool hasDecimalComma)
    {
        SortedDictionary<string, string> settings = new(StringComparer.Ordinal);
        counts.AddTo(settings);
        TimeRules rules = options.Rules;
        Add("missing", options.MissingTokens is { Count: > 0 } tokens ? string.Join(" | ", tokens) : null);
        Add("words", options.Words is { Count: > 0 } words ? string.Join(" | ", words.Select(word => string.Create(CultureInfo.InvariantCulture, $"{word.Key}={word.Value:R}"))) : null);
        Add("thousands", options.Thousands ? "yes" : null);
        Add("decimalComma", hasDecimalComma ? "yes" : null);
        Add("outside", options.Columns is not null && options.Outside == OutsideRange.Gap ? "gap" : null);
        Add("headerRow", opening.HeaderRow?.ToString(CultureInfo.InvariantCulture));
        Add("unitRow", opening.UnitRow?.ToString(CultureInfo.InvariantCulture));
        Add("timeUnitOfHeader", headerUnit);
        Add("leaveOut", options.LeaveOut?.ToString());
        Add("episodeColumn", options.EpisodeColumn);
        Add("order", options.Rules.Order == RowOrder.Restart ? "restart" : null);
        Add("sheet", options.Sheet);
        Add("table", options.Table);
        Add("query", options.Query);
        Add("timeColumn", options.TimeColumn);
        Add("timeFormat", rules.Format);
        Add("duplicates", counts.DuplicateRows > 0 ? rules.Duplicates.ToString() : null);
        Add("gap", rules.Gap?.ToString("R", CultureInfo.InvariantCulture));
        Add("resample", rules.Resample?.ToString("R", CultureInfo.InvariantCulture));
        Add("resampleRule", rules.Resample is null ? null : rules.ResampleRule.ToString());
        return settings;

        void Add(string name, string? value)
        {
            if (value is not null)
                settings[name] = value;
        }
    }
}
