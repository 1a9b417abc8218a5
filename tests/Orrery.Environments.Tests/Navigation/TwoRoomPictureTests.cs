using System.Security.Cryptography;
using Orrery.Data;

namespace Orrery.Environments.Tests.Navigation;

/// <summary>What the 224-pixel Two Rooms look like.</summary>
public sealed class TwoRoomPictureTests
{
    private const int Size = 224;
    private const int Plane = Size * Size;
    private const int SmallSize = 64;

    [Theory]
    [InlineData(60, 150)]
    [InlineData(99.37f, 100.81f)]
    [InlineData(21, 203)]
    [InlineData(14, 209)]
    [InlineData(112, 49)]
    [InlineData(203, 21.5f)]
    public void Every_byte_is_the_published_blend_of_walls_and_a_gaussian_dot(float x, float y)
    {
        var pixels = Seen("two-room", x, y);
        var largest = double.NegativeInfinity;
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
                largest = Math.Max(largest, Gaussian(column, row));
        }

        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                double wall = IsBlack(column, row) ? 0 : 255;
                var alpha = Gaussian(column, row) / largest;
                Check(0, (wall * (1 - alpha)) + (255 * alpha));
                Check(1, wall * (1 - alpha));
                Check(2, wall * (1 - alpha));

                void Check(int channel, double exact)
                {
                    // Cut to whole numbers after single precision: a value within rounding of a whole number may be cut to either.
                    var actual = pixels[(channel * Plane) + (row * Size) + column];
                    Assert.True(actual == Math.Floor(exact - 1e-3) || actual == Math.Floor(exact + 1e-3), $"({column}, {row}), channel {channel}: {actual}, not {exact}");
                }
            }
        }

        double Gaussian(int column, int row) => Math.Exp(-(((column - (double)x) * (column - (double)x)) + ((row - (double)y) * (row - (double)y))) / 98);
    }

    [Fact]
    public void Walls_are_black_where_the_published_picture_has_them()
    {
        var pixels = Seen("two-room", 60, 150);
        Assert.Equal(0, Green(10, 100));
        Assert.Equal(0, Green(13, 3));
        Assert.Equal(255, Green(9, 100));
        Assert.Equal(255, Green(14, 100));
        Assert.Equal(0, Green(213, 220));
        Assert.Equal(255, Green(214, 220));
        Assert.Equal(0, Green(107, 34));
        Assert.Equal(0, Green(117, 64));
        Assert.Equal(255, Green(112, 35));
        Assert.Equal(255, Green(112, 63));
        Assert.Equal(255, Green(106, 100));
        Assert.Equal(0, Green(112, 220));
        Assert.Equal(0, Green(60, 150));
        Assert.Equal(255, pixels[(150 * Size) + 60]);

        int Green(int x, int y) => pixels[Plane + (y * Size) + x];
    }

    [Theory]
    [InlineData(60, 150)]
    [InlineData(99.37f, 100.81f)]
    [InlineData(20.99f, 203)]
    [InlineData(14, 14)]
    [InlineData(209.6f, 110)]
    public void The_small_picture_is_the_mean_over_squares_of_three_and_a_half_pixels(float x, float y)
    {
        var full = Seen("two-room", x, y);
        var small = Seen("two-room-64", x, y);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var row = 0; row < SmallSize; row++)
            {
                for (var column = 0; column < SmallSize; column++)
                {
                    double sum = 0;
                    for (var at = (int)(3.5 * row); at < 3.5 * (row + 1); at++)
                    {
                        for (var along = (int)(3.5 * column); along < 3.5 * (column + 1); along++)
                            sum += full[(channel * Plane) + (at * Size) + along] * Cover(at, row) * Cover(along, column);
                    }

                    Assert.Equal(Math.Round(sum / 12.25), small[(channel * SmallSize * SmallSize) + (row * SmallSize) + column]);
                }
            }
        }

        static double Cover(int pixel, int square) => Math.Min(pixel + 1, 3.5 * (square + 1)) - Math.Max(pixel, 3.5 * square);
    }

    [Theory]
    [InlineData("two-room", "d35f8eae9f1fdfcf")]
    [InlineData("two-room-64", "1146fc4ecb628866")]
    public void A_picture_keeps_its_bytes(string name, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Seen(name, 98.25f, 60.5f)))[..16]);

    [Theory]
    [InlineData("two-room")]
    [InlineData("two-room-swept-64")]
    public void A_picture_of_another_state_leaves_the_present_one_and_nothing_of_earlier_ones_stays(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        environment.WriteState([50, 50]);
        byte[] first = new byte[environment.Specification.Observation.Size], other = new byte[first.Length], again = new byte[first.Length];
        environment.Observe(first);
        environment.ObserveAt([180, 190], other);
        environment.Observe(again);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Throws<ArgumentException>(() => environment.Observe(new byte[7]));
        Assert.Throws<InvalidOperationException>(() => environment.Observe(new float[2]));
    }

    [Theory]
    [InlineData("two-room")]
    [InlineData("two-room-swept-64")]
    public void Stepping_and_observing_allocate_nothing(string name)
    {
        using var environment = EnvironmentCatalogue.Create(name);
        var pixels = new byte[environment.Specification.Observation.Size];
        float[] action = [0.9f, -0.3f];
        Go();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Go();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Go()
        {
            for (var i = 0; i < 100; i++)
            {
                environment.Step(action);
                environment.Observe(pixels);
            }
        }
    }

    [Fact]
    public void The_picture_for_people_shows_the_disk_where_it_is_at_any_size()
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create("two-room-swept");
        environment.WriteState([56, 168]);
        var rgb = new byte[100 * 50 * 3];
        environment.Render(rgb, 100, 50);
        Assert.Equal(new byte[] { 0xDC, 0x26, 0x26 }, Pixel(25, 37));
        Assert.Equal(new byte[] { 255, 255, 255 }, Pixel(25, 20));
        Assert.Equal(new byte[] { 0x34, 0x3A, 0x46 }, Pixel(50, 37));
        Assert.Equal(new byte[] { 0xEC, 0xEE, 0xF1 }, Pixel(1, 1));
        Assert.Throws<ArgumentException>(() => environment.Render(rgb, 100, 51));
        Assert.Throws<ArgumentOutOfRangeException>(() => environment.Render(rgb, 0, 51));

        byte[] Pixel(int x, int y) => rgb.AsSpan(((y * 100) + x) * 3, 3).ToArray();
    }

    private static byte[] Seen(string name, float x, float y)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var pixels = new byte[environment.Specification.Observation.Size];
        environment.ObserveAt([x, y], pixels);
        return pixels;
    }

    private static bool IsBlack(int x, int y)
    {
        static bool OnLine(int at) => at is 10 or 11 or 12 or 13 or 210 or 211 or 212 or 213;
        return OnLine(x) || OnLine(y) || (x is >= 107 and <= 117 && y is < 35 or > 63 && x is >= 107 and <= 117);
    }
}
