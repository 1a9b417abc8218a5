using Orrery.Environments.Painting;

namespace Orrery.Environments.Control;

/// <summary>Draws the arm from above: what a camera at 0.75 m with an opening of 45 degrees sees of the floor, without perspective.</summary>
internal sealed class ReacherPainter
{
    /// <summary>Half of what is seen of the floor, m: 0.75 tan 22.5 degrees.</summary>
    private const double HalfWidth = 0.31066;

    private const double Rim = 0.3;
    private const double Square = 0.1;
    private const double RootRadius = 0.011;
    private const int FloorColor = 0x1A334D;
    private const int SquareColor = 0x334D66;
    private const int RimColor = 0x4D80B3;
    private const int ArmColor = 0xB38050;
    private const int FingerColor = 0xB36633;

    private readonly FlatPainter _painter = new(new FlatView(-HalfWidth, -HalfWidth, 2 * HalfWidth, 2 * HalfWidth), PaintStill);

    /// <summary>Draws a picture.</summary>
    /// <param name="pixels">As <paramref name="layout"/> says.</param>
    /// <param name="layout">Where the bytes are.</param>
    /// <param name="angles">Shoulder and wrist, rad.</param>
    public void Paint(Span<byte> pixels, PixelLayout layout, ReadOnlySpan<double> angles)
    {
        var wrist = Reacher.Along((0, 0), angles[0], Reacher.Link);
        var hand = Reacher.Along(wrist, angles[0] + angles[1], Reacher.HandLength);
        var finger = Reacher.Along(wrist, angles[0] + angles[1], Reacher.Link);
        _painter.Begin(layout);
        _painter.Capsule((0, 0), wrist, Reacher.Radius, ArmColor);
        _painter.Capsule(wrist, hand, Reacher.Radius, ArmColor);
        _painter.Disc((0, 0), RootRadius, RimColor);
        _painter.Disc(finger, Reacher.Radius, FingerColor);
        _painter.End(pixels);
    }

    private static void PaintStill(FlatPainter painter)
    {
        painter.Rectangle(-HalfWidth, -HalfWidth, HalfWidth, HalfWidth, RimColor);
        painter.Rectangle(-Rim, -Rim, Rim, Rim, FloorColor);
        for (var row = -3; row < 3; row++)
        {
            for (var column = -3; column < 3; column++)
            {
                if (((row + column) & 1) != 0)
                    painter.Rectangle(column * Square, row * Square, (column + 1) * Square, (row + 1) * Square, SquareColor);
            }
        }
    }
}
