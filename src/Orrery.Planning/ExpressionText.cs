using System.Globalization;
using Orrery.Data;

namespace Orrery.Planning;

/// <summary>What goals and limits have in common as text.</summary>
internal static class ExpressionText
{
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    public static bool Knows(string name, IEnumerable<string> knownNames) => knownNames.Contains(name, StringComparer.Ordinal);

    public static void CheckName(string kind, string text, string name, IReadOnlyCollection<string> knownNames)
    {
        if (Knows(name, knownNames))
            return;
        var known = knownNames.Count == 0 ? "there are no columns" : $"the columns are {string.Join(", ", knownNames)}";
        var came = name.Length == 0 ? "a column's name is missing" : $"there is no column '{name}'";
        throw new OrreryDataException($"{kind} '{text}': {came}; {known}.{NearestName.Suggest(name, knownNames)}");
    }
}
