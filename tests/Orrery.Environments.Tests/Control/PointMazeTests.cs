using Orrery.Environments.Control;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Control;

public sealed class PointMazeTests
{
    [MujocoFact]
    public void In_the_open_the_ball_obeys_its_equation()
    {
        // m dv/dt = F - d v, with the damping taken at the end of each physics step.
        const double Mass = 4.0 / 3 * Math.PI * 0.001 * 1000, Force = 50, Damping = 1, Time = 0.01;
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        environment.WriteState([1, 1, 0, 0]);
        double speed = 0, place = 1;
        var state = new float[4];
        for (var step = 0; step < 4; step++)
        {
            environment.Step([0, 0.5f]);
            environment.ReadState(state);
            for (var i = 0; i < 5; i++)
            {
                speed = ((Mass * speed) + (Time * Force)) / (Mass + (Time * Damping));
                place += Time * speed;
            }

            Assert.Equal(speed, state[3], 1e-6);
            Assert.Equal(place, state[1], 1e-6);
            Assert.Equal((1f, 0f), (state[0], state[2]));
        }
    }

    [MujocoFact]
    public void The_wall_of_the_U_stands_where_the_protocols_way_goes_around_it()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        Assert.Equal(1.2, Push([1, 1, 0, 0], [0.2f, 0]).X, 0.01);
        Assert.Equal(2.4, Push([3, 1, 0, 0], [-0.2f, 0]).X, 0.01);
        Assert.Equal(2.4, Push([2, 3, 0, 0], [0, -0.2f]).Y, 0.01);
        Assert.Equal(3.2, Push([1, 3, 0, 0], [0.2f, 0]).X, 0.01);
        Assert.Equal((0.4, 0.4), Rounded(Push([1, 1, 0, 0], [-0.2f, -0.2f])));

        (double X, double Y) Push(float[] from, float[] force)
        {
            environment.WriteState(from);
            for (var step = 0; step < 200; step++)
                environment.Step(force);
            var state = new float[4];
            environment.ReadState(state);
            return (state[0], state[1]);
        }

