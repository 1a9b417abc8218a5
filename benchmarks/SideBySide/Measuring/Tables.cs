using Orrery.Benchmarks.SideBySide.Works;

namespace Orrery.Benchmarks.SideBySide.Measuring;

/// <summary>Prints results as markdown.</summary>
internal static class Tables
{
    /// <summary>A row for every piece of work.</summary>
    public static void PrintEach(string group, IReadOnlyList<Result> results, IReadOnlyDictionary<int, double> peaks)
    {
        bool openBlas = results.Any(result => result.OpenBlas is not null);
        Console.WriteLine($"### {group}");
        Console.WriteLine();
        Console.WriteLine($"| work | threads | time | rate | of peak | PyTorch / Orrery |{(openBlas ? " OpenBLAS / Orrery |" : "")}");
        Console.WriteLine($"| --- | ---: | ---: | ---: | ---: | ---: |{(openBlas ? " ---: |" : "")}");
        foreach (Result result in results)
        {
            (double median, double fast) = result.Rate;
            bool isFlops = result.Work.Unit == "GFLOP/s";
            string rate = result.Work.Unit == "ns" ? $"{result.Ours.Median / result.Work.Operations:0} ns each" : $"{median:0.0#} ({fast:0.0#}) {result.Work.Unit}";
            string share = isFlops ? $"{fast / peaks[result.Threads]:0%}" : "";
            string last = openBlas ? $" {Ratio(result, result.OpenBlas)} |" : "";
            Console.WriteLine(
                $"| {result.Work.Name}{(result.Agrees ? "" : $" **differs by {result.Difference:0.0e+0}**")} | {result.Threads} | {Time(result.Ours.Median)} "
                + $"| {rate} | {share} | {Ratio(result, result.PyTorch)} |{last}");
        }

        Console.WriteLine();
    }

    /// <summary>A row for all work of a kind: geometric means, and the lowest ratio to PyTorch.</summary>
    public static void PrintSummary(string group, IReadOnlyList<Result> results, IReadOnlyDictionary<int, double> peaks)
    {
        Console.WriteLine($"### {group}: geometric means over the shapes of a kind");
        Console.WriteLine();
        Console.WriteLine("| kind | threads | GFLOP/s | of peak, fastest tenth | PyTorch / Orrery | lowest | OpenBLAS / Orrery | lowest |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (IGrouping<(string Summary, int Threads), Result> kind in results.GroupBy(result => (result.Work.Summary, result.Threads)))
        {
            double rate = Mean(kind.Select(result => result.Rate.Median)), share = Mean(kind.Select(result => result.Rate.Fast / peaks[result.Threads]));
            Console.WriteLine(
                $"| {kind.Key.Summary} | {kind.Key.Threads} | {rate:0} | {share:0%} | {Overall(kind, result => result.PyTorch)} | {Overall(kind, result => result.OpenBlas)} |");
        }

        Console.WriteLine();
    }

    private static string Overall(IEnumerable<Result> results, Func<Result, Samples?> peer)
    {
        List<(double Ratio, string Name)> ratios =
            [.. results.Where(result => peer(result) is not null).Select(result => (result.Ours.RatioOf(peer(result)!).Median, result.Work.Name))];
        if (ratios.Count == 0)
            return " | ";
        (double lowest, string name) = ratios.MinBy(ratio => ratio.Ratio);
        return $"{Mean(ratios.Select(ratio => ratio.Ratio)):0.00} | {lowest:0.00}{(ratios.Count > 1 ? $" ({name})" : "")}";
    }

    private static string Ratio(Result result, Samples? peer)
    {
        if (peer is null)
            return "";
        (double median, double low, double high) = result.Ours.RatioOf(peer);
        return $"{median:0.00} ({low:0.00}-{high:0.00})";
    }

    private static string Time(double seconds) => seconds switch
    {
        < 1e-6 => $"{seconds * 1e9:0} ns",
        < 1e-3 => $"{seconds * 1e6:0.0} us",
        < 1 => $"{seconds * 1e3:0.00} ms",
        _ => $"{seconds:0.00} s",
    };

    private static double Mean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
