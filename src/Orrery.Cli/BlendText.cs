using System.Globalization;
using Orrery.Models;

namespace Orrery.Cli;

/// <summary>Says how far a log's model trusts its linear models, and whether one of them alone would do.</summary>
internal static class BlendText
{
    /// <summary>A part of a sentence.</summary>
    public static string Of(BlendedColumn column)
    {
        bool far = column.Far > 0.5;
        string lead = column.Rows switch
        {
            null => "linear models lead at every horizon",
            0 => far ? "the deep model leads near ahead, linear models far ahead" : "the deep model leads at every horizon",
            int rows => string.Create(CultureInfo.InvariantCulture, $"linear models lead up to {rows:#,0} row{(rows == 1 ? "" : "s")} ahead{(far ? " and far ahead" : ", the deep model beyond")}"),
        };
        string shares = string.Create(CultureInfo.InvariantCulture, $" (linear models have {column.Near:0 %} one row ahead, {column.Far:0 %} far ahead)");
        return lead + shares + column.LinearErrorRatio switch
        {
            null => "",
            <= 1 and double ratio => string.Create(
                CultureInfo.InvariantCulture, $"; on held-out rows they alone predict as well as the deep model alone (their error is {ratio:0.00} of its): --recipe plant/linear may do"),
            double ratio => string.Create(CultureInfo.InvariantCulture, $"; on held-out rows their error alone is {ratio:0.00} times the deep model's"),
        };
    }
}
