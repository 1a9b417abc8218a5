using Orrery.Data.Trajectories;

namespace Orrery.Data.Replay;

/// <summary>Every window of <see cref="Length"/> consecutive rows that lies within one episode; never one across an end.</summary>
public sealed class WindowIndex
{
    private readonly EpisodeRange[] _episodes;
    private readonly long[] _firstWindow;
    private readonly int _longest;

    /// <summary>Lists the windows.</summary>
    /// <param name="episodes">Episodes to take windows from; those shorter than <paramref name="length"/> give none.</param>
    /// <param name="length">Rows per window, at least 1.</param>
    /// <param name="stride">Rows between the starts of two windows of one episode, at least 1.</param>
    public WindowIndex(IReadOnlyList<EpisodeRange> episodes, int length, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        Length = length;
        Stride = stride;
        _longest = episodes.Count == 0 ? 0 : episodes.Max(episode => episode.Length);
        _episodes = [.. episodes.Where(episode => episode.Length >= length)];
        _firstWindow = new long[_episodes.Length + 1];
        for (var i = 0; i < _episodes.Length; i++)
            _firstWindow[i + 1] = _firstWindow[i] + ((_episodes[i].Length - length) / stride) + 1;
    }

    /// <summary>Rows per window.</summary>
    public int Length { get; }

    /// <summary>Rows between the starts of two windows of one episode.</summary>
    public int Stride { get; }

    /// <summary>Number of windows.</summary>
    public long Count => _firstWindow[^1];

    /// <summary>First row of a window.</summary>
    /// <param name="window">0 to <see cref="Count"/> - 1.</param>
    public long Start(long window)
    {
        if ((ulong)window >= (ulong)Count)
            throw new ArgumentOutOfRangeException(nameof(window), $"WindowIndex: window {window} was asked for; there are {Count}.");
        var at = Array.BinarySearch(_firstWindow, window);
        var episode = at >= 0 ? at : ~at - 1;
        return _episodes[episode].Start + ((window - _firstWindow[episode]) * Stride);
    }

    /// <summary>Fails with advice when there is no window at all.</summary>
    /// <param name="what">What the windows are for, such as <c>Training</c>.</param>
    /// <exception cref="OrreryDataException">No episode is as long as one window.</exception>
    public void RequireSome(string what)
    {
        if (Count > 0)
            return;
        throw new OrreryDataException(
            $"{what} needs at least {Length:N0} consecutive rows, but the longest stretch of its part of the data without a gap has {_longest:N0}. "
            + "Record more, hold out less, or choose a shorter history and horizon.");
    }
}
