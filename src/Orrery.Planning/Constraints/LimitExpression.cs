using System.Globalization;
using System.Text;
using Orrery.Data;

namespace Orrery.Planning.Constraints;

/// <summary>Bounds on a named column, as a person types them: <c>0&lt;=voltage&lt;=10</c>, <c>level&lt;=8</c>, <c>voltage&gt;=0</c>.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Low">Smallest allowed value in physical units; negative infinity when unlimited.</param>
/// <param name="High">Largest allowed value in physical units; positive infinity when unlimited.</param>
public sealed record LimitExpression(string Name, double Low, double High)
{
    private const string Form = "Write it like 0<=voltage<=10, level<=8 or voltage>=0.";

    /// <summary>Reads an expression.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="knownNames">The columns that exist.</param>
    /// <returns>The bounds.</returns>
    /// <exception cref="OrreryDataException">It cannot be read, names no known column, or its bounds leave nothing between them.</exception>
    public static LimitExpression Parse(string text, IReadOnlyCollection<string> knownNames)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(knownNames);
        return Parse("Limit", Form, text, knownNames);
    }

    /// <summary>Reads bounds that are a limit or something else that a person calls it.</summary>
    internal static LimitExpression Parse(string kind, string form, string text, IReadOnlyCollection<string> knownNames)
    {
        List<string> parts = [];
        List<bool> upwards = [];
        Split(text, parts, upwards);
        if (parts.Count is not (2 or 3))
            throw new OrreryDataException($"{kind} '{text}': one or two of <= and >= were needed, {upwards.Count} came. {form}");
        if (parts.Count == 3 && upwards[0] != upwards[1])
            throw new OrreryDataException($"{kind} '{text}': both comparisons must point the same way. {form}");

        var low = double.NegativeInfinity;
        var high = double.PositiveInfinity;
        string name;
        if (parts.Count == 3)
        {
            name = parts[1];
            low = Number(kind, form, text, parts[upwards[0] ? 0 : 2]);
            high = Number(kind, form, text, parts[upwards[0] ? 2 : 0]);
        }
        else
        {
            var nameFirst = ExpressionText.Knows(parts[0], knownNames) || !ExpressionText.TryNumber(parts[0], out _);
            name = parts[nameFirst ? 0 : 1];
            var bound = Number(kind, form, text, parts[nameFirst ? 1 : 0]);
            if (nameFirst == upwards[0])
                high = bound;
            else
                low = bound;
        }

        ExpressionText.CheckName(kind, text, name, knownNames);
        if (low > high)
            throw new OrreryDataException($"{kind} '{text}': no value is both at least {Text(low)} and at most {Text(high)}; swap the two numbers.");
        return new LimitExpression(name, low, high);
    }

    /// <summary>The expression as it is typed.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (double.IsFinite(Low) && double.IsFinite(High))
            text.Append(Text(Low)).Append("<=").Append(Name).Append("<=").Append(Text(High));
        else if (double.IsFinite(Low))
            text.Append(Name).Append(">=").Append(Text(Low));
        else
            text.Append(Name).Append("<=").Append(Text(High));
        return text.ToString();
    }

    /// <summary>Cuts at comparisons; each is true for &lt;= and false for &gt;=. A bare &lt; or &gt; means the same.</summary>
    private static void Split(string text, List<string> parts, List<bool> upwards)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('<' or '>'))
                continue;
            parts.Add(text[from..i].Trim());
            upwards.Add(text[i] == '<');
            if (i + 1 < text.Length && text[i + 1] == '=')
                i++;
            from = i + 1;
        }

        parts.Add(text[from..].Trim());
    }

    private static double Number(string kind, string form, string text, string part) => ExpressionText.TryNumber(part, out var number)
        ? number
        : throw new OrreryDataException($"{kind} '{text}': '{part}' is not a finite number. {form}");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
