using Orrery.Benchmarks.SideBySide.Works;

namespace Orrery.Benchmarks.SideBySide.Measuring;

/// <summary>The times of one piece of work at one number of threads.</summary>
internal sealed record Result(Work Work, int Threads, Samples Ours, Samples? PyTorch, Samples? OpenBlas, double Difference)
{
    /// <summary>Operations per second and 1e9, median and fastest tenth.</summary>
    public (double Median, double Fast) Rate => (Work.Operations / Ours.Median / 1e9, Work.Operations / Ours.Fast / 1e9);

    /// <summary>Whether the results agree as far as rounding allows.</summary>
    public bool Agrees => Difference <= Work.Tolerance;
}
