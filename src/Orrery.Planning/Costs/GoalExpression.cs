using System.Globalization;
using Orrery.Data;

namespace Orrery.Planning.Costs;

/// <summary>A set-point as a person types it: <c>level=5</c>.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Target">Where it should be, in physical units.</param>
public sealed record GoalExpression(string Name, double Target)
{
    /// <summary>Reads an expression.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="knownNames">The columns that exist.</param>
    /// <returns>The set-point.</returns>
    /// <exception cref="OrreryDataException">It cannot be read or names no known column.</exception>
    public static GoalExpression Parse(string text, IReadOnlyCollection<string> knownNames)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(knownNames);
        if (text.AsSpan().IndexOfAny('<', '>') >= 0)
            throw new OrreryDataException($"Goal '{text}': a goal is one value, such as level=5; give bounds with a limit.");
        var at = text.LastIndexOf('=');
        if (at < 0)
            throw new OrreryDataException($"Goal '{text}': an equals sign is missing. Write it like level=5.");
        var name = text[..at].Trim();
        var number = text[(at + 1)..].Trim();
        if (!ExpressionText.TryNumber(number, out var target))
            throw new OrreryDataException($"Goal '{text}': '{number}' is not a finite number. Write it like level=5.");
        ExpressionText.CheckName("Goal", text, name, knownNames);
        return new GoalExpression(name, target);
    }

    /// <summary>The expression as it is typed.</summary>
    public override string ToString() => $"{Name}={Target.ToString("R", CultureInfo.InvariantCulture)}";
}
