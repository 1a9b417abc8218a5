using System.Globalization;

namespace Orrery.Evaluation.Statistics;

/// <summary>How often something succeeded, with the interval that this many trials can support.</summary>
/// <param name="Trials">Number of episodes.</param>
/// <param name="Successes">Number of them that succeeded.</param>
/// <param name="Interval">The 95 % Wilson interval of the rate.</param>
public sealed record SuccessSummary(int Trials, int Successes, WilsonInterval Interval)
{
    /// <summary>Successes over trials, in [0, 1]; not a number when there were no trials.</summary>
    public double Rate => Trials == 0 ? double.NaN : (double)Successes / Trials;

    /// <summary>Summarises <paramref name="successes"/> in <paramref name="trials"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The counts do not fit together.</exception>
    public static SuccessSummary Of(int successes, int trials) =>
        new(trials, successes, WilsonInterval.Of(successes, trials));

    /// <summary>For people: <c>94 % (94 of 100, 95 % interval 87.5 to 97.2 %)</c>.</summary>
    public override string ToString() => Trials == 0
        ? "no episodes"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Rate * 100:0.#} % ({Successes} of {Trials}, 95 % interval {Interval.Low * 100:0.0} to {Interval.High * 100:0.0} %)");
}
