using System.Globalization;
using Orrery.Benchmarks.SideBySide;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;

// Times the tensor kernels on one and on all threads, round by round (A B A B), beside the processor's own peak measured in the
// same rounds. Prints a markdown table of medians. An argument keeps only the workloads whose names contain it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string filter = args.Length > 0 ? args[0] : "";
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 21;
int many = Math.Max(2, Environment.ProcessorCount);

using CpuBackend one = new(1), all = new(many);
using TensorArena arena = new(one);
List<Workload> single = Workloads.Create(one, arena).FindAll(Matches), multiple = Workloads.Create(all, arena).FindAll(Matches);
double[][] peaks = [new double[rounds], new double[rounds]];
double[][][] times = [.. single.Select(_ => new[] { new double[rounds], new double[rounds] })];

foreach (Workload workload in single.Concat(multiple))
    workload.Time();
for (int round = 0; round < rounds; round++)
{
    peaks[0][round] = FmaPeak.Measure(1, FmaPeak.Bits);
    peaks[1][round] = FmaPeak.Measure(many, FmaPeak.Bits);
    for (int index = 0; index < single.Count; index++)
    {
        times[index][0][round] = single[index].Time();
        times[index][1][round] = multiple[index].Time();
    }

    Console.Error.Write($"\rround {round + 1} of {rounds}");
}

Console.Error.WriteLine();
double peakOne = Best(peaks[0]), peakAll = Best(peaks[1]);
Console.WriteLine($"Machine: {ProcessorName()}, {Environment.ProcessorCount} processors, .NET {Environment.Version}; {one.Name}.");
Console.WriteLine(
    $"Peak of fused multiply-adds in {FmaPeak.Bits}-bit vectors: {Median(peaks[0]):0} ({peakOne:0}) GFLOP/s on 1 thread, "
    + $"{Median(peaks[1]):0} ({peakAll:0}) on {many}.");
Console.WriteLine($"Medians of {rounds} rounds, with the fastest tenth in brackets; shares are of the fastest tenth.");
Console.WriteLine();
Console.WriteLine($"| workload | unit | 1 thread | of peak | {many} threads | of peak |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
for (int index = 0; index < single.Count; index++)
    Console.WriteLine($"| {single[index].Name} | {single[index].Unit} | {Cells(index, 0, peakOne)} | {Cells(index, 1, peakAll)} |");

string Cells(int index, int kind, double peak)
{
    double[] rates = [.. times[index][kind].Select(seconds => single[index].Work / seconds / 1e9)];
    string share = single[index].Unit == "GFLOP/s" ? $"{Best(rates) / peak:0%}" : "";
    return $"{Median(rates):0.0#} ({Best(rates):0.0#}) | {share}";
}

bool Matches(Workload workload) => workload.Name.Contains(filter, StringComparison.OrdinalIgnoreCase);

static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

static double Best(double[] rates) => rates.OrderDescending().ElementAt(rates.Length / 10);

static string ProcessorName()
{
    const string path = "/proc/cpuinfo";
    string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
    return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unknown processor";
}
