using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Tests.Reports;

public sealed class EpisodeStoriesTests
{
    private static ClosedLoopResult Result(int successes, int failures)
    {
        EpisodeOutcome Episode(int index, bool success) => new((ulong)index, [10, 10], [50, 50],
            [.. Enumerable.Range(0, 10 + index).Select(step => new float[] { 10 + (step * 0.5f), 10 })], success, 9 + index, []);
        return new ClosedLoopResult("planner", "two-rooms", "rule", 200,
            [.. Enumerable.Range(0, successes).Select(index => Episode(index, true)), .. Enumerable.Range(successes, failures).Select(index => Episode(index, false))]);
    }

    [Theory]
    [InlineData(20, 10, 4, 2)]
    [InlineData(20, 0, 6, 0)]
    [InlineData(20, 1, 5, 1)]
    [InlineData(0, 20, 0, 6)]
    [InlineData(3, 20, 3, 3)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(0, 0, 0, 0)]
    public void Successes_and_failures_are_both_shown(int successes, int failures, int shownSuccesses, int shownFailures)
    {
        using var environment = new TwoRooms();
        IReadOnlyList<EpisodeStory> stories = EpisodeStories.Tell(environment, Result(successes, failures));
        Assert.Equal(shownSuccesses, stories.Count(story => story.Outcome.Success));
        Assert.Equal(shownFailures, stories.Count(story => !story.Outcome.Success));
        Assert.All(stories, story => Assert.Equal(["start", "goal"], [story.Frames[0].Caption, story.Frames[^1].Caption]));
    }

    [Fact]
    public void Within_the_border_the_map_has_the_walls_that_the_picture_has()
    {
        var layout = new TwoRoomsLayout();
        MapGeometry map = TwoRoomsMap.Of(layout);
        using var environment = new TwoRooms(layout);
        var pixels = new byte[2 * 65 * 65];
        environment.ObserveAt([15, 30], pixels);
        for (int y = TwoRoomsLayout.Near; y <= TwoRoomsLayout.Far; y++)
            for (int x = TwoRoomsLayout.Near; x <= TwoRoomsLayout.Far; x++)
            {
                bool drawn = map.Walls.Any(wall => x > wall.X && x < wall.X + wall.Width && y > wall.Y && y < wall.Y + wall.Height);
                Assert.True(drawn == (pixels[(65 * 65) + (y * 65) + x] > 0), $"({x}, {y}) is {(drawn ? "" : "not ")}a wall on the map");
            }
    }
}
