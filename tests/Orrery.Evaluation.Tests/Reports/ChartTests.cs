using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Tests.Reports;

public sealed class ChartTests
{
    [Theory]
    [InlineData(0.0312345, "0.0312")]
    [InlineData(12_400, "12,400")]
    [InlineData(3.1e-9, "3.1e−9")]
    [InlineData(-2.5, "−2.5")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(99.96, "100")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, Figures.Short(value));

    [Theory]
    [InlineData(0.0008, "0.8 ms")]
    [InlineData(12.4, "12.4 s")]
    [InlineData(245, "4 min 05 s")]
    [InlineData(7260, "2 h 01 min")]
    public void Durations_are_read_at_a_glance(double seconds, string text) => Assert.Equal(text, Figures.Duration(seconds));

    [Fact]
    public void Gaps_and_infinities_break_the_line_and_not_the_drawing()
    {
        string chart = new LineChart("gaps", [Series.Evenly("a", [1, 2, double.NaN, double.PositiveInfinity, 3, 4])]).Render().Markup;
        ReportChecks.IsSelfContained(chart);
        Assert.Contains("class=\"line c0\"", chart, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Charts_without_values_say_so(bool logarithmic)
    {
        Assert.Contains("There are no values", new LineChart("empty", []) { LogY = logarithmic }.Render().Markup, StringComparison.Ordinal);
        Assert.Contains("There are no values", new LineChart("nan", [Series.Evenly("a", [double.NaN])]) { LogY = logarithmic }.Render().Markup, StringComparison.Ordinal);
        Assert.Contains("There are no values", new BarChart("bars", []) { LogY = logarithmic }.Render().Markup, StringComparison.Ordinal);
        Assert.Contains("There are no values", new ScatterChart("dots", []).Render().Markup, StringComparison.Ordinal);
        Assert.Contains("There are no values", new IntervalChart("rates", []).Render().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Constant_and_single_values_have_an_axis()
    {
        foreach (double[] values in (double[][])[[5], [5, 5, 5], [0, 0], [1e-300], [-1e9, -1e9]])
            ReportChecks.IsSelfContained(new LineChart("flat", [Series.Evenly("a", values)]).Render().Markup);
        ReportChecks.IsSelfContained(new LineChart("log", [Series.Evenly("a", [0, -1, 5, 5])]) { LogY = true }.Render().Markup);
    }

    [Fact]
    public void A_long_record_is_thinned_without_losing_its_peak()
    {
        double[] values = new double[200_000];
        values[123_457] = 1000;
        string chart = new LineChart("long", [Series.Evenly("a", values)]).Render().Markup;
        Assert.InRange(chart.Length, 0, 60_000);
        // The peak is drawn near the top of the plot, at y = 12 + 6 % of room.
        Assert.Matches(" 2[0-9](\\.[0-9]+)?L", chart);
    }

    [Fact]
    public void Intervals_and_scatter_hold_what_they_are_given()
    {
        string rates = new IntervalChart("rates", [new IntervalRow("a", 0.5, 0.4, 0.6), new IntervalRow("none", double.NaN, 0, 1)]).Render().Markup;
        ReportChecks.IsSelfContained(rates);
        Assert.Contains("50 %", rates, StringComparison.Ordinal);
        ReportChecks.IsSelfContained(new ScatterChart("dots", [new Series("x", [1, 2, double.NaN], [1, 2, 3])]).Render().Markup);
    }
}
