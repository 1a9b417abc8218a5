using System.Text.RegularExpressions;
using Orrery.Data;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Guardrails.Hard;

/// <summary>Reads hard limits as people write them. Spaces do not matter, and &lt; means the same as &lt;=.</summary>
internal sealed partial class HardLimitParser(IReadOnlyList<string> actions, IReadOnlyList<string> observations)
{
    private const string Forms =
        "Write it like 0<=valve<=10, rate(valve)<=2, dwell(pump)>=10, sum(valve, 60)<=300, not (valve>3 and pump>0.5) or if level>8 then valve=0; "
        + "rate, dwell and sum may end with 'except interlocks'.";

    public HardLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string rest = text.Trim();
        bool yields = Exception().Match(rest) is { Success: true } exception;
        if (yields)
            rest = Exception().Replace(rest, "").TrimEnd();
        HardLimit limit = ParseForm(text, rest, yields);
        return yields && limit is not (RateLimit or DwellLimit or BudgetLimit)
            ? throw Wrong(text, "only rate, dwell and sum can yield to interlocks")
            : limit;
    }

    private HardLimit ParseForm(string text, string rest, bool yields)
    {
        if (Function().Match(rest) is { Success: true } function)
            return ParseFunction(text, function, yields);
        if (Region().Match(rest) is { Success: true } region)
            return new RegionLimit(text, Ranges(text, region.Groups["all"].Value, actions, allowsPoint: false));
        if (Condition().Match(rest) is { Success: true } condition)
            return new InterlockLimit(
                text, Ranges(text, condition.Groups["if"].Value, observations, allowsPoint: true), Range(text, condition.Groups["then"].Value, actions));
        return new BoxLimit(text, Range(text, rest, actions));
    }

    private HardLimit ParseFunction(string text, Match function, bool yields)
    {
        string kind = function.Groups["kind"].Value, inside = function.Groups["inside"].Value.Trim(), relation = function.Groups["relation"].Value;
        if (!ExpressionText.TryNumber(function.Groups["number"].Value.Trim(), out double number))
            throw Wrong(text, $"'{function.Groups["number"].Value.Trim()}' is not a finite number");
        if ((relation[0] == '>') != (kind == "dwell"))
            throw Wrong(text, kind == "dwell" ? "a dwell time is a least one: >=" : $"a {kind} is limited from above: <=");
        switch (kind)
        {
            case "rate":
                return number >= 0
                    ? new RateLimit(text, Column(text, inside), (float)number, yields)
                    : throw Wrong(text, "a rate must be 0 or more");
            case "dwell":
                return number >= 1 && number <= 1_000_000 && number == Math.Floor(number)
                    ? new DwellLimit(text, Column(text, inside), (int)number, yields)
                    : throw Wrong(text, "a dwell time is a whole number of steps from 1 to 1,000,000");
            default:
                int comma = inside.LastIndexOf(',');
                if (comma < 0 || !int.TryParse(inside.AsSpan(comma + 1).Trim(), out int window) || window is < 1 or > 1_000_000)
                    throw Wrong(text, "a sum needs a window of 1 to 1,000,000 steps, as in sum(valve, 60)");
                string name = inside[..comma].Trim();
                Match sizes = Sizes().Match(name);
                return new BudgetLimit(text, Column(text, sizes.Success ? sizes.Groups["name"].Value.Trim() : name), window, number, sizes.Success, yields);
        }
    }

    private static List<ColumnRange> Ranges(string text, string all, IReadOnlyList<string> names, bool allowsPoint)
    {
        List<ColumnRange> ranges = [];
        foreach (string part in And().Split(all))
        {
            ColumnRange range = Range(text, part, names);
            if (!allowsPoint && range.Low == range.High)
                throw Wrong(text, "a region's border is allowed, so a single value forbids nothing; give a range");
            if (ranges.Exists(other => other.Column == range.Column))
                throw Wrong(text, $"'{names[range.Column]}' comes twice; join the two into one range such as 3<=x<=5");
            ranges.Add(range);
        }

        return ranges;
    }

    private static ColumnRange Range(string text, string part, IReadOnlyList<string> names)
    {
        part = part.Trim();
        if (Equality().Match(part) is { Success: true } equality)
        {
            string name = equality.Groups["name"].Value.Trim();
            ExpressionText.CheckName("Hard limit", text, name, (IReadOnlyCollection<string>)names);
            return ExpressionText.TryNumber(equality.Groups["number"].Value.Trim(), out double value)
                ? new ColumnRange(Place(names, name), (float)value, (float)value)
                : throw Wrong(text, $"'{equality.Groups["number"].Value.Trim()}' is not a finite number");
        }

        if (!part.Contains('<', StringComparison.Ordinal) && !part.Contains('>', StringComparison.Ordinal))
            throw Wrong(text, $"'{part}' compares nothing");
        LimitExpression limit = LimitExpression.Parse(part, (IReadOnlyCollection<string>)names);
        return new ColumnRange(Place(names, limit.Name), (float)limit.Low, (float)limit.High);
    }

    private int Column(string text, string name)
    {
        ExpressionText.CheckName("Hard limit", text, name, (IReadOnlyCollection<string>)actions);
        return Place(actions, name);
    }

    private static int Place(IReadOnlyList<string> names, string name)
    {
        for (int column = 0; column < names.Count; column++)
            if (names[column] == name)
                return column;
        return -1;
    }

    private static OrreryDataException Wrong(string text, string what) => new($"Hard limit '{text}': {what}. {Forms}");

    [GeneratedRegex(@"\s+except\s+interlocks$")]
    private static partial Regex Exception();

    [GeneratedRegex(@"^(?<kind>rate|dwell|sum)\s*\((?<inside>.*)\)\s*(?<relation><=|>=|<|>)(?<number>[^<>]*)$")]
    private static partial Regex Function();

    [GeneratedRegex(@"^not\s*\((?<all>.*)\)$")]
    private static partial Regex Region();

    [GeneratedRegex(@"^if\s+(?<if>.*)\s+then\s+(?<then>.*)$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"\s+and\s+")]
    private static partial Regex And();

    [GeneratedRegex(@"^abs\s*\((?<name>.*)\)$")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"^(?<name>[^<>=]+)={1,2}(?<number>[^<>=]+)$")]
    private static partial Regex Equality();
}
