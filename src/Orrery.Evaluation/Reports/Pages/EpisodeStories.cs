using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Picks episodes to show and draws what the model saw in them.</summary>
public static class EpisodeStories
{
    private const int Steps = 6;

    /// <summary>
    /// Draws some episodes, evenly spaced over the failures and over the successes from short to long, so that neither
    /// the luckiest nor the worst alone is shown. Successes come first on the page.
    /// </summary>
    /// <param name="environment">Draws the pictures; its observations must be pictures. Its current state is not touched.</param>
    /// <param name="result">The episodes.</param>
    /// <param name="count">How many to show at most.</param>
    /// <exception cref="ArgumentException">The observations are not pictures.</exception>
    public static IReadOnlyList<EpisodeStory> Tell(IGoalEnvironment environment, ClosedLoopResult result, int count = 6)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(result);
        if (environment.Specification.Observation is not ImageSpace space)
            throw new ArgumentException(
                $"EpisodeStories.Tell: {environment.Specification.Name} is not seen as pictures; film strips need an image observation.", nameof(environment));
        (EpisodeOutcome Outcome, int Index)[] all = [.. result.Episodes.Select((outcome, index) => (outcome, index))];
        (EpisodeOutcome Outcome, int Index)[] failures = [.. all.Where(episode => !episode.Outcome.Success)];
        (EpisodeOutcome Outcome, int Index)[] successes = [.. all.Where(episode => episode.Outcome.Success).OrderBy(episode => episode.Outcome.Steps)];
        int failed = Math.Min(failures.Length, Math.Max(count / 3, count - successes.Length));
        return
        [
            .. FilmStrip.Pick(successes.Length, count - failed).Select(pick => Story(environment, space, successes[pick])),
            .. FilmStrip.Pick(failures.Length, failed).Select(pick => Story(environment, space, failures[pick])),
        ];
    }

    private static EpisodeStory Story(IGoalEnvironment environment, ImageSpace space, (EpisodeOutcome Outcome, int Index) episode)
    {
        float[][] path = episode.Outcome.Path;
        return new EpisodeStory($"Episode {episode.Index + 1}", episode.Outcome,
        [
            .. FilmStrip.Pick(path.Length, Steps).Select(step =>
                new FilmFrame(Picture(environment, space, path[step]), step == 0 ? "start" : $"step {step}", step == 0)),
            new FilmFrame(Picture(environment, space, episode.Outcome.Goal), "goal", true),
        ]);
    }

    private static RgbImage Picture(IGoalEnvironment environment, ImageSpace space, float[] state)
    {
        var pixels = new byte[space.Size];
        environment.ObserveAt(state, pixels);
        return ObservationPainter.Paint(pixels, space.Channels, space.Height, space.Width);
    }
}
