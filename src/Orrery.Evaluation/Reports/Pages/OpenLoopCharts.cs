using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Tables and charts of an open-loop evaluation.</summary>
internal static class OpenLoopCharts
{
    /// <summary>Good when the model beats every baseline on the mean over the columns, bad when none.</summary>
    public static Tone Tone(OpenLoopResult result)
    {
        if (result.Models.Count < 2)
            return Markup.Tone.Neutral;
        double model = result.Models[0].MeanFreeRunNrmse;
        int beaten = result.Models.Skip(1).Count(other => !(other.MeanFreeRunNrmse <= model));
        return beaten == result.Models.Count - 1 ? Markup.Tone.Good : beaten == 0 ? Markup.Tone.Bad : Markup.Tone.Warning;
    }

    public static Html Verdict(OpenLoopResult result)
    {
        if (result.Models.Count < 2)
            return Html.Empty;
        ModelErrors model = result.Models[0];
        ModelErrors best = result.Models.Skip(1).MinBy(other => double.IsNaN(other.MeanFreeRunNrmse) ? double.PositiveInfinity : other.MeanFreeRunNrmse)!;
        double ratio = model.MeanFreeRunNrmse / best.MeanFreeRunNrmse;
        string text = ratio < 1
            ? $"{(result.Columns.Count == 1 ? "Its free-run error is" : "Over all outputs (mean NRMSE), its free-run error is")} {Figures.Percent(1 - ratio)} below that of {best.Name}, the best baseline."
            : $"{best.Name} is better: {(result.Columns.Count == 1 ? "its free-run error is" : "over all outputs (mean NRMSE), its free-run error is")} {Figures.Percent(1 - (1 / ratio))} below the model's. Use it, or train longer or on more data.";
        return double.IsFinite(ratio) ? Components.Verdict(Tone(result), text) : Html.Empty;
    }

    public static Html Table(OpenLoopResult result)
    {
        var columns = new List<string> { "model" };
        foreach (PredictedColumn column in result.Columns)
            columns.AddRange([$"#{column.Name}: RMSE{(column.Unit.Length > 0 ? $" ({column.Unit})" : "")}", "#NRMSE"]);
        bool training = result.Columns.All(column => double.IsFinite(column.TrainingDeviation));
        if (training)
            columns.Add("#NRMSE over the training part's deviation");
        IReadOnlyList<string>[] rows = [.. result.Models.Select(model =>
        {
            var row = new List<string> { model.Name };
            for (int output = 0; output < result.Columns.Count; output++)
                row.AddRange([Figures.Padded(model.FreeRunRmse[output]), Figures.Padded(model.FreeRunNrmse[output])]);
            if (training)
                row.Add(string.Join(" · ", result.Columns.Select((column, output) => Figures.Padded(model.FreeRunRmse[output] / column.TrainingDeviation))));
            return (IReadOnlyList<string>)row;
        })];
        return Components.Table(new DataTable(columns, rows, 0));
    }

    /// <summary>Who predicts best, a sentence per column.</summary>
    public static Html Winners(OpenLoopResult result) => Components.Facts(
        result.Columns.Select((column, output) => new Fact(column.Name, HorizonVerdict.Of(result, output) + ".")));

    public static IEnumerable<Html> ByHorizon(OpenLoopResult result)
    {
        double[] time = [.. result.Horizons.Select(horizon => (double)horizon)];
        return result.Columns.Select((column, output) => new LineChart(column.Name, [.. result.Models.Select((model, index) =>
            new Series(model.Name, time, model.RmseByHorizon[output])
            {
                Colour = index switch { 0 => 0, _ when model.Name == PersistenceModel.DisplayName => 6, 1 => 1, _ => 3 },
                Style = index == 0 ? SeriesStyle.Line : SeriesStyle.Dashed,
            }).Reverse()])
        {
            XLabel = $"rows ahead (one is {Figures.Short(result.SamplingTime)} {result.TimeUnit})",
            YLabel = Figures.WithUnit("RMSE", column.Unit),
            Width = result.Columns.Count == 1 ? 1100 : 560,
            FromZero = true,
            // A baseline that runs away must not flatten the rest.
            Ceiling = 2.5 * result.Models[0].RmseByHorizon[output]
                .Concat(result.Models.Where(model => model.Name == PersistenceModel.DisplayName).SelectMany(model => model.RmseByHorizon[output]))
                .Where(double.IsFinite).DefaultIfEmpty(1).Max(),
        }.Render());
    }
}
