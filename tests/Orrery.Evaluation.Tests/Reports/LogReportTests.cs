using Orrery.Data.Datasets;
using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;

namespace Orrery.Evaluation.Tests.Reports;

public sealed class LogReportTests
{
    private static LogStretch Plant(string name, int rows, int seed)
    {
        var random = new Random(seed);
        var level = new double[rows * 2];
        var pump = new double[rows];
        for (int t = 0; t < rows; t++)
        {
            pump[t] = t % 40 == 0 || t == 0 ? 8 * random.NextDouble() : pump[t - 1];
            if (t > 0)
            {
                level[t * 2] = level[(t - 1) * 2] + (0.2 * (pump[t - 1] - (2.2 * Math.Sqrt(Math.Max(0, level[(t - 1) * 2])))));
                level[(t * 2) + 1] = level[((t - 1) * 2) + 1] + (0.1 * (level[(t - 1) * 2] - level[((t - 1) * 2) + 1])) + (0.02 * (random.NextDouble() - 0.5));
            }
        }

        return new LogStretch(name, level, 2, pump, 1);
    }

    /// <summary>Stands for a learned model: a linear model of higher order under another name.</summary>
    private sealed class Renamed(IFreeRunModel model) : IFreeRunModel
    {
        public string Name => "world model";

        public int History => model.History;

        public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions) =>
            model.FreeRun(observations, actions, predictions);
    }

    private static LogReportData Create()
    {
        LogStretch training = Plant("training", 700, 1);
        LogStretch test = Plant("test", 400, 2);
        (OpenLoopResult result, IReadOnlyList<FreeRunTrace> traces) = OpenLoopEvaluation.Run(
            [new Renamed(ArxFit.Fit([training], 8)), new PersistenceModel(2), ArxFit.Fit([training], 1)], [test], [training],
            new OpenLoopOptions("test", 4, "s", [("upper level", "V"), ("lower level", "V")]));
        double[] steps = [.. Enumerable.Range(0, 2000).Select(step => (double)step)];
        double[] Joined(Func<LogStretch, double[]> column) => [.. column(training), .. column(test)];
        return new LogReportData
        {
            Title = "tanks.csv",
            Created = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero),
            SamplingTime = 4,
            TimeUnit = "s",
            Columns =
            [
                new LogColumn("upper level", "V", false, Joined(stretch => stretch.ObservationColumn(0))),
                new LogColumn("lower level", "V", false, Joined(stretch => stretch.ObservationColumn(1))),
                new LogColumn("pump", "V", true, Joined(stretch => stretch.ActionColumn(0))),
                new LogColumn("broken <sensor>", "", false, [.. Enumerable.Repeat(double.NaN, 1100)]),
            ],
            Parts = [new LogPart("training", 0, 560), new LogPart("validation", 560, 140), new LogPart("test", 700, 400)],
            LossCurves = [new TrainingCurve("free-run loss", steps, [.. steps.Select(step => 0.02 + Math.Exp(-step / 300))]), new TrainingCurve("validation", [100, 500, 1000, 1999], [0.9, 0.3, 0.1, 0.05])],
            OpenLoop = result,
            Traces = traces,
            Measured = [test],
            ErrorBand = [0.15, double.NaN],
            Plan = new PlantPlan("lower level = 5 V, 0 ≤ pump ≤ 10 V",
            [
                new PlannedColumn("pump", "V", true, training.ActionColumn(0)[^60..], [.. Enumerable.Range(0, 60).Select(t => 5 + (4 * Math.Exp(-t / 12.0)))]) { Low = 0, High = 10 },
                new PlannedColumn("lower level", "V", false, training.ObservationColumn(1)[^60..], [.. Enumerable.Range(0, 60).Select(t => 5 - (2 * Math.Exp(-t / 15.0)))])
                {
                    SetPoint = 5,
                    Uncertainty = [.. Enumerable.Range(0, 60).Select(t => 0.3 * Math.Sqrt(t / 60.0))],
                },
            ], [new Fact("set-point", "3.21"), new Fact("effort", "0.44"), new Fact("total", "3.65")], [9, 6, 4.4, 3.9, 3.7, 3.65]),
            Timings = [new PhaseTiming("train", 121, 230), new PhaseTiming("evaluate", 1.4)],
            Settings = [new Fact("history", "12 rows"), new Fact("latent size", "16")],
            Provenance = [new Fact("log", "tanks.csv"), new Fact("seed", "0")],
            RecipeJson = "{ \"kind\": \"log\" }",
        };
    }

    [Fact]
    public void A_full_page_holds_every_section_and_fetches_nothing()
    {
        string page = LogReport.Build(Create()).ToHtml();
        ReportChecks.IsSelfContained(page);
        ReportChecks.Keep("log.html", page);
        foreach (string heading in (string[])["Does it predict?", "How far ahead?", "The plan", "The data", "How it learned", "Settings and provenance"])
            Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Contains("set-point 5", page, StringComparison.Ordinal);
        Assert.Contains("broken &lt;sensor&gt;", page, StringComparison.Ordinal);
        Assert.Contains("There are no values to show.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diverging_baseline_does_not_break_the_page()
    {
        LogReportData data = Create();
        OpenLoopResult result = data.OpenLoop!;
        ModelErrors wild = result.Models[2] with
        {
            RmseByHorizon = [.. result.Models[2].RmseByHorizon.Select(column => column.Select((_, index) => Math.Pow(10, index * 20)).ToArray())],
            FreeRunRmse = [double.PositiveInfinity, double.NaN],
            FreeRunNrmse = [double.PositiveInfinity, double.NaN],
        };
        string page = LogReport.Build(data with { OpenLoop = result with { Models = [result.Models[0], result.Models[1], wild] } }).ToHtml();
        ReportChecks.IsSelfContained(page);
        Assert.Contains("∞", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_results_is_still_a_page() =>
        ReportChecks.IsSelfContained(LogReport.Build(new LogReportData { Title = "empty.csv" }).ToHtml());

    [Fact]
    public void The_inspection_page_draws_every_column_and_names_what_is_wrong()
    {
        ColumnInspection Column(string kind, string name, bool constant) => new(kind, name, "V", 1.5, constant ? 0 : 0.4, 1, constant ? 1 : 2, 40, 10,
            [.. Enumerable.Range(0, 60).Select(i => new OutlinePoint(1 + (float)Math.Sin(i / 6.0), 1.3f + (float)Math.Sin(i / 6.0)))]);
        var inspection = new DatasetInspection("/data/tanks", "3fa0", "[1,024, 1]", "[1,024, 2]", 1024, 3, 100, 700, 0, 1, 2, 14, 4, "s", "tanks.csv",
            [Column("observation", "level", false), Column("action", "pump", false), Column("action", "valve", true)]);
        string page = DataReport.Build(inspection).ToHtml();
        ReportChecks.IsSelfContained(page);
        ReportChecks.Keep("data.html", page);
        Assert.Contains("constant", page, StringComparison.Ordinal);
        Assert.Contains("14 rows left out", page, StringComparison.Ordinal);
    }
}
