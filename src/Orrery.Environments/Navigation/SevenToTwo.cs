namespace Orrery.Environments.Navigation;

/// <summary>Makes a picture 3.5 times smaller by the mean over squares of 3.5 x 3.5 pixels: 7 x 7 pixels become 2 x 2.</summary>
internal static class SevenToTwo
{
    private const int From = 7;
    private const int To = 2;

    /// <summary>Halves of a pixel in a square, 7 x 7.</summary>
    private const int Area = From * From;

    /// <summary>Fills the small picture; means are rounded to the nearest whole number.</summary>
    /// <param name="source">The large picture, row by row.</param>
    /// <param name="sourceStride">Bytes from one of its rows to the next.</param>
    /// <param name="width">Of the large picture, a multiple of 7, at most 224.</param>
    /// <param name="height">Of the large picture, a multiple of 7.</param>
    /// <param name="target">Receives the small one.</param>
    /// <param name="targetStride">Bytes from one of its rows to the next.</param>
    public static void Reduce(ReadOnlySpan<byte> source, int sourceStride, int width, int height, Span<byte> target, int targetStride)
    {
        var columns = width / From * To;
        Span<int> row = stackalloc int[columns];
        Span<int> upper = stackalloc int[columns];
        Span<int> lower = stackalloc int[columns];
        for (var block = 0; block < height / From; block++)
        {
            upper.Clear();
            lower.Clear();
            for (var line = 0; line < From; line++)
            {
                Across(source.Slice(((block * From) + line) * sourceStride, width), row);

                // The fourth row lies half in the upper square and half in the lower one.
                if (line <= From / 2)
                    Add(row, line == From / 2 ? 1 : 2, upper);
                if (line >= From / 2)
                    Add(row, line == From / 2 ? 1 : 2, lower);
            }

            Write(upper, target[(block * To * targetStride)..]);
            Write(lower, target[(((block * To) + 1) * targetStride)..]);
        }
    }

    /// <summary>Sums over 3.5 pixels along a row, in halves.</summary>
    private static void Across(ReadOnlySpan<byte> pixels, Span<int> sums)
    {
        for (var block = 0; block < sums.Length / To; block++)
        {
            var seven = pixels.Slice(block * From, From);
            sums[To * block] = (2 * (seven[0] + seven[1] + seven[2])) + seven[3];
            sums[(To * block) + 1] = seven[3] + (2 * (seven[4] + seven[5] + seven[6]));
        }
    }

    private static void Add(ReadOnlySpan<int> row, int weight, Span<int> sums)
    {
        for (var column = 0; column < sums.Length; column++)
            sums[column] += weight * row[column];
    }

    private static void Write(ReadOnlySpan<int> sums, Span<byte> pixels)
    {
        for (var column = 0; column < sums.Length; column++)
            pixels[column] = (byte)((sums[column] + (Area / 2)) / Area);
    }
}
