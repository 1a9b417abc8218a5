using System.Globalization;
using System.Text;

namespace Orrery.Environments.Control;

/// <summary>A maze of square cells, and the physics that follow from it.</summary>
/// <remarks>
/// Source: D4RL's maze2d (Fu et al. 2020). Cell (i, j), row and column of the map, is 1 m wide around the world's (i + 1, j + 1), but the ball's
/// position (0, 0) is the world's (1.2, 1.2): the ball's centre is in cell (i, j) where its position is within i - 0.7 .. i + 0.3 and j - 0.7 .. j + 0.3.
/// </remarks>
internal sealed class PointMazeLayout
{
    /// <summary>Radius of the ball, m.</summary>
    public const double BallRadius = 0.1;

    /// <summary>The world's coordinates of position 0, m.</summary>
    public const double Origin = 1.2;

    /// <summary>From a position to its cell's lower border at the same whole number, m.</summary>
    private const double Border = 0.7;

    private readonly string[] _rows;
    private readonly Lazy<MujocoModel> _model;

    private PointMazeLayout(string name, params string[] rows)
    {
        Name = name;
        _rows = rows;
        Cells = [.. Enumerable.Range(0, rows.Length).SelectMany(row => Enumerable.Range(0, rows[row].Length).Select(column => (row, column))).Where(cell => !IsWall(cell))];
        _model = new Lazy<MujocoModel>(() => MujocoModel.Load(name, Mjcf()));
    }

    /// <summary>D4RL's maze2d-umaze.</summary>
    public static PointMazeLayout U { get; } = new("point-maze-u", "#####", "#OOO#", "###O#", "#OOO#", "#####");

    /// <summary>D4RL's maze2d-medium.</summary>
    public static PointMazeLayout Medium { get; } = new(
        "point-maze-medium", "########", "#OO##OO#", "#OO#OOO#", "##OOO###", "#OO#OOO#", "#O#OO#O#", "#OOO#OO#", "########");

    /// <summary>D4RL's maze2d-large.</summary>
    public static PointMazeLayout Large { get; } = new(
        "point-maze-large",
        "############", "#OOOO#OOOOO#", "#O##O#O#O#O#", "#OOOOOO#OOO#", "#O####O###O#", "#OO#O#OOOOO#", "##O#O#O#O###", "#OO#OOO#OOO#", "############");

    /// <summary>Its name in the catalogue.</summary>
    public string Name { get; }

    /// <summary>Number of rows, along x.</summary>
    public int Rows => _rows.Length;

    /// <summary>Number of columns, along y.</summary>
    public int Columns => _rows[0].Length;

    /// <summary>The free cells, row by row.</summary>
    public IReadOnlyList<(int Row, int Column)> Cells { get; }

    /// <summary>Its physics; shared.</summary>
    public Lazy<MujocoModel> Model => _model;

    /// <summary>Whether a cell is a wall, or outside.</summary>
    public bool IsWall((int Row, int Column) cell) =>
        cell.Row < 0 || cell.Row >= Rows || cell.Column < 0 || cell.Column >= Columns || _rows[cell.Row][cell.Column] == '#';

    /// <summary>The cell that the ball's centre is in.</summary>
    /// <param name="x">The ball's position, m.</param>
    /// <param name="y">The ball's position, m.</param>
    public static (int Row, int Column) CellOf(double x, double y) => ((int)Math.Floor(x + Border), (int)Math.Floor(y + Border));

    /// <summary>Where a wall keeps the ball's centre from: the middle of that square, and half its width, m.</summary>
    public static (double X, double Y, double Half) Blocked((int Row, int Column) cell) =>
        (cell.Row + 1 - Origin, cell.Column + 1 - Origin, 0.5 + BallRadius);

    /// <summary>For each cell, the next one on a shortest way to a goal; the goal's is itself, a wall's or an unreachable one's as well.</summary>
    /// <param name="goal">A free cell.</param>
    /// <returns>[Rows, Columns].</returns>
    public (int Row, int Column)[,] WaysTo((int Row, int Column) goal)
    {
        var ways = new (int, int)[Rows, Columns];
        var seen = new bool[Rows, Columns];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                ways[row, column] = (row, column);
        }

        var open = new Queue<(int Row, int Column)>([goal]);
        seen[goal.Row, goal.Column] = true;
        while (open.TryDequeue(out var cell))
        {
            foreach (var next in (ReadOnlySpan<(int Row, int Column)>)
                [(cell.Row - 1, cell.Column), (cell.Row + 1, cell.Column), (cell.Row, cell.Column - 1), (cell.Row, cell.Column + 1)])
            {
                if (IsWall(next) || seen[next.Row, next.Column])
                    continue;
                seen[next.Row, next.Column] = true;
                ways[next.Row, next.Column] = cell;
                open.Enqueue(next);
            }
        }

        return ways;
    }

    /// <summary>Ball and walls. The floor is left out: with it, 10,000 physics steps end within 1e-15 of where they end without it.</summary>
    internal string Mjcf()
    {
        var walls = new StringBuilder();
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                if (IsWall((row, column)))
                    walls.Append(CultureInfo.InvariantCulture, $"""    <geom type="box" size="0.5 0.5 0.2" pos="{row + 1} {column + 1} 0" rgba="0.7 0.5 0.3 1"/>""").Append('\n');
            }
        }

        return $"""
            <mujoco model="{Name}">
              <size njmax="100" nconmax="50" nstack="100000"/>
              <option timestep="0.01" gravity="0 0 0" iterations="20" integrator="Euler"/>
              <default>
                <joint type="slide" damping="1"/>
                <geom condim="1" margin="0.002" density="1000" contype="2" conaffinity="1"/>
                <motor gear="100" ctrlrange="-1 1" ctrllimited="true"/>
              </default>
              <worldbody>
                <body name="ball" pos="1.2 1.2 0">
                  <joint name="x" axis="1 0 0"/>
                  <joint name="y" axis="0 1 0"/>
                  <geom name="ball" type="sphere" size="0.1" contype="1"/>
                  <site name="ball" size="0.2" rgba="0.3 0.6 0.3 1"/>
                </body>
            {walls}  </worldbody>
              <actuator>
                <motor name="x" joint="x"/>
                <motor name="y" joint="y"/>
              </actuator>
            </mujoco>
            """;
    }
}
