using System.Text.Json;
using Orrery.Data;
using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.Tests.ClosedLoop;

public sealed class ClosedLoopEvaluationTests
{
    /// <summary>Knows the map and cheats: goes to the door, then to the goal that it finds in the picture.</summary>
    private sealed class DoorPolicy : IGoalPolicy
    {
        private (float X, float Y) _goal;

        public string Name => "door";

        public void Begin(ReadOnlySpan<byte> goalSeen, ulong seed) => _goal = Brightest(goalSeen);

        public void Act(ReadOnlySpan<byte> seen, Span<float> action)
        {
            (float x, float y) = Brightest(seen);
            bool sameRoom = (x < 32) == (_goal.X < 32);
            (float toX, float toY) = sameRoom ? _goal
                : Math.Abs(y - 10) > 2 && Math.Abs(x - 32) > 3 ? (_goal.X < 32 ? 36 : 28, 10) : (_goal.X < 32 ? 26f : 38f, 10);
            float length = MathF.Max(1e-3f, MathF.Sqrt(((toX - x) * (toX - x)) + ((toY - y) * (toY - y))));
            float step = MathF.Min(2.4f, length);
            action[0] = step * (toX - x) / length;
            action[1] = step * (toY - y) / length;
        }

        public void Dispose()
        {
        }

        private static (float X, float Y) Brightest(ReadOnlySpan<byte> pixels)
        {
            float sum = 0;
            float x = 0;
            float y = 0;
            for (int i = 0; i < 65 * 65; i++)
            {
                sum += pixels[i];
                x += pixels[i] * (i % 65);
                y += pixels[i] * (i / 65);
            }

            return (x / sum, y / sum);
        }
    }

    private static IReadOnlyList<GoalTask> Tasks(int count)
    {
        using var environment = new TwoRooms();
        return GoalTask.Draw(environment, count, 11);
    }

    [Fact]
    public void A_policy_that_sees_the_goal_beats_the_random_one_on_the_same_tasks()
    {
        IReadOnlyList<GoalTask> tasks = Tasks(20);
        ClosedLoopResult door = ClosedLoopEvaluation.Run(() => new TwoRooms(), _ => new DoorPolicy(), tasks);
        ClosedLoopResult random = ClosedLoopEvaluation.Run(() => new TwoRooms(), environment => new RandomGoalPolicy(environment.Specification), tasks);
        Assert.InRange(door.Success.Rate, 0.9, 1);
        Assert.InRange(random.Success.Rate, 0, 0.3);
        Assert.Equal(door.Episodes.Select(episode => episode.Seed), random.Episodes.Select(episode => episode.Seed));
        Assert.Equal("random", random.Policy);
        Assert.True(double.IsNaN(random.MedianDecisionMilliseconds));
        Assert.All(random.Episodes.Where(episode => !episode.Success), episode => Assert.Equal(200, episode.Steps));
    }

    [Fact]
    public void Outcomes_do_not_depend_on_the_number_of_workers()
    {
        IReadOnlyList<GoalTask> tasks = Tasks(9);
        int calls = 0;
        ClosedLoopResult one = ClosedLoopEvaluation.Run(() => new TwoRooms(), environment => new RandomGoalPolicy(environment.Specification), tasks);
        ClosedLoopResult three = ClosedLoopEvaluation.Run(() => new TwoRooms(), environment => new RandomGoalPolicy(environment.Specification), tasks,
            workers: 3, progress: progress => calls = progress.Finished);
        Assert.Equal(9, calls);
        for (int i = 0; i < tasks.Count; i++)
            Assert.Equal(one.Episodes[i].Path.SelectMany(state => state), three.Episodes[i].Path.SelectMany(state => state));
    }

    [Fact]
    public void Every_episode_keeps_its_path_and_its_times()
    {
        EpisodeOutcome episode = ClosedLoopEvaluation.Run(() => new TwoRooms(), _ => new DoorPolicy(), Tasks(1)).Episodes[0];
        Assert.Equal(episode.Steps + 1, episode.Path.Length);
        Assert.Equal(episode.Steps, episode.DecisionMilliseconds.Length);
        Assert.Equal(episode.Start, episode.Path[0]);
    }

    [Fact]
    public void Tasks_are_never_solved_at_the_start_and_depend_on_seed_and_index_alone()
    {
        using var environment = new TwoRooms();
        IReadOnlyList<GoalTask> five = GoalTask.Draw(environment, 5, 3);
        IReadOnlyList<GoalTask> fifty = GoalTask.Draw(environment, 50, 3);
        Assert.Equal(five.Select(task => task.Seed), fifty.Take(5).Select(task => task.Seed));
        Assert.All(fifty, task => Assert.False(environment.IsSuccess(task.Start, task.Goal)));
        Assert.Equal(50, fifty.Select(task => task.Seed).Distinct().Count());
    }

    [Fact]
    public void A_cancelled_evaluation_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            ClosedLoopEvaluation.Run(() => new TwoRooms(), _ => new DoorPolicy(), Tasks(2), cancellation: source.Token));
    }

    [Fact]
    public void The_result_survives_a_round_trip_through_json()
    {
        ClosedLoopResult result = ClosedLoopEvaluation.Run(() => new TwoRooms(), _ => new DoorPolicy(), Tasks(2));
        string json = JsonSerializer.Serialize(result, EvaluationJson.Default.ClosedLoopResult);
        ClosedLoopResult back = JsonSerializer.Deserialize(json, EvaluationJson.Default.ClosedLoopResult)!;
        Assert.Equal(result.Success, back.Success);
        Assert.Equal(result.Episodes[1].Path.SelectMany(state => state), back.Episodes[1].Path.SelectMany(state => state));
    }

    [Fact]
    public void The_perfect_model_agrees_with_the_simulator_and_with_itself_when_candidates_change_places()
    {
        using var model = new PerfectModel(new TwoRooms(), actionBlock: 2, seed: 4);
        float[] start = [20, 12];
        float[] one = [2, 0, 2, 0, 0, 2, 0, 2];
        float[] other = [-1, -1, -1, -1, 2, -1, 2, -1];
        var ahead = new float[2 * 2 * 2];
        var swapped = new float[2 * 2 * 2];
        model.Rollout(start, [.. one, .. other], 2, 2, ahead);
        model.Rollout(start, [.. other, .. one], 2, 2, swapped);
        Assert.Equal(ahead[..4], swapped[4..]);
        Assert.Equal(ahead[4..], swapped[..4]);
        Assert.Equal([24f, 12f, 24f, 16f], ahead[..4]);
        Assert.Throws<ArgumentException>(() => model.Rollout(start, one, 2, 2, ahead));
    }
}
