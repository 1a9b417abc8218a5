using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>What <c>orrery evaluate</c> says about a log's model.</summary>
internal static class LogEvaluation
{
    private const int ShownHorizons = 10;
    private const int FewestDecimals = 4;
    private const int MostDecimals = 9;

    /// <summary>The levels of prediction intervals.</summary>
    public static Option<string?> LevelsOption() => new("--levels")
    {
        Description = "Nominal levels of prediction intervals whose coverage is measured, such as 0.8,0.9; 0.8,0.9,0.95 when left out.",
    };

    /// <summary>Reads the levels; null when none are named.</summary>
    public static IReadOnlyList<decimal>? Levels(string? text) => text is null
        ? null
        : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(level =>
            decimal.TryParse(level, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value is > 0 and < 1
                ? value
                : throw new UsageException($"--levels has '{level}', but a level is a number above 0 and below 1, such as 0.9."))];

    /// <summary>All that was found, for machines.</summary>
    public static LogEvaluationReport Report(LogStudyResult result, WorldModel model)
    {
        OpenLoopResult errors = result.Errors;
        return new LogEvaluationReport(
            errors.Part, errors.SamplingTime, errors.TimeUnit, errors.Columns, errors.Horizons, errors.Windows, errors.DisjointWindows, errors.InitialRows,
            errors.Models, [.. errors.Columns.Select((_, output) => HorizonVerdict.Of(errors, output))], model.Blend, result.Intervals!);
    }

    /// <summary>The same for people: per output a table, who wins, what the intervals are worth, and what the blend trusts.</summary>
    public static void Print(Session session, LogEvaluationReport report)
    {
        for (int output = 0; output < report.Columns.Count; output++)
        {
            session.Results.Write(Errors(report, output));
            PredictedColumn column = report.Columns[output];
            session.Output.WriteLine($"{column.Name}: {report.Verdicts[output]}.");
            if (report.Blend.FirstOrDefault(blend => blend.Name == column.Name) is { } blend)
                session.Output.WriteLine($"{column.Name}: {BlendText.Of(blend)}.");
            session.Output.WriteLine();
        }

        session.Results.Write(Intervals(report.Intervals));
        session.Output.WriteLine(
            $"Intervals are calibrated on one half of the {report.Intervals.HeldOutRows:#,0} predicted rows and measured on the other, none of which the model was fitted to:");
        session.Output.WriteLine("  in time      the first half calibrates, the second measures; adaptive: the same, and every outcome moves the interval;");
        session.Output.WriteLine("  interleaved  blocks in turn calibrate and measure. Where only 'in time' misses its level, the plant drifts: trust the adaptive one.");
        session.Output.WriteLine(
            $"Errors by horizon are over {report.Windows} starts ({report.DisjointWindows} windows side by side)"
            + (report.Windows < OpenLoopResult.FewStarts ? ", which is few" : "")
            + $". The first {report.InitialRows} rows of each stretch start the free run and are not counted.");
    }

    private static Table Errors(LogEvaluationReport report, int output)
    {
        PredictedColumn column = report.Columns[output];
        Table table = new Table().Border(TableBorder.Rounded).Title($"{column.Name.EscapeMarkup()}: free run on the {report.Part.EscapeMarkup()}");
        table.AddColumn("RMSE" + (column.Unit.Length > 0 ? $" ({column.Unit.EscapeMarkup()})" : ""));
        foreach (ModelErrors model in report.Models)
            table.AddColumn(new TableColumn(model.Name.EscapeMarkup()).RightAligned());
        foreach (int place in Shown(report.Horizons.Count))
            table.AddRow([$"{report.Horizons[place]} row{(report.Horizons[place] == 1 ? "" : "s")} ahead", .. Cells(report.Models.Select(model => model.RmseByHorizon[output][place]))]);
        table.AddRow(["whole part", .. Cells(report.Models.Select(model => model.FreeRunRmse[output]))]);
        table.AddRow(["NRMSE (test deviation)", .. Cells(report.Models.Select(model => model.FreeRunNrmse[output]))]);
        if (double.IsFinite(column.TrainingDeviation) && column.TrainingDeviation > 0)
            table.AddRow(["NRMSE (training deviation)", .. Cells(report.Models.Select(model => model.FreeRunRmse[output] / column.TrainingDeviation))]);
        return table;
    }

