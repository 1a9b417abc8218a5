using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Data.Replay;

/// <summary>How much goes where; the three add up to 1.</summary>
/// <param name="Training">Share to learn from, above 0.</param>
/// <param name="Validation">Share to choose with.</param>
/// <param name="Test">Share to report on.</param>
public sealed record SplitFractions(double Training = 0.8, double Validation = 0.1, double Test = 0.1)
{
    /// <summary>Fails unless all are shares and add up to 1.</summary>
    /// <exception cref="OrreryDataException">They do not.</exception>
    public void Check()
    {
        var fine = Training > 0 && Validation >= 0 && Test >= 0 && Math.Abs(Training + Validation + Test - 1) < 1e-9;
        if (!fine)
        {
            throw new OrreryDataException(
                $"The split {Training} training, {Validation} validation, {Test} test cannot be used: each must be 0 or more, "
                + "training above 0, and the three must add up to 1.");
        }
    }
}

/// <summary>The rows to learn from, to choose with and to report on; they never overlap.</summary>
/// <param name="Training">Ranges to learn from.</param>
/// <param name="Validation">Ranges to choose with; may be empty.</param>
/// <param name="Test">Ranges to report on; may be empty.</param>
public sealed record Split(
    IReadOnlyList<EpisodeRange> Training,
    IReadOnlyList<EpisodeRange> Validation,
    IReadOnlyList<EpisodeRange> Test)
{
    /// <summary>Deals whole episodes out at random. Each part keeps the order of the rows.</summary>
    /// <param name="episodes">All episodes.</param>
    /// <param name="fractions">Shares of the number of episodes, rounded; training gets at least one.</param>
    /// <param name="seed">Decides who goes where, alone.</param>
    /// <exception cref="OrreryDataException">The fractions do not add up to 1.</exception>
    public static Split ByEpisode(IReadOnlyList<EpisodeRange> episodes, SplitFractions fractions, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        ArgumentNullException.ThrowIfNull(fractions);
        fractions.Check();
        var order = Enumerable.Range(0, episodes.Count).ToArray();
        new RandomStream(seed, "split").Shuffle(order.AsSpan());
        var test = (int)Math.Round(fractions.Test * order.Length, MidpointRounding.AwayFromZero);
        var validation = (int)Math.Round(fractions.Validation * order.Length, MidpointRounding.AwayFromZero);
        test = Math.Clamp(test, 0, Math.Max(0, order.Length - 1));
        validation = Math.Clamp(validation, 0, Math.Max(0, order.Length - 1 - test));
        var training = order.Length - validation - test;
        return new Split(Pick(order.AsSpan(0, training)), Pick(order.AsSpan(training, validation)), Pick(order.AsSpan(training + validation)));

        EpisodeRange[] Pick(Span<int> chosen)
        {
            chosen.Sort();
            var ranges = new EpisodeRange[chosen.Length];
            for (var i = 0; i < ranges.Length; i++)
                ranges[i] = episodes[chosen[i]];
            return ranges;
        }
    }

    /// <summary>Cuts the rows in time: first training, then validation, then test, with a gap between them.</summary>
    /// <param name="episodes">All episodes, in the order of time.</param>
    /// <param name="fractions">Shares of the number of rows.</param>
    /// <param name="gapRows">Rows left out at each cut, so that windows on both sides share nothing.</param>
    /// <exception cref="OrreryDataException">The fractions do not add up to 1.</exception>
    public static Split ByTime(IReadOnlyList<EpisodeRange> episodes, SplitFractions fractions, int gapRows = 0)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        ArgumentNullException.ThrowIfNull(fractions);
        ArgumentOutOfRangeException.ThrowIfNegative(gapRows);
        fractions.Check();
        var rows = episodes.Sum(episode => (long)episode.Length);
        var first = (long)Math.Round(fractions.Training * rows, MidpointRounding.AwayFromZero);
        var second = (long)Math.Round((fractions.Training + fractions.Validation) * rows, MidpointRounding.AwayFromZero);
        if (fractions.Test == 0)
            second = rows;
        var hasValidation = second > first;
        var validation = hasValidation ? Cut(episodes, first + gapRows, second) : [];
        return new Split(Cut(episodes, 0, first), validation, Cut(episodes, second + gapRows, rows));
    }

    /// <summary>The parts of the episodes between two positions in the order of time, counted over all episodes' rows.</summary>
    private static List<EpisodeRange> Cut(IReadOnlyList<EpisodeRange> episodes, long from, long to)
    {
        var parts = new List<EpisodeRange>();
        var before = 0L;
        foreach (var episode in episodes)
        {
            var start = Math.Max(from, before);
            var stop = Math.Min(to, before + episode.Length);
            if (stop > start)
            {
                var reachesEnd = stop == before + episode.Length;
                parts.Add(new EpisodeRange(
                    episode.Start + (start - before), (int)(stop - start), reachesEnd ? episode.End : EpisodeEnd.EndOfRecord, episode.RecordName));
            }

            before += episode.Length;
        }

        return parts;
    }
}
