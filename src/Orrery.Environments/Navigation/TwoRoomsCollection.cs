using Orrery.Data;

namespace Orrery.Environments.Navigation;

/// <summary>How exploration data of Two Rooms are collected. The defaults cover every action that a planner may take.</summary>
/// <param name="Episodes">Number of episodes.</param>
/// <param name="Length">Rows per episode; the last row's action is zero.</param>
/// <param name="StepMean">Mean of the normal distribution that step lengths come from, px.</param>
/// <param name="StepDeviation">Its standard deviation, px.</param>
/// <param name="StepLow">Shortest step, px.</param>
/// <param name="StepHigh">Longest step, px; at most <see cref="TwoRooms.ActionLimit"/>.</param>
/// <param name="Concentration">How steady the heading is: von Mises concentration of the turn at each step.</param>
/// <param name="CrossingShare">Share of the episodes that are led through the door, again and again, with random pauses.</param>
/// <param name="Seed">Decides everything, at any thread count.</param>
public sealed record TwoRoomsCollection(
    int Episodes = 1000,
    int Length = 91,
    double StepMean = 1.3,
    double StepDeviation = 0.7,
    double StepLow = 0.1,
    double StepHigh = TwoRooms.ActionLimit,
    double Concentration = 5,
    double CrossingShare = 0.6,
    ulong Seed = 0) : ICollection
{
    /// <inheritdoc/>
    public int Total => Episodes;

    /// <inheritdoc/>
    public string Unit => "episodes";

    /// <inheritdoc/>
    public string Collect(string folder, bool overwrite = false, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        TwoRoomsCollector.Collect(folder, this, overwrite: overwrite, progress: progress, cancellation: cancellation);

    /// <summary>Fails unless every number can be used.</summary>
    /// <exception cref="OrreryDataException">One cannot; the sentence says which.</exception>
    public void Check() => Check("two-rooms");

    /// <summary>Fails unless every number can be used.</summary>
    /// <param name="name">Of what is collected.</param>
    /// <exception cref="OrreryDataException">One cannot; the sentence says which.</exception>
    internal void Check(string name)
    {
        Require(name, Episodes >= 1, nameof(Episodes), Episodes, "1 or more");
        Require(name, Length is >= 2 and <= 100_000, nameof(Length), Length, "between 2 and 100,000 rows");
        Require(name, StepHigh is > 0 and <= TwoRooms.ActionLimit, nameof(StepHigh), StepHigh, $"above 0 and at most {TwoRooms.ActionLimit} px");
        Require(name, StepLow >= 0 && StepLow < StepHigh, nameof(StepLow), StepLow, "0 or more and below StepHigh");
        Require(name, StepDeviation is >= 0 and <= 100, nameof(StepDeviation), StepDeviation, "between 0 and 100 px");
        Require(name, StepMean >= StepLow && StepMean <= StepHigh, nameof(StepMean), StepMean, "between StepLow and StepHigh");
        Require(name, Concentration is >= 0 and <= 1e6, nameof(Concentration), Concentration, "between 0 and 1,000,000");
        Require(name, CrossingShare is >= 0 and <= 1, nameof(CrossingShare), CrossingShare, "between 0 and 1");
    }

    private static void Require(string collected, bool holds, string name, double value, string needed)
    {
        if (!holds)
            throw new OrreryDataException($"Collecting {collected}: {name} is {value}, but it must be {needed}.");
    }
}
