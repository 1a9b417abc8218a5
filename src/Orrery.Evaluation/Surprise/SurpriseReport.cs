using System.Globalization;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Surprise;

/// <summary>What the page about a watch says around the charts.</summary>
/// <param name="Title">What was watched.</param>
/// <param name="Rate">The declared rate of false alarms.</param>
/// <param name="RatePerRow">The same per row.</param>
/// <param name="SamplingTime">Time between two rows.</param>
/// <param name="TimeUnit">Its unit.</param>
/// <param name="Rows">Rows that were watched.</param>
/// <param name="MissingRows">Rows of which a number was missing.</param>
/// <param name="NormalSource">What normal is taken from.</param>
/// <param name="Provenance">Where the figures come from.</param>
public sealed record WatchFacts(
    string Title, FalseAlarmRate Rate, double RatePerRow, double SamplingTime, string TimeUnit, long Rows, long MissingRows, string NormalSource,
    IReadOnlyList<Fact> Provenance);

/// <summary>The page about a watch: what surprised, since when and how much, with the rows around every alarm.</summary>
public static class SurpriseReport
{
    private const int ShownAlarms = 12;

    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(WatchFacts facts, SurpriseCalibration calibration, double threshold, WatchTrace trace)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(trace);
        HtmlReport report = new("Orrery · surprise", facts.Title,
            $"Every row is predicted from those before it. An alarm means that the errors do not look like normal operation any more; at most {facts.Rate} of them are meant to be false.");
        report.Add(Components.Tiles(Tiles(facts, calibration, trace)));
        report.Section("What surprised it", null, Verdict(facts, trace), Support(facts, calibration), AlarmTable(facts, trace));
        report.Section("The evidence", "How unlikely the errors are in normal operation, gathered over rows; at the dashed line an alarm is raised.",
            Components.Row(900, Evidence(facts, threshold, trace)));
        report.Section("Around the alarms", "Measured, and predicted one row ahead. The shaded stretch begins where the errors seem to have begun.",
            Components.Row(440, trace.Alarms.Take(ShownAlarms).SelectMany(alarm => Around(facts, trace, alarm))));
        report.Section("All that was watched", trace.Rows.Count < facts.Rows ? $"The newest {trace.Rows.Count:#,0} rows." : null,
            Components.Row(900, Outputs(facts, trace)));
        report.Section("Settings and provenance", null, BackgroundSection.Render([],
            [
                new("false alarms declared", facts.Rate.ToString()), new("normal operation", $"{facts.NormalSource}, {calibration.Rows:#,0} rows"),
                new("rows ahead", string.Join(", ", calibration.Layout.Horizons)),
                new("drift", calibration.Options.AdaptOver > 0 ? $"taken for normal over {calibration.Options.AdaptOver:#,0} rows" : "not taken for normal"),
            ], facts.Provenance, null, DateTimeOffset.Now));
        return report;
    }

    private static IEnumerable<Tile> Tiles(WatchFacts facts, SurpriseCalibration calibration, WatchTrace trace)
    {
        double expected = facts.Rows * facts.RatePerRow;
        yield return new Tile("alarms", $"{trace.Alarms.Count}", $"at most {Figures.Short(expected, 2)} false ones are to be expected in so many rows", "",
            trace.Alarms.Count == 0 ? Tone.Good : Tone.Bad);
        yield return new Tile("rows watched", facts.Rows.ToString("#,0", CultureInfo.InvariantCulture),
            facts.MissingRows > 0 ? $"{facts.MissingRows:#,0} of them incomplete" : Figures.Short(facts.Rows * facts.SamplingTime) + " " + facts.TimeUnit);
        yield return new Tile("false alarms declared", facts.Rate.ToString(), $"one in {Figures.Short(1 / facts.RatePerRow)} rows");
        yield return new Tile("rows of normal operation", calibration.Rows.ToString("#,0", CultureInfo.InvariantCulture), facts.NormalSource, "",
            calibration.Supports(facts.RatePerRow) ? Tone.Good : Tone.Warning);
    }

    private static Html Verdict(WatchFacts facts, WatchTrace trace) => trace.Alarms.Count == 0
        ? Components.Verdict(Tone.Good, "Nothing: every row looked like normal operation.")
        : Html.Join(trace.Alarms.Take(3).Select(alarm => Components.Verdict(Tone.Bad, alarm.Alarm.Sentence(facts.SamplingTime, facts.TimeUnit))));

    private static Html Support(WatchFacts facts, SurpriseCalibration calibration) => calibration.Supports(facts.RatePerRow)
        ? Html.Empty
        : Components.Verdict(Tone.Warning, SupportSentence(calibration, facts.Rate, facts.RatePerRow));

    /// <summary>What too short a normal operation means for the declared rate.</summary>
    public static string SupportSentence(SurpriseCalibration calibration, FalseAlarmRate rate, double ratePerRow)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(rate);
        return string.Create(CultureInfo.InvariantCulture,
            $"{calibration.Rows:#,0} rows of normal operation can vouch for one false alarm in {calibration.Rows:#,0} rows and no less; "
            + $"{rate} is one in {SurpriseCalibration.RowsNeeded(ratePerRow):#,0} rows. The threshold for it follows the tail of what was seen and is an estimate. "
            + $"With {SurpriseCalibration.RowsNeeded(ratePerRow):#,0} rows of normal operation (--calibrate normal.csv) it can be vouched for.");
    }

    private static Html AlarmTable(WatchFacts facts, WatchTrace trace) => trace.Alarms.Count == 0 ? Html.Empty : Components.Row(900, Components.Card("Alarms",
        Components.Table(new DataTable(["#row", "when", "what", "#since row", "#size", "#standard deviations", "#as strong by chance, once in"],
            [.. trace.Alarms.Select(watched => (IReadOnlyList<string>)
            [
                $"{watched.Alarm.Row + 1:#,0}",
                watched.Time.Length > 0 ? watched.Time : $"{Figures.Short((watched.Alarm.Row + 1) * facts.SamplingTime)} {facts.TimeUnit}",
                What(watched.Alarm), $"{watched.Alarm.Onset + 1:#,0}", $"{Figures.Short(watched.Alarm.Size)} {watched.Alarm.Unit}",
                Figures.Short(watched.Alarm.Deviations, 2), $"{Figures.Short(1 / watched.Alarm.RatePerRow, 2)} rows",
            ])]))));

    private static string What(SurpriseAlarm alarm) => alarm.Kind switch
    {
        SurpriseKind.Above => $"{alarm.Name} too high",
        SurpriseKind.Below => $"{alarm.Name} too low",
        SurpriseKind.Noisier => $"{alarm.Name} off to both sides",
        SurpriseKind.Quieter => $"{alarm.Name} too quiet",
        _ => "all together",
    };

    private static Html Evidence(WatchFacts facts, double threshold, WatchTrace trace) => new LineChart("Evidence of surprise",
        [new Series("evidence", [.. trace.Rows.Select(row => Time(facts, row.Row))], [.. trace.Rows.Select(row => row.Level)])])
    {
        XLabel = $"time ({facts.TimeUnit})",
        FromZero = true,
        Ceiling = 3 * threshold,
        Levels = [new ReferenceLine(threshold, $"alarm ({facts.Rate} by chance)", IsLimit: true)],
        Width = 1100,
        Height = 240,
    }.Render();

    private static IEnumerable<Html> Around(WatchFacts facts, WatchTrace trace, WatchedAlarm watched)
    {
        if (trace.Drawn.Count == 0)
            yield break;
        SurpriseAlarm alarm = watched.Alarm;
        double end = Time(facts, alarm.LastRow ?? watched.Window[^1].Row);
        yield return Measured($"Row {alarm.Row + 1:#,0}: {What(alarm)}", alarm.Sentence(facts.SamplingTime, facts.TimeUnit), facts, watched.Window, alarm.Output, trace.Drawn[alarm.Output],
            [new ShadedStretch(Time(facts, alarm.Onset), Math.Max(end, Time(facts, alarm.Row)), "surprising")], [new ReferenceLine(Time(facts, alarm.Row), "alarm")], 560, 240);
    }

    private static IEnumerable<Html> Outputs(WatchFacts facts, WatchTrace trace) => trace.Drawn.Select((output, place) => Measured(
        output.Name, "Measured, and predicted one row ahead; shaded where it surprised.", facts, trace.Rows, place, output,
        [.. trace.Alarms.Where(alarm => trace.Rows.Count > 0 && alarm.Alarm.Row >= trace.Rows[0].Row).Take(40).Select(alarm => new ShadedStretch(
            Time(facts, Math.Max(alarm.Alarm.Onset, trace.Rows[0].Row)), Time(facts, alarm.Alarm.LastRow ?? trace.Rows[^1].Row), ""))], [], 1100, 240));

    private static Html Measured(string title, string description, WatchFacts facts, IReadOnlyList<WatchedRow> rows, int output, ResidualOutput column,
        IReadOnlyList<ShadedStretch> stretches, IReadOnlyList<ReferenceLine> moments, int width, int height)
    {
        double[] times = [.. rows.Select(row => Time(facts, row.Row))];
        return new LineChart(title,
            [
                new Series("measured", times, [.. rows.Select(row => row.Measured.Length > output ? row.Measured[output] : double.NaN)]) { Colour = 6 },
                new Series("predicted", times, [.. rows.Select(row => row.Predicted.Length > output ? row.Predicted[output] : double.NaN)]) { Colour = 0 },
            ])
        {
            Description = description,
            XLabel = $"time ({facts.TimeUnit})",
            YLabel = Figures.WithUnit(column.Name, column.Unit),
            Stretches = stretches,
            Moments = moments,
            Width = width,
            Height = height,
        }.Render();
    }

    private static double Time(WatchFacts facts, long row) => row * facts.SamplingTime;
}
