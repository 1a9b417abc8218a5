using System.Globalization;
using Orrery.Data;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Costs;

/// <summary>A goal as a person types it: <c>level=5</c>, <c>level=@reference.csv</c>, <c>4&lt;=level&lt;=6</c>, <c>level&lt;=6</c>.</summary>
/// <param name="Name">The column's name.</param>
public abstract record GoalExpression(string Name)
{
    private const string Form = "Write a goal like level=5, level=@reference.csv, 4<=level<=6 or level<=6.";

    /// <summary>Reads an expression.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="knownNames">The columns that exist.</param>
    /// <returns>The goal.</returns>
    /// <exception cref="OrreryDataException">It cannot be read, names no known column, or is a zone with nothing inside.</exception>
    public static GoalExpression Parse(string text, IReadOnlyCollection<string> knownNames)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(knownNames);
        if (text.AsSpan().IndexOfAny('<', '>') >= 0)
        {
            var zone = LimitExpression.Parse("Goal", Form, text, knownNames);
            return new ZoneGoal(zone.Name, zone.Low, zone.High);
        }

        var at = text.Contains("=@", StringComparison.Ordinal) ? text.IndexOf("=@", StringComparison.Ordinal) : text.LastIndexOf('=');
        if (at < 0)
            throw new OrreryDataException($"Goal '{text}': an equals sign is missing. {Form}");
        var name = text[..at].Trim();
        var value = text[(at + 1)..].Trim();
        if (value.StartsWith('@'))
        {
            ExpressionText.CheckName("Goal", text, name, knownNames);
            return value.Length > 1
                ? new ReferenceGoal(name, value[1..].Trim())
                : throw new OrreryDataException($"Goal '{text}': the name of a file is missing after the @. {Form}");
        }

        if (!ExpressionText.TryNumber(value, out var target))
            throw new OrreryDataException($"Goal '{text}': '{value}' is not a finite number. {Form}");
        ExpressionText.CheckName("Goal", text, name, knownNames);
        return new SetPointGoal(name, target);
    }

    private protected static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A set-point, <c>level=5</c>.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Target">Where it should be, in physical units.</param>
public sealed record SetPointGoal(string Name, double Target) : GoalExpression(Name)
{
    /// <summary>The goal as it is typed.</summary>
    public override string ToString() => $"{Name}={Text(Target)}";
}

/// <summary>A trajectory in a file, <c>level=@reference.csv</c>: a column of the same name, one row per sampling time from the next one on.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Path">The file.</param>
public sealed record ReferenceGoal(string Name, string Path) : GoalExpression(Name)
{
    /// <summary>The goal as it is typed.</summary>
    public override string ToString() => $"{Name}=@{Path}";
}

/// <summary>A zone, <c>4&lt;=level&lt;=6</c> or one side of it.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Low">Where it begins, in physical units; negative infinity when it is open below.</param>
/// <param name="High">Where it ends, in physical units; positive infinity when it is open above.</param>
public sealed record ZoneGoal(string Name, double Low, double High) : GoalExpression(Name)
{
    /// <summary>The goal as it is typed.</summary>
    public override string ToString() => new LimitExpression(Name, Low, High).ToString();
}
