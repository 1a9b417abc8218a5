using System.Globalization;
using Orrery.Data.Datasets;

namespace Orrery.Data.Logs;

/// <summary>What an import did with the rows of its logs: nothing is dropped, merged or made without being counted here.</summary>
/// <param name="RowsRead">Rows of data that the logs have.</param>
/// <param name="MissingRows">Rows left out because a value was missing; each ends an episode.</param>
/// <param name="SortedRows">Rows that came after a row of a later time, and were sorted in before it.</param>
/// <param name="DuplicateRows">Rows that were merged into another of the same time.</param>
/// <param name="Gaps">Times between two rows that were too long, and so ended an episode.</param>
/// <param name="ResampledRows">Rows that were made by resampling, from all that were left by then; 0 without resampling.</param>
/// <param name="RowsWritten">Rows of the dataset.</param>
/// <param name="LeftOutRows">Rows that the user said to leave out; each ends an episode.</param>
/// <param name="NewEpisodes">Rows where the column of episodes has another value, or the time begins anew; an episode ends before each.</param>
public sealed record ImportCounts(
    long RowsRead, long MissingRows, long SortedRows, long DuplicateRows, long Gaps, long ResampledRows, long RowsWritten,
    long LeftOutRows = 0, long NewEpisodes = 0)
{
    private const string Read = "rowsRead", Sorted = "sortedRows", Duplicates = "duplicateRows", GapCount = "gaps", Resampled = "resampledRows", Written = "rows",
        LeftOut = "leftOutRows", Episodes = "newEpisodes";

    /// <summary>The counts that were kept with a dataset; zeros where it was not imported.</summary>
    public static ImportCounts Of(Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(provenance);
        return new ImportCounts(
            Count(Read), Count(Provenance.MissingRows), Count(Sorted), Count(Duplicates), Count(GapCount), Count(Resampled), Count(Written),
            Count(LeftOut), Count(Episodes));

        long Count(string name) =>
            provenance.Settings.TryGetValue(name, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0;
    }

    /// <summary>The counts of two logs together.</summary>
    internal ImportCounts Plus(ImportCounts other) => new(
        RowsRead + other.RowsRead, MissingRows + other.MissingRows, SortedRows + other.SortedRows, DuplicateRows + other.DuplicateRows,
        Gaps + other.Gaps, ResampledRows + other.ResampledRows, RowsWritten + other.RowsWritten,
        LeftOutRows + other.LeftOutRows, NewEpisodes + other.NewEpisodes);

    /// <summary>Keeps the counts with a dataset.</summary>
    internal void AddTo(IDictionary<string, string> settings)
    {
        foreach ((string name, long count) in new[]
        {
            (Read, RowsRead), (Provenance.MissingRows, MissingRows), (Sorted, SortedRows), (Duplicates, DuplicateRows), (GapCount, Gaps),
            (Resampled, ResampledRows), (Written, RowsWritten), (LeftOut, LeftOutRows), (Episodes, NewEpisodes),
        })
        {
            settings[name] = count.ToString(CultureInfo.InvariantCulture);
        }
    }
}
