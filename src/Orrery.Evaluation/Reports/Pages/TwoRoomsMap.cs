using Orrery.Environments.Navigation;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The map of Two Rooms as a drawing. A position (x, y) is the middle of a pixel, so pixel x spans x - 0.5 to x + 0.5.</summary>
public static class TwoRoomsMap
{
    private const double Half = 0.5;

    /// <summary>Border, wall and door of a layout.</summary>
    public static MapGeometry Of(TwoRoomsLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        const double Near = TwoRoomsLayout.Near - Half;
        const double Far = TwoRoomsLayout.Far - Half;
        const double Length = Far + 1 - Near;
        double left = layout.WallLeft - Half;
        double width = layout.WallRight + Half - left;
        double doorTop = layout.DoorTop - Half;
        double doorBottom = layout.DoorBottom + Half;
        return new MapGeometry(new MapRectangle(-Half, -Half, TwoRoomsLayout.Size, TwoRoomsLayout.Size),
        [
            new MapRectangle(Near, Near, Length, 1), new MapRectangle(Near, Far, Length, 1),
            new MapRectangle(Near, Near, 1, Length), new MapRectangle(Far, Near, 1, Length),
            new MapRectangle(left, Near, width, doorTop - Near), new MapRectangle(left, doorBottom, width, Far - doorBottom),
        ]);
    }
}
