namespace Orrery.Data.Logs;

/// <summary>What a column of a log is for.</summary>
public enum ColumnRole
{
    /// <summary>It is observed.</summary>
    Observation,

    /// <summary>It is commanded.</summary>
    Action,

    /// <summary>It drives the system and is measured, but nobody commands it.</summary>
    Disturbance,

    /// <summary>It tells the time.</summary>
    Time,
}

/// <summary>What a person says about a column that the log itself does not.</summary>
/// <param name="Name">The column, with or without the unit that its header gives.</param>
/// <param name="Unit">Its unit, such as <c>m</c>; null to take it from the header.</param>
/// <param name="Low">Least value that can be, in <paramref name="Unit"/>.</param>
/// <param name="High">Greatest value that can be.</param>
/// <param name="Role">What it is for; null when the options say or nobody does.</param>
public sealed record ColumnDeclaration(
    string Name,
    string? Unit = null,
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity,
    ColumnRole? Role = null)
{
    /// <summary>Whether a value can be.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Whether a column of this name, with or without a unit, is meant.</summary>
    public bool IsOf(string name) => Name == name || HeaderUnit.Split(Name).Name == name || Name == HeaderUnit.Split(name).Name;

    /// <summary>The range as a person reads it: <c>0 to 10</c>, <c>from 0</c>, <c>up to 10</c>; empty without limits.</summary>
    internal string RangeText() => (double.IsFinite(Low), double.IsFinite(High)) switch
    {
        (true, true) => $"{Low} to {High}",
        (true, false) => $"from {Low}",
        (false, true) => $"up to {High}",
        _ => "",
    };

    /// <summary>Fails unless every declaration makes sense and each column has one at most.</summary>
    /// <exception cref="OrreryDataException">They do not.</exception>
    internal static void Check(IReadOnlyList<ColumnDeclaration> columns, string source)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (string.IsNullOrWhiteSpace(column.Name))
                throw new OrreryDataException($"{source}: a column has no name. Give every column its name.");
            if (!names.Add(column.Name))
                throw new OrreryDataException($"{source}: the column '{column.Name}' is declared twice. Declare it once.");
            if (!(column.Low <= column.High))
                throw new OrreryDataException($"{source}: column '{column.Name}' can be no number from {column.Low} to {column.High}. Swap or correct the limits.");
        }
    }
}
