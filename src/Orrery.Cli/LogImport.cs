using System.Diagnostics;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;

namespace Orrery.Cli;

/// <summary>Imports logs for the commands that take one: with progress when it takes long, and saying what was done to rows.</summary>
internal static class LogImport
{
    /// <summary>Shorter imports show no progress.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Imports one log into a folder.</summary>
    public static Dataset Run(string log, LogOptions options, string folder, bool overwrite, Session session, CancellationToken cancellation) =>
        Run([log], options, folder, overwrite, session, cancellation);

    /// <summary>Imports logs into a folder.</summary>
    public static Dataset Run(
        IReadOnlyList<string> logs, LogOptions options, string folder, bool overwrite, Session session, CancellationToken cancellation)
    {
        using Terminal.Progress progress = session.Progress();
        Stopwatch time = Stopwatch.StartNew();
        (string Log, bool FindsTimes) phase = ("", false);
        Relay<ImportProgress> relay = new(report =>
        {
            if (phase != (report.Log, report.FindsTimes))
            {
                phase = (report.Log, report.FindsTimes);
                progress.Begin(report.FindsTimes ? "times" : "import");
            }
            else if (time.Elapsed > Patience)
            {
                progress.Report(report.Rows, report.Share > 0 ? Math.Max(report.Rows, (long)(report.Rows / report.Share)) : report.Rows, "rows", report.Log);
            }
        });
        Dataset dataset = LogImporter.Import(logs, options, folder, overwrite, relay, cancellation);
        ImportCounts counts = ImportCounts.Of(dataset.Provenance);
        if (time.Elapsed > Patience)
            progress.End(FormattableString.Invariant($"{counts.RowsRead:#,0} rows, {counts.RowsRead / time.Elapsed.TotalSeconds:#,0} rows/s in all"));
        foreach (string sentence in Sentences(counts, dataset.Provenance.Settings))
            session.Remark(sentence);
        return dataset;
    }

    /// <summary>What was done to rows, a sentence for each kind.</summary>
    private static IEnumerable<string> Sentences(ImportCounts counts, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.ContainsKey("decimalComma"))
            yield return "Numbers are written 1,5.";
        if (settings.TryGetValue("words", out string? words))
            yield return $"Words are read as numbers: {words.Replace(" | ", ", ", StringComparison.Ordinal)}.";
        if (settings.TryGetValue("headerRow", out string? header))
            yield return $"Row {header} names the columns; the rows above it were passed over.";
        if (settings.TryGetValue("unitRow", out string? units))
            yield return $"Row {units} holds the units.";
        if (settings.TryGetValue("timeUnitOfHeader", out string? unit))
            yield return $"The time is in {unit}, as the header says.";
        if (counts.LeftOutRows > 0)
            yield return $"{Rows(counts.LeftOutRows)} left out as you said; an episode ends there.";
        if (counts.MissingRows > 0)
            yield return $"{Rows(counts.MissingRows)} left out for missing values; an episode ends there.";
        if (counts.NewEpisodes > 0)
            yield return $"{Rows(counts.NewEpisodes)} {(counts.NewEpisodes == 1 ? "begins" : "begin")} another episode{(settings.TryGetValue("episodeColumn", out string? episodes) ? $", by the column '{episodes}'" : ": the time begins anew")}.";
        if (counts.SortedRows > 0)
            yield return $"{Rows(counts.SortedRows)} out of order sorted by time.";
        if (counts.DuplicateRows > 0)
            yield return $"{Rows(counts.DuplicateRows)} of the same time merged: the {settings["duplicates"].ToLowerInvariant()} counts.";
        if (counts.Gaps > 0)
            yield return $"{counts.Gaps:#,0} gap{(counts.Gaps == 1 ? "" : "s")} in time; an episode ends there.";
        if (counts.ResampledRows > 0)
            yield return $"{Rows(counts.ResampledRows)} made by resampling every {settings["resample"]} ({settings["resampleRule"].ToLowerInvariant()}).";

        static string Rows(long count) => $"{count:#,0} row{(count == 1 ? "" : "s")}";
    }
}