    /// <summary>Coverage of all methods at each level, over the horizon that the rows support.</summary>
    private static Table Intervals(IntervalResult intervals)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("prediction intervals: measured coverage");
        foreach (string heading in (string[])["output", "level", "rows ahead", "in time", "adaptive", "interleaved", "mean width", "whole windows", "width"])
            table.AddColumn(heading is "output" ? new TableColumn(heading) : new TableColumn(heading).RightAligned());
        foreach (IGrouping<(string Output, double Level), IntervalCoverage> group in intervals.Coverage
            .GroupBy(line => (line.Output, line.Level)).OrderBy(group => intervals.Coverage.ToList().FindIndex(line => line.Output == group.Key.Output)))
        {
            IntervalCoverage Of(IntervalMethod method) => group.First(line => line.Method == method);
            IntervalCoverage interleaved = Of(IntervalMethod.Interleaved);
            int decimals = Decimals([interleaved.Width]);
            string unit = interleaved.Unit.Length > 0 ? " " + interleaved.Unit.EscapeMarkup() : "";
            if (interleaved.Horizon == 0)
                table.AddRow(group.Key.Output.EscapeMarkup(), Percent(group.Key.Level), "none", "too few held-out rows", "", "", "", "", "");
            else
                table.AddRow(
                    group.Key.Output.EscapeMarkup(), Percent(group.Key.Level), $"1–{interleaved.Horizon}",
                    Percent(Of(IntervalMethod.InTime).Coverage), Percent(Of(IntervalMethod.Adaptive).Coverage), Percent(interleaved.Coverage),
                    Number(interleaved.Width, decimals) + unit, Percent(interleaved.Simultaneous), Number(interleaved.SimultaneousWidth, decimals) + unit);
        }

        return table;
    }

    /// <summary>The least in bold, and with digits that count: near ahead errors can be thousands of times smaller than far.</summary>
    internal static IEnumerable<string> Cells(IEnumerable<double> values)
    {
        double[] all = [.. values];
        int decimals = Decimals(all);
        double least = all.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        return all.Select(value => value == least ? $"[bold]{Number(value, decimals)}[/]" : Number(value, decimals));
    }

    /// <summary>About ten of the horizons, the first and the last among them; the report and --json have all.</summary>
    private static IEnumerable<int> Shown(int count) => Enumerable.Range(0, Math.Min(count, ShownHorizons))
        .Select(index => count <= ShownHorizons ? index : index * (count - 1) / (ShownHorizons - 1));

    /// <summary>So many that the least of the numbers shows three digits that count.</summary>
    private static int Decimals(double[] values)
    {
        double least = values.Where(value => double.IsFinite(value) && value > 0).DefaultIfEmpty(1).Min();
        return Math.Clamp(2 - (int)Math.Floor(Math.Log10(least)), FewestDecimals, MostDecimals);
    }

    private static string Number(double value, int decimals) => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Percent(double share) => double.IsNaN(share) ? "–" : share.ToString("0.# %", CultureInfo.InvariantCulture);
}

/// <param name="Part">Name of the evaluated part.</param>
/// <param name="SamplingTime">Time between rows.</param>
/// <param name="TimeUnit">Unit of the sampling time.</param>
/// <param name="Columns">The predicted columns, [O].</param>
/// <param name="Horizons">The horizons of the models' errors, in rows.</param>
/// <param name="Windows">Starts that the errors by horizon are taken over.</param>
/// <param name="DisjointWindows">Windows of the longest horizon that lie side by side.</param>
/// <param name="InitialRows">Rows at the start of each stretch that are not counted.</param>
/// <param name="Models">The models, the evaluated one first.</param>
/// <param name="Verdicts">Who predicts best, a sentence per column.</param>
/// <param name="Blend">How far linear models are trusted, per column; empty where there are none.</param>
/// <param name="Intervals">Prediction intervals and their coverage.</param>
internal sealed record LogEvaluationReport(
    string Part, double SamplingTime, string TimeUnit, IReadOnlyList<PredictedColumn> Columns, IReadOnlyList<int> Horizons, int Windows,
    int DisjointWindows, int InitialRows, IReadOnlyList<ModelErrors> Models, IReadOnlyList<string> Verdicts, IReadOnlyList<BlendedColumn> Blend,
    IntervalResult Intervals);
