using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Trajectories;

public class TrajectoryTests
{
    private static readonly VectorSpace Action = new("action", [new Dimension("u")]);

    [Fact]
    public void It_grows_and_keeps_its_rows()
    {
        var trajectory = new Trajectory(new VectorSpace("o", [new Dimension("y"), new Dimension("z")]), Action, capacity: 1);
        for (var row = 0; row < 20; row++)
        {
            Assert.Equal(row, trajectory.AddRow());
            trajectory.Observation(row)[1] = row;
            trajectory.Action(row)[0] = -row;
        }

        Assert.Equal(20, trajectory.Length);
        for (var row = 0; row < 20; row++)
            Assert.Equal((0, row, -row), (trajectory.Observation(row)[0], trajectory.Observation(row)[1], trajectory.Action(row)[0]));
        Assert.True(trajectory.State(3).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => trajectory.Action(20).Clear());
        Assert.Throws<InvalidOperationException>(() => trajectory.Pixels(0).Clear());
    }

    [Fact]
    public void Used_again_it_shows_nothing_of_before()
    {
        var trajectory = new Trajectory(new ImageSpace("picture", 1, 2, 2), Action, new VectorSpace("s", [new Dimension("x")]));
        trajectory.AddRow();
        trajectory.Pixels(0).Fill(7);
        trajectory.Action(0).Fill(7);
        trajectory.State(0).Fill(7);
        trajectory.End = EpisodeEnd.Terminated;
        trajectory.Clear();
        Assert.Equal((0, EpisodeEnd.EndOfRecord), (trajectory.Length, trajectory.End));
        trajectory.AddRow();
        Assert.Equal(new byte[4], trajectory.Pixels(0).ToArray());
        Assert.Equal((0, 0), (trajectory.Action(0)[0], trajectory.State(0)[0]));
        Assert.Throws<InvalidOperationException>(() => trajectory.Observation(0).Clear());
    }
}
