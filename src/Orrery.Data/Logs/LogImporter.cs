using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Logs;

/// <summary>Turns logs into a dataset folder. Each stretch without a gap becomes an episode.</summary>
public static class LogImporter
{
    /// <summary>Imports one log.</summary>
    /// <param name="path">The log's file.</param>
    /// <param name="options">Which columns, and how the file is written.</param>
    /// <param name="outputFolder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <returns>The dataset, opened; dispose it.</returns>
    /// <exception cref="OrreryDataException">The log cannot be used or the folder cannot be written; nothing has changed then.</exception>
    public static Dataset Import(string path, LogOptions options, string outputFolder, bool overwrite = false) =>
        Import([path], options, outputFolder, overwrite);

    /// <summary>Imports several logs with the same columns into one dataset, in the order given.</summary>
    /// <param name="paths">The logs' files, at least one.</param>
    /// <param name="options">Which columns, and how the files are written.</param>
    /// <param name="outputFolder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <returns>The dataset, opened; dispose it.</returns>
    /// <exception cref="OrreryDataException">A log cannot be used or the folder cannot be written; nothing has changed then.</exception>
    public static Dataset Import(IReadOnlyList<string> paths, LogOptions options, string outputFolder, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        if (paths.Count == 0)
            throw new OrreryDataException("No log was given. Name at least one file.");
        var tables = paths.Select(path => LogReader.Read(path, options)).ToList();
        foreach (var table in tables)
        {
            if (Math.Abs(table.SamplingTime - tables[0].SamplingTime) > 1e-6 * tables[0].SamplingTime)
            {
                throw new OrreryDataException(
                    $"{table.Source} has a row every {table.SamplingTime} {table.TimeUnit}, but {tables[0].Source} one every {tables[0].SamplingTime}. "
                    + "Import them into separate datasets.");
            }
        }

        CheckUnits(tables);
        Write(tables, options, outputFolder, overwrite);
        return Dataset.Open(outputFolder);
    }

    /// <summary>The same column in metres in one log and in centimetres in another would be learned as if it were one.</summary>
    private static void CheckUnits(List<LogTable> tables)
    {
        foreach (var table in tables)
        {
            foreach (var (column, first) in table.Declared.Zip(tables[0].Declared))
            {
                if (column.Unit != first.Unit)
                {
                    throw new OrreryDataException(
                        $"Column '{column.Name}' is in {Unit(column)} in {table.Source}, but in {Unit(first)} in {tables[0].Source}. Convert one, or declare the unit of both with --unit.");
                }
            }
        }

        static string Unit(ColumnDeclaration column) => column.Unit is { Length: > 0 } unit ? $"'{unit}'" : "no stated unit";
    }

    private static Dimension Describe(ColumnDeclaration column, bool isDisturbance) => new(column.Name, column.Unit ?? "", column.Low, column.High, isDisturbance);

    private static void Write(List<LogTable> tables, LogOptions options, string outputFolder, bool overwrite)
    {
        var spaces = new DatasetSpaces(
            new VectorSpace("observation", [.. tables[0].Declared.Take(options.Observations.Count).Select(column => Describe(column, isDisturbance: false))]),
            new VectorSpace("action", [.. tables[0].Declared.Skip(options.Observations.Count).Select((column, place) => Describe(column, place >= options.Actions.Count))]));
        using var writer = new DatasetWriter(outputFolder, spaces, tables[0].SamplingTime, tables[0].TimeUnit, Describe(tables, options), overwrite);
        var observation = new float[options.Observations.Count];
        var action = new float[options.Inputs.Count];
        foreach (var table in tables)
        {
            // Without the ending, so that a table is the same dataset whatever kind of file it comes in.
            var name = Path.GetFileNameWithoutExtension(table.Source);
            foreach (var stretch in table.Stretches)
            {
                writer.BeginEpisode(
                    table.Stretches.Count == 1
                        ? name
                        : string.Create(CultureInfo.InvariantCulture, $"{name} from row {table.RowNumbers[stretch.Start]}"));
                for (var row = stretch.Start; row < stretch.Start + stretch.Length; row++)
                {
                    for (var i = 0; i < observation.Length; i++)
                        observation[i] = (float)table.Columns[i][row];
                    for (var i = 0; i < action.Length; i++)
                        action[i] = (float)table.Columns[observation.Length + i][row];
                    writer.Append(observation, action);
                }

                writer.EndEpisode(stretch.EndsInGap ? EpisodeEnd.Gap : EpisodeEnd.EndOfRecord);
            }
        }

        writer.Complete();
    }

    private static Provenance Describe(List<LogTable> tables, LogOptions options)
    {
        var version = typeof(LogImporter).Assembly.GetName().Version;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["rows"] = tables.Sum(table => (long)table.Rows).ToString(CultureInfo.InvariantCulture),
            [Provenance.MissingRows] = tables.Sum(table => table.MissingRows).ToString(CultureInfo.InvariantCulture),
        };
        if (options.MissingTokens is { Count: > 0 } tokens)
            settings["missing"] = string.Join(" | ", tokens);
        if (options.Columns is not null && options.Outside == OutsideRange.Gap)
            settings["outside"] = "gap";
        if (options.TimeColumn is { } time)
            settings["timeColumn"] = time;
        return new Provenance(string.Join(", ", tables.Select(table => table.Source)), $"Orrery {version?.ToString(3)}", settings);
    }
}
