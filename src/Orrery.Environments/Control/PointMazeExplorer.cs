using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Control;

/// <summary>
/// Goes through a maze from one random cell to the next on shortest ways, unsteadily; some episodes are left to chance. It knows nothing of the
/// tasks that are evaluated.
/// </summary>
/// <remarks>
/// The controller is D4RL's noisy one: way-points are the cells' places less up to 0.2 m, the force is 10 times the distance less the
/// velocity, with noise of deviation 0.5; the next way-point's turn comes within 0.1 m.
/// </remarks>
/// <param name="randomShare">Share of episodes in which random forces are held for five steps each.</param>
internal sealed class PointMazeExplorer(double randomShare = 0.3) : IExplorer
{
    private const double Gain = 10;
    private const double Noise = 0.5;
    private const double Shift = 0.2;
    private const double Reached = 0.1;
    private const int Hold = 5;

    /// <summary>Steps after which a way-point that was not reached is given up: noise may have led round a corner.</summary>
    private const int Patience = 40;

    private readonly float[] _state = new float[4];
    private RandomStream? _random;
    private RandomExplorer? _chance;
    private (int Row, int Column) _goal;
    private (int Row, int Column) _cell;
    private (int Row, int Column)[,]? _ways;
    private (double X, double Y) _waypoint;
    private int _waited;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _ = Check(environment);
        _random = random;
        _ways = null;
        _chance = random.NextDouble() < randomShare ? new RandomExplorer(Hold) : null;
        _chance?.Begin(environment, random);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        var random = _random ?? throw new InvalidOperationException("PointMazeExplorer.Act: the episode has not begun; call Begin first.");
        if (_chance is not null)
        {
            _chance.Act(environment, step, action);
            return;
        }

        var maze = Check(environment);
        maze.ReadState(_state);
        if (_ways is null)
            ChooseGoal(maze.Layout, random);
        else if (Distance() < Reached)
            GoOn(maze.Layout, random);
        else if (++_waited > Patience)
            ChooseGoal(maze.Layout, random);
        action[0] = Force(_waypoint.X, _state[0], _state[2]);
        action[1] = Force(_waypoint.Y, _state[1], _state[3]);

        float Force(double wanted, double position, double velocity) =>
            (float)Math.Clamp((Gain * (wanted - position)) - velocity + (Noise * random.NextNormal()), -1, 1);

        double Distance() => Math.Sqrt(Math.Pow(_waypoint.X - _state[0], 2) + Math.Pow(_waypoint.Y - _state[1], 2));
    }

    private static PointMaze Check(IEnvironment environment) =>
        environment as PointMaze ?? throw new ArgumentException($"This explorer finds its way in point mazes; {environment.Specification.Name} came.", nameof(environment));

    private void GoOn(PointMazeLayout layout, RandomStream random)
    {
        if (_cell == _goal)
            ChooseGoal(layout, random);
        else
            Approach(_ways![_cell.Row, _cell.Column], random);
    }

    private void ChooseGoal(PointMazeLayout layout, RandomStream random)
    {
        _goal = layout.Cells[random.NextInt(layout.Cells.Count)];
        _ways = layout.WaysTo(_goal);
        var here = PointMazeLayout.CellOf(_state[0], _state[1]);

        // Between two cells, a wall's may be nearer by a hair; then the goal is headed for and given up soon.
        Approach(layout.IsWall(here) ? _goal : _ways[here.Row, here.Column], random);
    }

    private void Approach((int Row, int Column) cell, RandomStream random)
    {
        _cell = cell;
        _waypoint = (cell.Row - (Shift * random.NextDouble()), cell.Column - (Shift * random.NextDouble()));
        _waited = 0;
    }
}
