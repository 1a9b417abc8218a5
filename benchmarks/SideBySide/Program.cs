using System.CommandLine;
using System.Globalization;
using Orrery.Benchmarks.SideBySide.Measuring;
using Orrery.Benchmarks.SideBySide.Peers;
using Orrery.Benchmarks.SideBySide.Works;

// Times Orrery beside PyTorch (in a process of its own, on the same numbers, results compared) and OpenBLAS, in turns, and prints
// ratios with their spread and the share of the processor's peak, which it measures too. docs/benchmarks.md comes from here.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<string> only = new("--only") { Description = "Only work whose group or name contains this.", DefaultValueFactory = _ => "" };
Option<int> rounds = new("--rounds") { Description = "Rounds of A B A B.", DefaultValueFactory = _ => 15 };
Option<int[]> threads = new("--threads")
{
    Description = "Numbers of threads to compare at.",
    DefaultValueFactory = _ => [1, 2],
    AllowMultipleArgumentsPerToken = true,
};
Option<bool> alone = new("--alone") { Description = "Without PyTorch." };
Option<bool> detail = new("--detail") { Description = "A row for every product, not only for every kind." };
RootCommand command = new("Times Orrery's tensors beside PyTorch and OpenBLAS.") { only, rounds, threads, alone, detail };
command.SetAction(parsed => Compare(
    parsed.GetValue(only)!, parsed.GetValue(rounds), parsed.GetValue(threads)!, parsed.GetValue(alone), parsed.GetValue(detail)));
return command.Parse(args).Invoke();

static int Compare(string only, int rounds, int[] threads, bool alone, bool detail)
{
    Work[] works = [.. All().Where(work => $"{work.Group} {work.Name} {work.Summary}".Contains(only, StringComparison.OrdinalIgnoreCase))];
    if (works.Length == 0)
    {
        Console.Error.WriteLine($"No work is called '{only}'; there are {string.Join(", ", All().Select(work => work.Group).Distinct())}.");
        return 2;
    }

    Console.WriteLine($"Machine: {Machine.Processor()}, {Environment.ProcessorCount} processors; .NET {Environment.Version}; {Machine.Vectors()}.");
    Dictionary<int, double> peaks = [];
    Dictionary<string, List<Result>> groups = [];
    foreach (int count in threads)
    {
        string? reason = "not asked for";
        using PyTorch? peer = alone ? null : PyTorch.Start(count, out reason);
        using Contest contest = new(count, rounds, peer);
        Console.WriteLine($"{count} thread{(count == 1 ? "" : "s")}: {peer?.Description ?? $"no PyTorch, {reason}"}; {OpenBlas.Description ?? "no OpenBLAS"}.");
        Samples peak = new();
        for (int warmUp = 0; warmUp < 5; warmUp++)
            peak.Add(1 / FmaPeak.Measure(count, FmaPeak.Bits));
        for (int done = 0; done < works.Length; done++)
        {
            peak.Add(1 / FmaPeak.Measure(count, FmaPeak.Bits));
            Console.Error.Write($"\r{count} threads, {done + 1} of {works.Length}: {works[done].Name}\u001b[K");
            if (!groups.TryGetValue(works[done].Group, out List<Result>? results))
                groups.Add(works[done].Group, results = []);
            results.Add(contest.Run(works[done]));
        }

        Console.Error.WriteLine();
        peaks[count] = 1 / peak.Fast;
        Console.WriteLine($"Peak of fused multiply-adds in {FmaPeak.Bits}-bit vectors: {1 / peak.Median:0} ({1 / peak.Fast:0}) GFLOP/s.");
    }

    Console.WriteLine($"{rounds} rounds. Times are medians; rates are of the median, with that of the fastest tenth in brackets; shares of the peak are of the");
    Console.WriteLine("fastest tenth. Ratios are medians of the rounds' own, with the range of four rounds in five; above 1 Orrery is faster.");
    Console.WriteLine();
    foreach ((string group, List<Result> results) in groups)
    {
        List<Result> ordered = [.. results.OrderBy(result => Array.IndexOf(works, result.Work)).ThenBy(result => result.Threads)];
        bool summarised = ordered.Exists(result => result.Work.Summary.Length > 0);
        if (summarised)
            Tables.PrintSummary(group, ordered, peaks);
        if (!summarised || detail)
            Tables.PrintEach(group, ordered, peaks);
    }

    return groups.Values.SelectMany(results => results).All(result => result.Agrees) ? 0 : 1;
}

static IEnumerable<Work> All() =>
    Products.All().Concat(Functions.All()).Concat(Convolutions.All()).Concat(Rollouts.All()).Concat(TrainingSteps.All()).Concat(Overhead.All()).Concat(Loading.All());