        static (double X, double Y) Rounded((double X, double Y) place) => (Math.Round(place.X, 2), Math.Round(place.Y, 2));
    }

    [MujocoFact]
    public void The_ball_is_never_so_deep_in_a_wall_that_where_it_is_cannot_be_written()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        using var written = new PointMaze(PointMazeLayout.U, 0);
        var policy = new RandomPolicy(environment.Specification, new RandomStream(1, "test"));
        float[] action = new float[2], state = new float[4];
        for (var step = 0; step < 20_000; step++)
        {
            if (step % 15 == 0)
                policy.Act(action);
            environment.Step(action);
            environment.ReadState(state);
            written.WriteState(state);
        }
    }

    [MujocoFact]
    public void Speed_is_limited_when_a_step_begins()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        var state = new float[4];
        environment.WriteState([0.5f, 1, 0, 12]);
        environment.Step([0, 0]);
        environment.ReadState(state);
        Assert.Equal(5 / Math.Pow(1 + (0.01 / 4.18879), 5), state[3], 1e-4);
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1.8f, 1.5f)]
    [InlineData(4f, 1f)]
    [InlineData(1f, -20f)]
    public void A_place_inside_a_wall_or_outside_is_refused(float x, float y)
    {
        using var environment = new PointMaze(PointMazeLayout.U, 64);
        Assert.Contains("choose a place in a free cell", Assert.Throws<ArgumentException>(() => environment.WriteState([x, y, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => environment.ObserveAt([x, y, 0, 0], new byte[3 * 64 * 64]));
        Assert.Contains("the ball moves at (20, 0)", Assert.Throws<ArgumentException>(() => environment.WriteState([1, 1, 20, 0])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("point-maze-u", 7)]
    [InlineData("point-maze-medium", 26)]
    [InlineData("point-maze-large", 46)]
    public void Starts_and_goals_lie_in_all_free_cells_and_in_different_ones(string name, int cells)
    {
        using var environment = (PointMaze)EnvironmentCatalogue.Create(name);
        float[] start = new float[4], goal = new float[4];
        HashSet<(int, int)> starts = [], goals = [], resets = [];
        for (var seed = 0ul; seed < 1000; seed++)
        {
            environment.SampleTask(seed, start, goal);
            var (from, to) = (PointMazeLayout.CellOf(start[0], start[1]), PointMazeLayout.CellOf(goal[0], goal[1]));
            Assert.NotEqual(from, to);
            starts.Add(from);
            goals.Add(to);
            environment.Reset(seed);
            environment.ReadState(start);
            resets.Add(PointMazeLayout.CellOf(start[0], start[1]));
        }

        Assert.Equal(environment.Layout.Cells.Order(), starts.Order());
        Assert.Equal(environment.Layout.Cells.Order(), goals.Order());
        Assert.Equal(environment.Layout.Cells.Order(), resets.Order());
        Assert.Equal(cells, starts.Count);
    }

    [MujocoTheory]
    [InlineData("point-maze-u")]
    [InlineData("point-maze-medium")]
    [InlineData("point-maze-large")]
    public void The_explorer_comes_to_every_cell_again_and_again(string name)
    {
        using var environment = (PointMaze)EnvironmentCatalogue.Create(name);
        var explorer = new PointMazeExplorer(randomShare: 0);
        float[] action = new float[2], state = new float[4];
        Dictionary<(int, int), int> visits = [];
        var changes = 0;
        const int Episodes = 150, Steps = 100;
        for (var episode = 0ul; episode < Episodes; episode++)
        {
            environment.Reset(episode);
            explorer.Begin(environment, new RandomStream(episode, "test"));
            var last = (0, 0);
            for (var step = 0; step < Steps; step++)
            {
                explorer.Act(environment, step, action);
                Assert.All(action, number => Assert.InRange(number, -1, 1));
                environment.Step(action);
                environment.ReadState(state);
                var cell = PointMazeLayout.CellOf(state[0], state[1]);
                if (cell != last)
                {
                    visits[cell] = visits.GetValueOrDefault(cell) + 1;
                    changes++;
                }

                last = cell;
            }
        }

        Assert.All(environment.Layout.Cells, cell => Assert.True(visits.GetValueOrDefault(cell) >= 5, $"{cell}: {visits.GetValueOrDefault(cell)} visits"));
        Assert.True(changes > Episodes * Steps / 20, $"only {changes} cells were entered");
    }

    [MujocoFact]
    public void The_explorer_crosses_from_one_arm_of_the_U_to_the_other()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 0);
        var explorer = new PointMazeExplorer(randomShare: 0);
        float[] action = new float[2], state = new float[4];
        var crossings = 0;
        for (var episode = 0ul; episode < 10; episode++)
        {
            environment.Reset(episode);
            explorer.Begin(environment, new RandomStream(episode, "test"));
            var side = 0;
            for (var step = 0; step < 100; step++)
            {
                explorer.Act(environment, step, action);
                environment.Step(action);
                environment.ReadState(state);
                if (state[0] is < 1.2f or > 2.4f)
                {
                    crossings += side != 0 && Math.Sign(state[0] - 1.8f) != side ? 1 : 0;
                    side = Math.Sign(state[0] - 1.8f);
                }
            }
        }

        Assert.True(crossings >= 20, $"{crossings} ways from one arm to the other in 10 episodes");
    }

    [Theory]
    [InlineData("point-maze-medium")]
    [InlineData("point-maze-large")]
    public void Every_free_cell_has_a_way_to_every_other(string name)
    {
        using var environment = (PointMaze)EnvironmentCatalogue.Create(name);
        var layout = environment.Layout;
        foreach (var goal in layout.Cells)
        {
            var ways = layout.WaysTo(goal);
            foreach (var start in layout.Cells)
            {
                var cell = start;
                for (var step = 0; cell != goal; step++)
                {
                    Assert.True(step < layout.Cells.Count, $"no way from {start} to {goal}");
                    cell = ways[cell.Row, cell.Column];
                }
            }
        }
    }

    [Fact]
    public void Ways_are_the_shortest()
    {
        var ways = PointMazeLayout.U.WaysTo((1, 1));
        (int Row, int Column) cell = (3, 1);
        List<(int, int)> passed = [cell];
        while (cell != (1, 1))
            passed.Add(cell = ways[cell.Row, cell.Column]);
        Assert.Equal([(3, 1), (3, 2), (3, 3), (2, 3), (1, 3), (1, 2), (1, 1)], passed);
        Assert.Equal((2, 2), ways[2, 2]);
    }

    [Fact]
    public void What_is_painted_is_where_it_is()
    {
        using var environment = new PointMaze(PointMazeLayout.U, 64);
        var pixels = new byte[3 * 64 * 64];
        environment.ObserveAt([1, 3, 0, 0], pixels);
        Assert.Equal((0x4D, 0xE6, 0x4D), At(2.2, 4.2));
        Assert.Equal((0x33, 0x4D, 0x66), At(2.2, 3.5));
        Assert.Equal((0x33, 0x4D, 0x66), At(3.0, 4.2));
        Assert.Equal((0xB3, 0x80, 0x50), At(3.0, 3.0));
        Assert.Equal((0xB3, 0x80, 0x50), At(1.3, 3.0));
        Assert.Equal((0x33, 0x4D, 0x66), At(2.3, 2.0));

        (int Red, int Green, int Blue) At(double x, double y)
        {
            // From 1.25 m to 4.75 m in the world, up and to the right.
            var place = ((int)((4.75 - y) / 3.5 * 64) * 64) + (int)((x - 1.25) / 3.5 * 64);
            return (pixels[place], pixels[(64 * 64) + place], pixels[(2 * 64 * 64) + place]);
        }
    }
}
