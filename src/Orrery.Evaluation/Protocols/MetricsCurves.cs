using Orrery.Evaluation.Reports.Pages;
using Orrery.Models.Runs;

namespace Orrery.Evaluation.Protocols;

/// <summary>From a run's metrics to curves.</summary>
public static class MetricsCurves
{
    private static readonly string[] NotLosses = ["seconds", "gradientNorm", "learningRate"];

    /// <summary>Every loss term over the updates, one curve per name and phase; the total first.</summary>
    public static IReadOnlyList<TrainingCurve> Losses(IReadOnlyList<MetricsLine> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        string[] phases = [.. metrics.Select(line => line.Phase).Distinct().Where(phase => phase is not ("validation" or "warning"))];
        List<TrainingCurve> curves = [];
        foreach (string phase in phases)
        {
            IEnumerable<string> names = metrics.Where(line => line.Phase == phase).SelectMany(line => line.Values.Keys).Distinct()
                .Where(name => !NotLosses.Contains(name)).ToArray();
            if (names.Count() == 2)
                names = names.Where(name => name != "loss"); // One term: the total is the same curve.
            foreach (string name in names)
                if (One(metrics, phase, name) is { } curve)
                    curves.Add(curve with { Name = phases.Length > 1 ? $"{name} ({phase})" : name });
        }

        if (One(metrics, "validation", "error") is { } validation)
            curves.Add(validation with { Name = "held-out error" });
        return curves;
    }

    /// <summary>One number over the updates; null when it was never measured.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="phase">Phase that it stands in, such as <c>validation</c>.</param>
    /// <param name="name">Name of the number.</param>
    public static TrainingCurve? One(IReadOnlyList<MetricsLine> metrics, string phase, string name)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        MetricsLine[] lines = [.. metrics.Where(line => line.Phase == phase && line.Values.ContainsKey(name))];
        return lines.Length == 0
            ? null
            : new TrainingCurve(name, [.. lines.Select(line => (double)line.Step)], [.. lines.Select(line => line.Values[name])]);
    }
}
