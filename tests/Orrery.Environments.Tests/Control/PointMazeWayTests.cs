using Orrery.Environments.Control;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Control;

/// <summary>Holds the taut string to what the map says and to a search on a fine grid, which shares no code with it.</summary>
public sealed class PointMazeWayTests
{
    private const double Spacing = 0.05;

    private static readonly string[] Large =
        ["############", "#OOOO#OOOOO#", "#O##O#O#O#O#", "#OOOOOO#OOO#", "#O####O###O#", "#OO#O#OOOOO#", "##O#O#O#O###", "#OO#OOO#OOO#", "############"];

    [Theory]
    // Within a corridor, around one corner of the U, around its whole arm, and from 0.06 m inside a wall.
    [InlineData("point-maze-u", 1, 1, 1, 3, 2)]
    [InlineData("point-maze-u", 3, 1, 2, 3, 2.2443)]
    [InlineData("point-maze-u", 1, 1, 3, 1, 4.1373)]
    [InlineData("point-maze-u", 1.26, 1, 1, 1, 0.2)]
    [InlineData("point-maze-medium", 1, 1, 2, 2, 1.4142)]
    public void The_string_is_as_long_as_the_map_says(string maze, double x, double y, double goalX, double goalY, double length)
    {
        PointMazeWay way = new(maze);
        Assert.Equal(length, way.Length([(float)x, (float)y], [(float)goalX, (float)goalY]), 3);
        Assert.Equal(length, way.Length([(float)goalX, (float)goalY, 1, 1], [(float)x, (float)y, 2, 2]), 3);
    }

    [Fact]
    public void It_is_never_longer_than_a_way_over_a_fine_grid_and_not_much_shorter()
    {
        PointMazeWay way = new("point-maze-large");
        RandomStream random = new(5, "maze way");
        var (rows, columns) = ((int)(Large.Length / Spacing), (int)(Large[0].Length / Spacing));
        for (var round = 0; round < 4; round++)
        {
            var start = FreeNode();
            var lengths = Dijkstra(start);
            for (var pair = 0; pair < 50; pair++)
            {
                var (row, column) = FreeNode();
                var onGrid = lengths[row, column];
                var length = way.Length(Place(start), Place((row, column)));

                // Steps in eight directions are at most 8.3 % longer than a straight line, and cut a corner by at most one of them.
                Assert.InRange(length, (onGrid / 1.083) - (2 * Spacing), onGrid + 1e-4);
            }
        }

        (int Row, int Column) FreeNode()
        {
            while (true)
            {
                var node = (random.NextInt(rows), random.NextInt(columns));
                if (IsFree(node))
                    return node;
            }
        }

        double[,] Dijkstra((int Row, int Column) start)
        {
            var found = new double[rows, columns];
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                    found[row, column] = double.PositiveInfinity;
            }

            found[start.Row, start.Column] = 0;
            PriorityQueue<(int Row, int Column), double> open = new([(start, 0)]);
            while (open.TryDequeue(out var node, out var length))
            {
                if (length > found[node.Row, node.Column])
                    continue;
                for (var down = -1; down <= 1; down++)
                {
                    for (var right = -1; right <= 1; right++)
                    {
                        var next = (Row: node.Row + down, Column: node.Column + right);
                        var there = length + (Spacing * Math.Sqrt((down * down) + (right * right)));
                        if (next.Row < 0 || next.Row >= rows || next.Column < 0 || next.Column >= columns || !IsFree(next) || there >= found[next.Row, next.Column])
                            continue;
                        found[next.Row, next.Column] = there;
                        open.Enqueue(next, there);
                    }
                }
            }

            return found;
        }
    }

    [Fact]
    public void An_unknown_maze_is_named() =>
        Assert.Contains("'point-maze-small'", Assert.Throws<ArgumentException>(() => new PointMazeWay("point-maze-small")).Message, StringComparison.Ordinal);

    private static float[] Place((int Row, int Column) node) => [(float)(node.Row * Spacing), (float)(node.Column * Spacing)];

    /// <summary>The ball of 0.1 m touches no wall: the cell of row i covers i - 0.7 to i + 0.3.</summary>
    private static bool IsFree((int Row, int Column) node)
    {
        foreach (var (x, y) in (ReadOnlySpan<(double, double)>)[(-0.1, -0.1), (-0.1, 0.1), (0.1, -0.1), (0.1, 0.1)])
        {
            var (row, column) = ((int)Math.Floor((node.Row * Spacing) + x + 0.7), (int)Math.Floor((node.Column * Spacing) + y + 0.7));
            if (row < 0 || row >= Large.Length || column < 0 || column >= Large[0].Length || Large[row][column] == '#')
                return false;
        }

        return true;
    }
}
