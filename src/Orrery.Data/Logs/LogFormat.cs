using System.Globalization;

namespace Orrery.Data.Logs;

/// <summary>How a text file separates its cells and writes its numbers.</summary>
internal sealed class LogFormat
{
    /// <summary>Stands for any run of white space.</summary>
    private const char Spaces = ' ';

    private readonly char _separator;
    private readonly NumberFormatInfo _numbers;

    private LogFormat(char separator, bool decimalComma)
    {
        _separator = separator;
        _numbers = new NumberFormatInfo { NumberDecimalSeparator = decimalComma ? "," : ".", NumberGroupSeparator = " " };
    }

    /// <summary>Takes what the user said, and finds out the rest from the first line that is not blank.</summary>
    /// <exception cref="OrreryDataException">The separator is not one that is known.</exception>
    public static LogFormat Find(LogOptions options, string firstLine)
    {
        var separator = options.Separator switch
        {
            null => Guess(firstLine, options.DecimalComma),
            "," or "comma" => ',',
            ";" or "semicolon" => ';',
            "\t" or "tab" or "\\t" => '\t',
            " " or "space" or "spaces" or "whitespace" => Spaces,
            _ => throw new OrreryDataException($"The separator '{options.Separator}' is not known. Use ',', ';', 'tab' or 'space'."),
        };
        if (separator == ',' && options.DecimalComma)
            throw new OrreryDataException("A comma cannot be both the separator and the decimal sign. Name another separator, or leave out the decimal comma.");
        return new LogFormat(separator, options.DecimalComma);
    }

    public RowSource Open(TextReader reader, string source) =>
        _separator == Spaces ? new SpacedRows(reader, this) : new SeparatedRows(reader, _separator, this, source);

    /// <summary>Reads a number as the log writes it; infinities and NaN count as numbers here.</summary>
    public bool TryParse(ReadOnlySpan<char> cell, out double value) => double.TryParse(cell, NumberStyles.Float, _numbers, out value);

    private static char Guess(string line, bool decimalComma)
    {
        if (line.Contains(';', StringComparison.Ordinal))
            return ';';
        if (line.Contains(',', StringComparison.Ordinal) && !decimalComma)
            return ',';
        return line.Contains('\t', StringComparison.Ordinal) && !HasSpacedNumbers(line) ? '\t' : Spaces;
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
}
