namespace Orrery.Data.Logs;

/// <summary>What becomes of a value outside its column's declared range.</summary>
public enum OutsideRange
{
    /// <summary>The import ends with the row's number.</summary>
    Stop,

    /// <summary>The row is left out, as for a missing value: it ends an episode.</summary>
    Gap,
}

/// <summary>How a log is read: which columns are what, and how the file is written. What is null is found out from the file.</summary>
/// <param name="Observations">Names of the columns that are observed, in order; at least one.</param>
/// <param name="Actions">Names of the columns that are acted with, in order; at least one, or one disturbance.</param>
/// <param name="Separator"><c>,</c>, <c>;</c>, <c>tab</c> or <c>space</c> (any run of white space).</param>
/// <param name="MissingTokens">Cells that mean "no value here", such as <c>n/a</c> or an empty cell; rows with one end an episode.</param>
/// <param name="HasHeader">Whether the first row names the columns. Without a header they are <c>c1</c>, <c>c2</c>, ...</param>
/// <param name="TimeColumn">Column of the time (numbers, or time stamps), or two with a blank between for date and time; gaps in it end an episode.</param>
/// <param name="SamplingTime">Time between two rows; taken from the time column when null, else 1 step.</param>
/// <param name="TimeUnit">Unit of the sampling time and of a numeric time column.</param>
/// <param name="DecimalComma">Numbers are written <c>1,5</c>.</param>
/// <param name="Disturbances">Names of the columns that drive the system and are measured, but that nobody commands, in order.</param>
/// <param name="Sheet">Sheet of an Excel workbook; the only one when null.</param>
/// <param name="Table">Table of a database; the only one of a SQLite file when null.</param>
/// <param name="Query">What to ask a database instead, such as <c>select ... order by time</c>; it is run for reading only.</param>
/// <param name="Columns">Units, ranges and roles that a person declared for columns.</param>
/// <param name="Outside">What becomes of values outside a declared range.</param>
/// <param name="Timing">How times are read, and what is done where they are not regular; the strict rules when null.</param>
/// <param name="HeaderRow">Row of the file that names the columns, from 1; rows above it are no data. Found out when null.</param>
/// <param name="LeaveOut">Rows of the file that do not count; an episode ends there.</param>
/// <param name="EpisodeColumn">Column of batches or tests, numbers or text: an episode ends where its value changes, and time may begin anew there.</param>
/// <param name="Words">Words that stand for numbers, such as <c>ON</c> for 1, in any column and whatever letters.</param>
/// <param name="Thousands">Numbers of a text file are written with separators of thousands: <c>1,234.5</c>, or <c>1.234,5</c> where the comma is the decimal sign.</param>
public sealed record LogOptions(
    IReadOnlyList<string> Observations,
    IReadOnlyList<string> Actions,
    string? Separator = null,
    IReadOnlyList<string>? MissingTokens = null,
    bool? HasHeader = null,
    string? TimeColumn = null,
    double? SamplingTime = null,
    string TimeUnit = "s",
    bool DecimalComma = false,
    IReadOnlyList<string>? Disturbances = null,
    string? Sheet = null,
    string? Table = null,
    string? Query = null,
    IReadOnlyList<ColumnDeclaration>? Columns = null,
    OutsideRange Outside = OutsideRange.Stop,
    TimeRules? Timing = null,
    int? HeaderRow = null,
    RowSet? LeaveOut = null,
    string? EpisodeColumn = null,
    IReadOnlyDictionary<string, double>? Words = null,
    bool Thousands = false)
{
    /// <summary>Everything that drives the system: the actions, then the disturbances.</summary>
    public IReadOnlyList<string> Inputs => [.. Actions, .. Disturbances ?? []];

    /// <summary>The rules of time that hold.</summary>
    internal TimeRules Rules => Timing ?? new TimeRules();

    /// <summary>What was declared for a column of a log; its unit is the header's unless one was declared.</summary>
    internal ColumnDeclaration Declared(LogHeader header, int column)
    {
        var name = header.Name(column);
        var declared = (Columns ?? []).FirstOrDefault(declaration => declaration.IsOf(name));
        return (declared ?? new ColumnDeclaration(name)) with { Name = name, Unit = declared?.Unit ?? header.Unit(column) };
    }

    /// <summary>Fails unless the options make sense by themselves.</summary>
    /// <exception cref="OrreryDataException">They do not; the sentence says what to do.</exception>
    public void Check()
    {
        if (Observations.Count == 0)
            throw new OrreryDataException("No column was named as an observation. Name at least one with --observations; 'orrery inspect' suggests which.");
        if (Inputs.Count == 0)
            throw new OrreryDataException("No column was named as an action. Name at least one with --actions; 'orrery inspect' suggests which. What is measured but not commanded goes with --disturbances.");
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (names, role) in new[] { (Observations, "an observation"), (Actions, "an action"), (Disturbances ?? [], "a disturbance") })
        {
            foreach (var name in names)
            {
                if (seen.TryGetValue(name, out var before))
                {
                    throw new OrreryDataException(
                        before == role
                            ? $"The column '{name}' was named twice as {role}. Name it once."
                            : $"The column '{name}' was named both as {before} and as {role}. Name it once.");
                }

                seen.Add(name, role);
            }
        }

        if (Columns is { } columns)
            ColumnDeclaration.Check(columns, "The declared columns");
        if (Query is not null && Table is not null)
            throw new OrreryDataException("--table and --query were both given. Give one of them.");
        if (HeaderRow is < 1)
            throw new OrreryDataException($"There is no row {HeaderRow} to name the columns; rows count from 1.");
        if (HeaderRow is not null && HasHeader == false)
            throw new OrreryDataException("A row of the header was named, and that there is no header. Leave one out.");
        if (SamplingTime is { } time && (!double.IsFinite(time) || time <= 0))
            throw new OrreryDataException($"The sampling time {time} cannot be used; it must be a positive number.");
        Rules.Check();
        if (Rules.Resample is not null && TimeColumn is null && SamplingTime is null)
            throw new OrreryDataException("Resampling needs the times of the rows. Name their column with --time-column, or say --sampling-time.");
    }
}
