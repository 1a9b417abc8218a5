namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>The cyclic redundancy check of PNG chunks (annex D of the recommendation, reflected polynomial 0xEDB88320).</summary>
internal static class Crc32
{
    public const uint Start = 0xFFFF_FFFF;

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB8_8320 : state >> 1;
        }

        return state;
    }

    public static uint Finish(uint state) => ~state;
}
