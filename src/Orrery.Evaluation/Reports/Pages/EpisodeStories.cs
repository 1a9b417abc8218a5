using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Picks episodes to show and draws what the model saw in them.</summary>
public static class EpisodeStories
{
    private const int Steps = 6;
    private const int PictureSize = 96;

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
        if (environment.Specification.Observation is not ImageSpace)
            throw new ArgumentException(
                $"EpisodeStories.Tell: {environment.Specification.Name} is not seen as pictures; film strips need an image observation.", nameof(environment));
        (EpisodeOutcome Outcome, int Index)[] all = [.. result.Episodes.Select((outcome, index) => (outcome, index))];
        (EpisodeOutcome Outcome, int Index)[] failures = [.. all.Where(episode => !episode.Outcome.Success)];
        (EpisodeOutcome Outcome, int Index)[] successes = [.. all.Where(episode => episode.Outcome.Success).OrderBy(episode => episode.Outcome.Steps)];
        int failed = Math.Min(failures.Length, Math.Max(count / 3, count - successes.Length));
        return
        [
            .. FilmStrip.Pick(successes.Length, count - failed).Select(pick => Story(environment, successes[pick])),
            .. FilmStrip.Pick(failures.Length, failed).Select(pick => Story(environment, failures[pick])),
        ];
    }

    /// <summary>Draws some of the successes, evenly spaced from short to long.</summary>
    /// <param name="environment">Draws the pictures; where its observations are none, its state is replaced.</param>
    /// <param name="result">The episodes.</param>
    /// <param name="count">How many to show at most.</param>
    public static IReadOnlyList<EpisodeStory> Successes(IGoalEnvironment environment, ClosedLoopResult result, int count)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(result);
        (EpisodeOutcome Outcome, int Index)[] successes =
            [.. result.Episodes.Select((outcome, index) => (outcome, index)).Where(episode => episode.outcome.Success).OrderBy(episode => episode.outcome.Steps)];
        return [.. FilmStrip.Pick(successes.Length, count).Select(pick => Story(environment, successes[pick]))];
    }

    /// <summary>Draws every failure.</summary>
    /// <param name="environment">Draws the pictures; where its observations are none, its state is replaced.</param>
    /// <param name="result">The episodes.</param>
    public static IReadOnlyList<EpisodeStory> Failures(IGoalEnvironment environment, ClosedLoopResult result)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Episodes.Select((outcome, index) => (outcome, index)).Where(episode => !episode.outcome.Success).Select(episode => Story(environment, episode))];
    }

    /// <summary>One episode from start to goal.</summary>
    /// <param name="environment">Draws the pictures; where its observations are none, its state is replaced.</param>
    /// <param name="title">Its title.</param>
    /// <param name="outcome">What happened.</param>
    public static EpisodeStory One(IGoalEnvironment environment, string title, EpisodeOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(outcome);
        return Story(environment, title, outcome);
    }

    private static EpisodeStory Story(IGoalEnvironment environment, (EpisodeOutcome Outcome, int Index) episode) =>
        Story(environment, $"Episode {episode.Index + 1}", episode.Outcome);

    private static EpisodeStory Story(IGoalEnvironment environment, string title, EpisodeOutcome outcome)
    {
        float[][] path = outcome.Path;
        return new EpisodeStory(title, outcome,
        [
            .. FilmStrip.Pick(path.Length, Steps).Select(step =>
                new FilmFrame(Picture(environment, path[step]), step == 0 ? "start" : $"step {step}", step == 0)),
            new FilmFrame(Picture(environment, outcome.Goal), "goal", true),
        ]);
    }

    /// <summary>What the model sees; where that is no picture, what people see.</summary>
    internal static RgbImage Picture(IGoalEnvironment environment, float[] state)
    {
        if (environment.Specification.Observation is ImageSpace space)
        {
            var pixels = new byte[space.Size];
            environment.ObserveAt(state, pixels);
            return ObservationPainter.Paint(pixels, space.Channels, space.Height, space.Width);
        }

        RgbImage picture = new(PictureSize, PictureSize);
        environment.WriteState(state);
        environment.Render(picture.Pixels, PictureSize, PictureSize);
        return picture;
    }
}
