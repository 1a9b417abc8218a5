namespace Orrery.Data.Logs.Inspection;

/// <summary>
/// Looks through a log before anything is imported: every column, whatever it holds, in one pass and in memory that does not
/// grow with the rows. Nothing stops it that is not the file itself, and nothing is repaired.
/// </summary>
public static class LogInspector
{
    /// <summary>How often it is asked whether to go on.</summary>
    private const int RowsBetweenQuestions = 1 << 14;

    /// <summary>Looks through a log.</summary>
    /// <param name="path">The file, or the connection string of a PostgreSQL database.</param>
    /// <param name="options">How the file is written; no column needs to be named.</param>
    /// <param name="suggestRoles">Whether to look for actions and observations too.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OrreryDataException">There is no such file, or it is empty or no table.</exception>
    public static LogInspection Inspect(string path, LogOptions options, bool suggestRoles = true, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        using var log = LogSource.Open(path, options);
        var scan = new LogScan(log.Header, options, suggestRoles, log.Opening);
        while (log.Next())
        {
            if (options.LeaveOut?.Contains(log.Rows.Row) == true)
                scan.LeaveOut(log.Rows.Row);
            else
                scan.Add(log.Rows);
            if (scan.Rows % RowsBetweenQuestions == 0)
                cancellation.ThrowIfCancellationRequested();
        }

        return scan.Finish(path);
    }
}
