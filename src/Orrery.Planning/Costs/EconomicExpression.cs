using System.Globalization;
using Orrery.Data;

namespace Orrery.Planning.Costs;

/// <summary>A linear combination of columns as a person types it: <c>steam</c>, <c>2*steam + 0.1*power</c>, <c>yield - 0.5*feed</c>.</summary>
/// <param name="Text">As it was typed, without white space at its ends.</param>
/// <param name="Terms">Each column and its factor, in the order in which they were typed.</param>
public sealed record EconomicExpression(string Text, IReadOnlyList<(string Name, double Factor)> Terms)
{
    private const string Form = "Write it like steam or 2*steam + 0.1*power.";

    /// <summary>Reads an expression. Names may hold spaces and signs: the longest name that fits is taken.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="knownNames">The columns that exist.</param>
    /// <exception cref="OrreryDataException">It cannot be read, or names no known column or one twice.</exception>
    public static EconomicExpression Parse(string text, IReadOnlyCollection<string> knownNames)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(knownNames);
        List<(string Name, double Factor)> terms = [];
        var rest = text.AsSpan().Trim();
        var whole = rest.ToString();
        if (rest.IsEmpty)
            throw new OrreryDataException($"'{text}' names nothing to be made small or large. {Form}");
        while (!rest.IsEmpty)
        {
            double sign = 1;
            if (rest[0] is '+' or '-')
            {
                sign = rest[0] == '-' ? -1 : 1;
                rest = rest[1..].TrimStart();
            }
            else if (terms.Count > 0)
            {
                throw new OrreryDataException($"'{whole}': a + or - is missing before '{rest}'. {Form}");
            }

            var factor = Factor(ref rest);
            var name = Name(whole, ref rest, knownNames);
            if (terms.Exists(term => term.Name == name))
                throw new OrreryDataException($"'{whole}': '{name}' comes twice; add its factors up.");
            terms.Add((name, sign * factor));
        }

        return new EconomicExpression(whole, terms);
    }

    /// <summary>A number and an asterisk at the beginning; 1 when there is none.</summary>
    private static double Factor(ref ReadOnlySpan<char> rest)
    {
        var at = rest.IndexOf('*');
        if (at < 0 || !double.TryParse(rest[..at].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) || !double.IsFinite(factor))
            return 1;
        rest = rest[(at + 1)..].TrimStart();
        return factor;
    }

    private static string Name(string whole, ref ReadOnlySpan<char> rest, IReadOnlyCollection<string> knownNames)
    {
        var found = "";
        foreach (var name in knownNames)
        {
            if (name.Length > found.Length && rest.StartsWith(name, StringComparison.Ordinal) && rest[name.Length..].TrimStart() is var after && (after.IsEmpty || after[0] is '+' or '-'))
                found = name;
        }

        if (found.Length == 0)
        {
            var end = rest.IndexOfAny('+', '-');
            ExpressionText.CheckName("Cost", whole, rest[..(end < 0 ? rest.Length : end)].Trim().ToString(), knownNames);
            throw new OrreryDataException($"'{whole}': '{rest}' cannot be read. {Form}");
        }

        rest = rest[found.Length..].TrimStart();
        return found;
    }

    /// <summary>The expression as it was typed.</summary>
    public override string ToString() => Text;
}
