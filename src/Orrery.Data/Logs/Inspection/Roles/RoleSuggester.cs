using System.Globalization;

namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>Turns what follows what into a suggestion of roles.</summary>
internal static class RoleSuggester
{
    /// <summary>Weaker influences than this share are real in long logs, but say nothing about what a column is for.</summary>
    private const double LeastGain = 0.005;

    /// <summary>An action may follow others by at most this share of what it drives: operators and controllers react.</summary>
    private const double MostFeedback = 0.1;

    /// <summary>The same for columns that hold values, which measurements seldom do.</summary>
    private const double MostFeedbackHeld = 0.5;

    /// <summary>Influences that a suggestion lists.</summary>
    private const int InfluencesToList = 60;

    /// <summary>Suggests roles.</summary>
    /// <param name="columns">The columns of numbers that vary.</param>
    /// <param name="numbers">The numbers of each, in stretches of rows that follow each other; NaN where one is missing.</param>
    /// <param name="command">Writes the command line for what is suggested.</param>
    public static RoleSuggestion Suggest(
        IReadOnlyList<InspectedColumn> columns, IReadOnlyList<IReadOnlyList<double[]>> numbers, Func<IReadOnlyList<SuggestedRole>, string> command)
    {
        var white = columns.Select((column, i) => (column.Name, Whitening.Of(numbers[i]))).ToList();
        var influences = InfluenceSearch.Search(white);
        influences.RemoveAll(influence => influence.Gain < LeastGain);
        var held = columns.Where(column => column.Holds).Select(column => column.Name).ToHashSet();

        // Within a row, only a column that holds its value can be told from one that follows it.
        influences.RemoveAll(influence => influence.Delay == 0 && !(held.Contains(influence.From) && !held.Contains(influence.To)));
        SuggestedRole[] roles = [.. columns.Select(column => Judge(column, influences))];
        return new RoleSuggestion(
            roles, [.. influences.Take(InfluencesToList)],
            roles.Any(role => role.Role == ColumnRole.Action) && roles.Any(role => role.Role == ColumnRole.Observation) ? command(roles) : "");
    }

    private static SuggestedRole Judge(InspectedColumn column, List<Influence> influences)
    {
        var drives = influences.Find(influence => influence.From == column.Name);
        var follows = influences.Find(influence => influence.To == column.Name);
        var holds = column.Holds ? string.Create(CultureInfo.InvariantCulture, $"holds its value in {column.Unchanged * 100:0} % of the rows; ") : "";
        if (drives is null && follows is null)
            return new SuggestedRole(column.Name, null, $"{holds}no other column moves before or after it");
        var feedback = (follows?.Gain ?? 0) / (drives?.Gain ?? double.Epsilon);
        if (drives is not null && feedback <= (column.Holds ? MostFeedbackHeld : MostFeedback))
            return new SuggestedRole(column.Name, ColumnRole.Action, $"{holds}{Before(drives)}{(follows is null ? ", and no column moves before it" : "")}");
        return new SuggestedRole(column.Name, ColumnRole.Observation, $"{holds}follows {follows!.From}: {After(follows)}");
    }

    private static string Before(Influence influence) => $"moves before {influence.To}: {After(influence)}";

    private static string After(Influence influence) => string.Create(CultureInfo.InvariantCulture,
        $"{influence.Delay switch { null => "slowly", 0 => "in the same row", 1 => "1 row later", _ => $"{influence.Delay} rows later" }}, gain {influence.Gain * 100:0.#} %");
}
