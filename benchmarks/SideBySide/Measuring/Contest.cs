using Orrery.Benchmarks.SideBySide.Peers;
using Orrery.Benchmarks.SideBySide.Works;
using Orrery.Tensors;

namespace Orrery.Benchmarks.SideBySide.Measuring;

/// <summary>
/// Times a piece of work of ours and of the peers in turns, round by round (A B C A B C), each for some milliseconds: less than a
/// time slice of the system, so that other work on the machine spoils some rounds and not all.
/// </summary>
internal sealed class Contest(int threads, int rounds, PyTorch? pyTorch) : IDisposable
{
    private const double SecondsPerSample = 0.004;
    private const double WarmUpSeconds = 0.3;

    private readonly CpuBackend _backend = new(threads);

    public int Threads => threads;

    public Result Run(Work work)
    {
        using Performance performance = work.Prepare(_backend);
        PyTorch? peer = work.PeerKind is null ? null : pyTorch;
        peer?.Make(work.PeerKind!, work.PeerParameters, performance.Inputs);
        double difference = peer is null ? 0 : Difference(performance.Outputs(), peer.Outputs());
        Result result = new(work, threads, new Samples(), peer is null ? null : new Samples(), performance.OpenBlas is null ? null : new Samples(), difference);
        OpenBlas.UseThreads(threads);
        int ours = 1, theirs = 1;
        double warmUp = WarmUpSeconds;
        while (warmUp > 0)
            warmUp -= Math.Max(1e-3, Samples.Time(performance.Run, SecondsPerSample, ref ours) * ours);
        for (int round = 0; round < rounds; round++)
        {
            result.Ours.Add(Samples.Time(performance.Run, SecondsPerSample, ref ours));
            if (peer is not null)
                result.PyTorch!.Add(peer.Time(SecondsPerSample));
            if (performance.OpenBlas is not null)
                result.OpenBlas!.Add(Samples.Time(performance.OpenBlas, SecondsPerSample, ref theirs));
        }

        return result;
    }

    public void Dispose() => _backend.Dispose();

    // The largest relative distance, in the Euclidean norm, between a result of ours and the peer's.
    private static double Difference(IReadOnlyDictionary<string, float[]> ours, IReadOnlyDictionary<string, float[]> theirs)
    {
        double largest = 0;
        foreach ((string name, float[] values) in ours)
        {
            float[] others = theirs[name];
            if (others.Length != values.Length)
                throw new InvalidOperationException($"'{name}' has {values.Length} numbers with us and {others.Length} with PyTorch.");
            double distance = 0, size = 0;
            for (int index = 0; index < values.Length; index++)
            {
                distance += Math.Pow(values[index] - others[index], 2);
                size += Math.Pow(others[index], 2);
            }

            largest = Math.Max(largest, Math.Sqrt(distance / Math.Max(size, 1e-30)));
        }

        return largest;
    }
}
