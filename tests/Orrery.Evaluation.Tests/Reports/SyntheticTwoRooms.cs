using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Reports.Pictures;
using Orrery.Models.Monitoring;

namespace Orrery.Evaluation.Tests.Reports;

/// <summary>Made-up results that look like real ones, so that the page can be built and looked at without training.</summary>
internal static class SyntheticTwoRooms
{
    public static MapGeometry Map { get; } = new(new MapRectangle(0, 0, 65, 65),
    [
        new MapRectangle(4, 4, 57, 1), new MapRectangle(4, 60, 57, 1), new MapRectangle(4, 4, 1, 57), new MapRectangle(60, 4, 1, 57),
        new MapRectangle(31, 4, 3, 2), new MapRectangle(31, 14, 3, 46),
    ]);

    public static TwoRoomsReportData Create()
    {
        var random = new Random(3);
        EpisodeOutcome[] episodes = [.. Enumerable.Range(0, 100).Select(index => Episode(random, (ulong)index, index % 17 != 5))];
        EpisodeOutcome[] wandering = [.. Enumerable.Range(0, 100).Select(index => Episode(random, (ulong)index, index % 33 == 1))];
        double[] steps = [.. Enumerable.Range(0, 3000).Select(step => (double)step)];
        TrainingCurve Curve(string name, double start, double end) => new(name, steps,
            [.. steps.Select(step => (end + ((start - end) * Math.Exp(-step / 500))) * Math.Exp(0.25 * (random.NextDouble() - 0.5)))]);
        double[] eigenvalues = [.. Enumerable.Range(0, 64).Select(index => 2.5 * Math.Exp(-index / 9.0) + 0.002)];
        return new TwoRoomsReportData
        {
            Created = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero),
            Planner = new ClosedLoopResult("planner", "two-rooms", "Success: within 4.5 px of the goal.", 200, episodes),
            Random = new ClosedLoopResult("random", "two-rooms", "Success: within 4.5 px of the goal.", 200, wandering),
            PerfectModel = new ClosedLoopResult("perfect", "two-rooms", "Success: within 4.5 px of the goal.", 200,
                [.. episodes.Select(episode => episode with { Success = episode.Seed != 5 })]),
            Map = Map,
            GoalRadius = 4.5,
            LossCurves = [Curve("prediction", 0.9, 0.012), Curve("SIGReg", 20, 1.1), Curve("inverse dynamics", 1.2, 0.05)],
            RankCurve = new TrainingCurve("effective rank", [.. steps.Where(step => step % 50 == 0)],
                [.. steps.Where(step => step % 50 == 0).Select(step => 2 + (17 * (1 - Math.Exp(-step / 600))))]),
            Health = new LatentHealth(2048, [.. Enumerable.Repeat(0.97, 64)], eigenvalues, 18.7, null),
            Probes =
            [
                new ProbeResult("linear", ["x (px)", "y (px)"], [0.962, 0.948], [3.2, 3.6], 4.1, 8000, 2000),
                new ProbeResult("MLP", ["x (px)", "y (px)"], [0.998, 0.997], [0.71, 0.82], 0.95, 8000, 2000),
            ],
            ProbeScatters = [.. new[] { "x (px)", "y (px)" }.Select(name =>
            {
                double[] truth = [.. Enumerable.Range(0, 900).Select(_ => 6 + (53 * random.NextDouble()))];
                return new ProbeScatter(name, truth, [.. truth.Select(value => value + (3 * (random.NextDouble() - 0.5)))]);
            })],
            Landscapes = [Landscape()],
            Stories = [.. new[] { 0, 1, 2, 3, 5, 22 }.Select(index => Story(index, episodes[index]))],
            PlannerTraces = [.. Enumerable.Range(0, 5).Select(plan => new PlannerTrace($"episode {plan + 1}",
                [.. Enumerable.Range(0, 12).Select(iteration => 0.4 + (plan * 0.1) + (4 * Math.Exp(-iteration / 3.0)))]))],
            Timings = [new PhaseTiming("collect", 4.1, 7.9), new PhaseTiming("train", 214, 402), new PhaseTiming("plan", 61, 118)],
            Settings = [new Fact("latent size", "64"), new Fact("planner", "CEM, 200 candidates, 20 elites, 5 iterations, horizon 24"), new Fact("action block", "4 steps")],
            Provenance = [new Fact("seed", "0"), new Fact("dataset", "sha-256 3fa0…"), new Fact("machine", "2 cores, 256-bit vectors")],
            RecipeJson = "{\n  \"kind\": \"jepa\",\n  \"latentSize\": 64\n}",
        };
    }

    private static LatentLandscape Landscape()
    {
        double[] values = [.. Enumerable.Range(0, 65 * 65).Select(i =>
        {
            double x = (i % 65) + 0.5;
            double y = (i / 65) + 0.5;
            double through = x < 32 ? Math.Sqrt(((32 - x) * (32 - x)) + ((y - 10) * (y - 10))) + 26 : Math.Sqrt(((x - 50) * (x - 50)) + ((y - 30) * (y - 30)));
            return x is < 5 or > 60 || y is < 5 or > 60 || x is > 30.5 and < 33.5 && Math.Abs(y - 10) > 4 ? double.NaN : through;
        })];
        return new LatentLandscape("Distance to a goal in the right room", values, 65, new MapPoint(50, 30));
    }

    private static EpisodeOutcome Episode(Random random, ulong seed, bool success)
    {
        (double x, double y) = (8 + (18 * random.NextDouble()), 8 + (48 * random.NextDouble()));
        (double goalX, double goalY) = (38 + (18 * random.NextDouble()), 8 + (48 * random.NextDouble()));
        var path = new List<float[]> { new[] { (float)x, (float)y } };
        bool through = false;
        while (path.Count < 200)
        {
            (double toX, double toY) = !success ? (24, 40) : through ? (goalX, goalY) : (36, 10);
            double distance = Math.Sqrt(((toX - x) * (toX - x)) + ((toY - y) * (toY - y)));
            if (success && !through && distance < 2)
                through = true;
            else if (success && through && distance < 4.4)
                break;
            double length = Math.Min(2, distance);
            x += (length * (toX - x) / (distance + 1e-6)) + (1.5 * (random.NextDouble() - 0.5));
            y += (length * (toY - y) / (distance + 1e-6)) + (1.5 * (random.NextDouble() - 0.5));
            path.Add([(float)x, (float)y]);
        }

        return new EpisodeOutcome(seed, path[0], [(float)goalX, (float)goalY], [.. path], success, path.Count - 1,
            [.. Enumerable.Range(0, path.Count - 1).Select(_ => (float)(14 + (6 * random.NextDouble())))]);
    }

    private static EpisodeStory Story(int index, EpisodeOutcome episode) => new($"Episode {index + 1}", episode,
    [
        .. FilmStrip.Pick(episode.Path.Length, 6).Select(step => new FilmFrame(Picture(episode.Path[step]), step == 0 ? "start" : $"step {step}", step == 0)),
        new FilmFrame(Picture(episode.Goal), "goal", true),
    ]);

    private static RgbImage Picture(float[] state)
    {
        var pixels = new byte[2 * 65 * 65];
        for (int y = 0; y < 65; y++)
            for (int x = 0; x < 65; x++)
            {
                double squared = ((x - state[0]) * (x - state[0])) + ((y - state[1]) * (y - state[1]));
                pixels[(y * 65) + x] = (byte)(255 * Math.Exp(-squared / (2 * 1.3 * 1.3)));
                bool wall = Map.Walls.Any(rectangle => x >= rectangle.X && x < rectangle.X + rectangle.Width && y >= rectangle.Y && y < rectangle.Y + rectangle.Height);
                pixels[(65 * 65) + (y * 65) + x] = wall ? (byte)255 : (byte)0;
            }

        return ObservationPainter.Paint(pixels, 2, 65, 65);
    }
}
