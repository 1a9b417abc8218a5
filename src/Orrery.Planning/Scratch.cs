namespace Orrery.Planning;

/// <summary>Arrays that grow once to the largest size asked for and are used again after that.</summary>
internal static class Scratch
{
    public static Span<T> Ask<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
        return array.AsSpan(0, length);
    }
}
