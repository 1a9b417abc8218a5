using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Data.Logs.Sources;

/// <summary>How a text file separates its cells and writes its numbers.</summary>
internal sealed partial class TextFormat
{
    /// <summary>Stands for any run of white space.</summary>
    public const char Spaces = ' ';

    private TextFormat(char separator, bool decimalComma, bool thousands)
    {
        Separator = (byte)separator;
        DecimalComma = decimalComma;
        Numbers = new NumberText(decimalComma, thousands);
    }

    /// <summary>The byte between cells, or <see cref="Spaces"/>.</summary>
    public byte Separator { get; }

    /// <summary>Whether numbers are written 1,5.</summary>
    public bool DecimalComma { get; }

    public NumberText Numbers { get; }

    /// <summary>Takes what the user said, and finds out the rest from the first lines that are neither blank nor comments.</summary>
    /// <exception cref="OrreryDataException">The separator is not one that is known.</exception>
    public static TextFormat Find(LogOptions options, IReadOnlyList<string> lines)
    {
        var separator = options.Separator switch
        {
            null => Guess(lines[0], options.DecimalComma),
            "," or "comma" => ',',
            ";" or "semicolon" => ';',
            "\t" or "tab" or "\\t" => '\t',
            " " or "space" or "spaces" or "whitespace" => Spaces,
            _ => throw new OrreryDataException($"The separator '{options.Separator}' is not known. Use ',', ';', 'tab' or 'space'."),
        };
        if (separator == ',' && options.DecimalComma)
            throw new OrreryDataException("A comma cannot be both the separator and the decimal sign. Name another separator, or leave out the decimal comma.");
        return new TextFormat(separator, options.DecimalComma || (separator is ';' or '\t' && HaveDecimalCommas(lines, separator)), options.Thousands);
    }

    private static char Guess(string line, bool decimalComma)
    {
        if (line.Contains(';', StringComparison.Ordinal))
            return ';';
        if (line.Contains(',', StringComparison.Ordinal) && !decimalComma)
            return ',';
        return line.Contains('\t', StringComparison.Ordinal) && !HasSpacedNumbers(line) ? '\t' : Spaces;
    }

    /// <summary>Whether cells between semicolons or tabs look like 1,5 and none looks like 1.5.</summary>
    private static bool HaveDecimalCommas(IReadOnlyList<string> lines, char separator)
    {
        var found = false;
        foreach (var cell in lines.SelectMany(line => line.Split(separator, StringSplitOptions.TrimEntries)))
        {
            if (PointNumber().IsMatch(cell))
                return false;
            found |= CommaNumber().IsMatch(cell);
        }

        return found;
    }

    /// <summary>Whether cells between tabs hold several numbers, so that tabs are white space among other.</summary>
    private static bool HasSpacedNumbers(string line)
    {
        foreach (var cell in line.Split('\t', StringSplitOptions.TrimEntries))
        {
            var parts = cell.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 1 && parts.All(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
                return true;
        }

        return false;
    }

    [GeneratedRegex(@"^""?[+-]?(?:\d*|\d{1,3}(?:\.\d{3})+),\d+(?:[eE][+-]?\d+)?""?$", RegexOptions.CultureInvariant)]
    private static partial Regex CommaNumber();

    [GeneratedRegex(@"^""?[+-]?\d*\.\d+(?:[eE][+-]?\d+)?""?$", RegexOptions.CultureInvariant)]
    private static partial Regex PointNumber();
}
