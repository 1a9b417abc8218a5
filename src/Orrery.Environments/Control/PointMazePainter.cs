using Orrery.Environments.Painting;

namespace Orrery.Environments.Control;

/// <summary>Draws a maze from above, the ball's first position to the right and its second one up: the free cells and a quarter of a cell of what is around.</summary>
internal sealed class PointMazePainter
{
    /// <summary>The published pictures show the ball twice as large as it is, m.</summary>
    private const double BallRadius = 0.2;

    private const double Around = 0.25;
    private const int FloorColor = 0x334D66;
    private const int WallColor = 0xB38050;
    private const int BallColor = 0x4DE64D;

    private readonly FlatPainter _painter;

    /// <summary>Prepares to draw a maze.</summary>
    public PointMazePainter(PointMazeLayout layout)
    {
        // From the lower border of the first free row or column, at 1.5 m, to the upper one of the last; square, with the maze in the middle.
        var (width, height) = (layout.Rows - 2.0, layout.Columns - 2.0);
        var side = Math.Max(width, height) + (2 * Around);
        View = new FlatView(1.5 + ((width - side) / 2), 1.5 + ((height - side) / 2), side, side);
        _painter = new FlatPainter(View, painter => PaintStill(painter, layout, View));
    }

    /// <summary>What is seen of the world.</summary>
    public FlatView View { get; }

    /// <summary>Draws a picture.</summary>
    /// <param name="pixels">As <paramref name="layout"/> says.</param>
    /// <param name="layout">Where the bytes are.</param>
    /// <param name="position">x and y of the ball, m.</param>
    public void Paint(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<double> position)
    {
        _painter.Begin(layout);
        _painter.Disc((PointMazeLayout.Origin + position[0], PointMazeLayout.Origin + position[1]), BallRadius, BallColor);
        _painter.End(pixels);
    }

    private static void PaintStill(FlatPainter painter, PointMazeLayout layout, FlatView view)
    {
        painter.Rectangle(view.Left, view.Bottom, view.Left + view.Width, view.Bottom + view.Height, WallColor);
        foreach (var (row, column) in layout.Cells)
        {
            // Together with each neighbour, too: where two smooth edges meet, the wall would shine through.
            painter.Rectangle(row + 0.5, column + 0.5, row + 1.5, column + 1.5, FloorColor);
            if (!layout.IsWall((row + 1, column)))
                painter.Rectangle(row + 0.5, column + 0.5, row + 2.5, column + 1.5, FloorColor);
            if (!layout.IsWall((row, column + 1)))
                painter.Rectangle(row + 0.5, column + 0.5, row + 1.5, column + 2.5, FloorColor);
        }
    }
}
