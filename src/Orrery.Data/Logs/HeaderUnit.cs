using System.Text.RegularExpressions;

namespace Orrery.Data.Logs;

/// <summary>Finds the unit in a column's name, such as <c>level (m)</c> or <c>flow [m3/h]</c>.</summary>
internal static partial class HeaderUnit
{
    private const string Prefixed = "(da|[pnuµmcdhkMGT])?(mol|rad|bar|Pa|Hz|Wh|VA|var|ohm|Ω|eV|cal|cd|lm|lx|m|g|s|A|K|N|J|W|V|l|L|t)";

    private const string Plain = "C|F|%|‰|ppm|ppb|°C|°F|°|degC|degF|deg|degrees|Celsius|celsius|Kelvin|kelvin|psi|psig|psia|rpm|min|minutes?|hr|h|hours?|d|days?"
        + "|sec|seconds?|meters?|metres?|volts?|percent|pH|ft|gal|lbs?|inch|mmHg|atm|barg|bara|mbarg|mbara|Nm3|Sm3|px|steps?";

    private const string Atom = "(" + Plain + "|" + Prefixed + ")(\\^?-?[0-9]|[²³])?";

    /// <summary>The name without the unit, and the unit; the whole name and nothing when what is in brackets is no unit.</summary>
    public static (string Name, string Unit) Split(string header)
    {
        var match = InBrackets().Match(header);
        return match.Success && IsUnit(match.Groups["unit"].Value.Trim())
            ? (match.Groups["name"].Value, match.Groups["unit"].Value.Trim())
            : (header, "");
    }

    /// <summary>The unit that a cell holds, with or without brackets; empty when it holds none.</summary>
    public static string Of(string cell)
    {
        var text = cell.Trim().TrimStart('[', '(').TrimEnd(']', ')').Trim();
        return IsUnit(text) ? text : "";
    }

    // Left out are "in", which is where a temperature is measured, and "MV", the manipulated variable.
    private static bool IsUnit(string text) => Unit().IsMatch(text);

    [GeneratedRegex(@"^(?<name>.*\S)\s*(\((?<unit>[^()]+)\)|\[(?<unit>[^\[\]]+)\])$", RegexOptions.ExplicitCapture)]
    private static partial Regex InBrackets();

    [GeneratedRegex(
        "^(?!MV$)" + Atom + "([/·*. -]" + Atom + ")*$|^1/" + Atom + "$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Unit();
}
