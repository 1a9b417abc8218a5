using System.Globalization;

namespace Orrery.Evaluation.OpenLoop;

/// <summary>Who predicts an output best, horizon by horizon, in one sentence.</summary>
public static class HorizonVerdict
{
    /// <summary>Errors that differ by less, as a share, are called as good.</summary>
    public const double Alike = 0.02;

    /// <summary>The sentence, without the output's name and without a full stop.</summary>
    /// <param name="result">The errors; the first model is the one in question, the others are baselines.</param>
    /// <param name="output">The output, from 0.</param>
    public static string Of(OpenLoopResult result, int output)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Models.Count < 2)
            return "there is no baseline to hold it against";
        double[] model = result.Models[0].RmseByHorizon[output];
        (int Rows, double Ratio, string Baseline)[] horizons = [.. result.Horizons.Select((rows, place) =>
        {
            ModelErrors best = result.Models.Skip(1).MinBy(other => Finite(other.RmseByHorizon[output][place]))!;
            return (rows, Ratio(model[place], best.RmseByHorizon[output][place]), best.Name);
        })];
        string sentence;
        if (horizons.All(horizon => horizon.Ratio < 1 - Alike))
            sentence = $"better than the best baseline at every horizon, by {Percent(1 - horizons.Max(horizon => horizon.Ratio))} to {Percent(1 - horizons.Min(horizon => horizon.Ratio))}";
        else
            sentence = string.Join("; ", Runs(horizons).Select(Describe));
        return result.DisjointWindows is > 0 and var windows && result.Windows < OpenLoopResult.FewStarts
            ? $"{sentence} (only {result.Windows} starts, {windows} windows side by side: too few to be sure)"
            : sentence;
    }

    private static string Describe((int Rows, double Ratio, string Baseline)[] run)
    {
        string where = run[0].Rows == run[^1].Rows
            ? $"at {run[0].Rows} row{(run[0].Rows == 1 ? "" : "s")}"
            : $"at {run[0].Rows}–{run[^1].Rows} rows";
        string baseline = run.GroupBy(horizon => horizon.Baseline).MaxBy(group => group.Count())!.Key;
        return Class(run[0].Ratio) switch
        {
            < 0 => $"{where} better than the best baseline, by up to {Percent(1 - run.Min(horizon => horizon.Ratio))}",
            0 => $"{where} {baseline} is as good",
            _ => $"{where} {baseline} is better, by up to {Percent(1 - (1 / run.Max(horizon => horizon.Ratio)))}",
        };
    }

    /// <summary>Neighbouring horizons with the same winner.</summary>
    private static List<(int Rows, double Ratio, string Baseline)[]> Runs((int Rows, double Ratio, string Baseline)[] horizons)
    {
        List<(int Rows, double Ratio, string Baseline)[]> runs = [];
        for (int first = 0, next; first < horizons.Length; first = next)
        {
            int kind = Class(horizons[first].Ratio);
            next = first + 1;
            while (next < horizons.Length && Class(horizons[next].Ratio) == kind)
                next++;
            runs.Add(horizons[first..next]);
        }

        return runs;
    }

    private static int Class(double ratio) => ratio < 1 - Alike ? -1 : ratio <= 1 + Alike ? 0 : 1;

    private static double Ratio(double model, double baseline) =>
        model == 0 && baseline == 0 ? 1 : double.IsFinite(baseline) ? Finite(model) / baseline : double.IsFinite(model) ? 0 : 1;

    private static double Finite(double value) => double.IsFinite(value) ? value : double.PositiveInfinity;

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);
}
