namespace Orrery.Evaluation.Reports.Charts;

/// <summary>How a series is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>A solid line.</summary>
    Line,

    /// <summary>A dashed line, for references and baselines.</summary>
    Dashed,

    /// <summary>A line that holds each value until the next, for actions.</summary>
    Steps,

    /// <summary>Dots without a line.</summary>
    Dots,
}

/// <summary>One line of a chart. Values that are not numbers leave a gap.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="X">Positions, ascending.</param>
/// <param name="Y">Values, as many as positions.</param>
public sealed record Series(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public SeriesStyle Style { get; init; }

    /// <summary>Colour from the page's palette, 0 to 7; null for the series' place in the chart.</summary>
    public int? Colour { get; init; }

    /// <summary>Lower edge of a shaded band around the line, as many as positions; null for none.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper edge of the band.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Name of the band in the legend; null to leave it out.</summary>
    public string? BandName { get; init; }

    /// <summary>A series whose positions are 0, 1, 2, ... times <paramref name="step"/>.</summary>
    public static Series Evenly(string name, IReadOnlyList<double> y, double step = 1, double first = 0)
    {
        ArgumentNullException.ThrowIfNull(y);
        return new Series(name, [.. Enumerable.Range(0, y.Count).Select(index => first + (index * step))], y);
    }
}

/// <summary>A line across a chart, such as a limit or a set-point.</summary>
/// <param name="Value">Where it lies.</param>
/// <param name="Label">What it is.</param>
/// <param name="IsLimit">Whether it must not be crossed; drawn in the warning colour.</param>
public sealed record ReferenceLine(double Value, string Label, bool IsLimit = false);

/// <summary>A shaded stretch of the horizontal axis, such as the test part.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Label">What it is; empty for no label.</param>
/// <param name="IsFault">Whether something is wrong there; drawn in the warning colour.</param>
public sealed record ShadedStretch(double From, double To, string Label, bool IsFault = false);
