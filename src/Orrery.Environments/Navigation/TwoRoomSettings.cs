namespace Orrery.Environments.Navigation;

/// <summary>Which of the 224-pixel Two Rooms to make.</summary>
/// <param name="IsSwept">Whether the whole disk is swept along a move (CLEAR-LeWM's correction) or only a move's end meets walls, as published.</param>
/// <param name="PictureSize">Side of the observed picture: 224, or 64 for the same picture made smaller.</param>
internal sealed record TwoRoomSettings(bool IsSwept = false, int PictureSize = TwoRoomWorld.Size)
{
    /// <summary>Its name, as in the catalogue.</summary>
    public string Name => (IsSwept ? "two-room-swept" : "two-room") + (PictureSize == TwoRoomPainter.SmallSize ? "-64" : "");
}
