using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>Where agent and target of the 224-pixel Two Room are put.</summary>
internal static class TwoRoomTasks
{
    /// <summary>Largest coordinate that the published reset draws, px.</summary>
    private const int LargestDrawn = TwoRoomWorld.Far - 1;

    /// <summary>Draws a start and a goal, px.</summary>
    /// <param name="isSwept">In opposite rooms with the whole disk, or as published.</param>
    /// <param name="random">To draw from.</param>
    public static ((float X, float Y) Start, (float X, float Y) Goal) Sample(bool isSwept, RandomStream random)
    {
        if (isSwept)
        {
            var startsLeft = random.NextInt(2) == 0;
            return (InRoom(random, startsLeft), InRoom(random, !startsLeft));
        }

        (float X, float Y) start;
        do
            start = Anywhere(random);
        while (Math.Abs(start.X - TwoRoomWorld.Wall) <= TwoRoomWorld.HalfWall + TwoRoomWorld.Radius);
        return (start, Anywhere(random));
    }

    private static (float X, float Y) Anywhere(RandomStream random) =>
        (Between(random, TwoRoomWorld.Near, LargestDrawn), Between(random, TwoRoomWorld.Near, LargestDrawn));

    private static (float X, float Y) InRoom(RandomStream random, bool left) => (
        left ? Between(random, TwoRoomWorld.Least, TwoRoomWorld.LeftFace) : Between(random, TwoRoomWorld.RightFace, TwoRoomWorld.Most),
        Between(random, TwoRoomWorld.Least, TwoRoomWorld.Most));

    private static float Between(RandomStream random, double low, double high) => (float)(low + ((high - low) * random.NextDouble()));
}
