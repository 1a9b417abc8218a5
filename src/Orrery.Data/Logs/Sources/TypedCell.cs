using System.Globalization;

namespace Orrery.Data.Logs.Sources;

/// <summary>Cells of sources that hold values with a type: as a number, and as text.</summary>
internal static class TypedCell
{
    /// <summary>How dates and times are written, so that they are read like those of a text file.</summary>
    private const string Moment = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";

    /// <summary>Reads a number; true and false are 1 and 0, and text that is a number counts as one.</summary>
    public static bool TryNumber(object? cell, out double value)
    {
        switch (cell)
        {
            case double number:
                value = number;
                return true;
            case float number:
                value = number;
                return true;
            case long number:
                value = number;
                return true;
            case int number:
                value = number;
                return true;
            case short number:
                value = number;
                return true;
            case decimal number:
                value = (double)number;
                return true;
            case bool state:
                value = state ? 1 : 0;
                return true;
            case string text:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>The cell as a text file would have it.</summary>
    public static string Text(object? cell) => cell switch
    {
        null or DBNull => "",
        string text => text.Trim(),
        DateTime { Kind: DateTimeKind.Utc } moment => moment.ToString(Moment, CultureInfo.InvariantCulture) + "Z",
        DateTime moment => moment.ToString(Moment, CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture) + "Z",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
