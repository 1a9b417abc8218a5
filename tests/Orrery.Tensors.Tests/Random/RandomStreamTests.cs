using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Random;

public class RandomStreamTests
{
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822UL, 0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_known_answers(ulong key, ulong low, ulong high, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal(new Philox.Block(x0, x1, x2, x3), Philox.Compute(key, low, high));

    [Fact]
    public void The_same_seed_and_name_give_the_same_numbers_for_ever()
    {
        // These exact words are a promise: a run of an older version can be repeated.
        var stream = new RandomStream(42, "promise");
        uint[] words = [stream.NextUInt(), stream.NextUInt(), stream.NextUInt(), stream.NextUInt(), stream.NextUInt()];
        Assert.Equal(Promise, words);
    }

    private static readonly uint[] Promise = [2776946875, 2958138189, 778660532, 4019326273, 3528359728];

    [Fact]
    public void Streams_of_different_seeds_names_and_indices_differ()
    {
        var root = new RandomStream(1, "a");
        ulong[] first =
        [
            root.State.Key, new RandomStream(2, "a").State.Key, new RandomStream(1, "b").State.Key, root.Child("x").State.Key,
            root.Child("y").State.Key, root.At(0).State.Key, root.At(1).State.Key, root.Child("x").Child("x").State.Key,
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void A_sub_stream_does_not_depend_on_what_was_drawn_before()
    {
        var stream = new RandomStream(5, "s");
        var before = stream.Child("c").NextUInt();
        stream.NextNormal();
        Assert.Equal(before, stream.Child("c").NextUInt());
        Assert.Equal(stream.At(7).NextUInt(), new RandomStream(stream.State.At(7)).NextUInt());
    }

    [Fact]
    public void Restoring_the_state_continues_exactly()
    {
        var stream = new RandomStream(9, "resume");
        for (var index = 0; index < 7; index++) stream.NextUInt();
        var saved = stream.State;
        var expected = Enumerable.Range(0, 20).Select(_ => stream.NextNormal()).ToArray();
        var resumed = new RandomStream(0, "other") { State = saved };
        Assert.Equal(expected, Enumerable.Range(0, 20).Select(_ => resumed.NextNormal()).ToArray());
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var values = new float[200_000];
        new RandomStream(3, "normal").FillNormal(values);
        var mean = values.Average(x => (double)x);
        Assert.InRange(mean, -0.01, 0.01);
        Assert.InRange(values.Average(x => Math.Pow(x - mean, 2)), 0.98, 1.02);
        Assert.InRange(values.Average(x => Math.Pow(x - mean, 4)), 2.9, 3.1);
        Assert.InRange(values.Count(x => Math.Abs(x) > 3) / 200_000.0, 0.0022, 0.0032);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(1e-9, -5.997807015007687)]
    [InlineData(1e-14, -7.650628092935267)]
    public void The_normal_quantile_matches_known_values(double probability, double expected) =>
        Assert.Equal(expected, NormalQuantile.Compute(probability), 10);

    [Fact]
    public void The_logarithm_from_arithmetic_matches_the_library()
    {
        var stream = new RandomStream(4, "log");
        for (var index = 0; index < 1000; index++)
        {
            var value = Math.Exp((stream.NextDouble() * 60) - 40);
            Assert.Equal(Math.Log(value), NormalQuantile.Log(value), 1e-14 * Math.Max(1, Math.Abs(Math.Log(value))));
        }
    }

    [Fact]
    public void Whole_numbers_are_even()
    {
        var stream = new RandomStream(6, "int");
        var counts = new int[7];
        for (var index = 0; index < 70_000; index++) counts[stream.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0, stream.NextInt(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt(0));
    }

    [Fact]
    public void Uniform_numbers_stay_in_their_range_and_fill_it()
    {
        var values = new float[10_000];
        var stream = new RandomStream(8, "uniform");
        stream.FillUniform(values, -2, 6);
        Assert.InRange(values.Min(), -2, -1.99);
        Assert.InRange(values.Max(), 5.99, 6);
        Assert.InRange(values.Average(), 1.9, 2.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.FillUniform(values, 1, 0));
    }

    [Fact]
    public void A_shuffle_is_a_permutation_and_every_place_is_equally_likely()
    {
        var stream = new RandomStream(10, "shuffle");
        var firsts = new int[5];
        for (var trial = 0; trial < 20_000; trial++)
        {
            int[] values = [0, 1, 2, 3, 4];
            stream.Shuffle(values);
            firsts[values[0]]++;
            Assert.Equal([0, 1, 2, 3, 4], values.Order());
        }

        Assert.All(firsts, count => Assert.InRange(count, 3_750, 4_250));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0, 0.4463899658965345)]
    [InlineData(5.0, 0.8933831370)]
    [InlineData(2e6, 0.99999975)]
    public void Von_Mises_angles_have_the_mean_resultant_length_of_their_concentration(double concentration, double expected)
    {
        var stream = new RandomStream(11, "angle");
        double cosine = 0, sine = 0;
        const int Count = 100_000;
        for (var index = 0; index < Count; index++)
        {
            var angle = stream.NextVonMises(concentration);
            cosine += Math.Cos(angle) / Count;
            sine += Math.Sin(angle) / Count;
        }

        Assert.Equal(expected, cosine, 0.01);
        Assert.Equal(0, sine, 0.01);
    }

    [Fact]
    public void Drawing_and_moving_to_a_sub_stream_allocate_nothing()
    {
        var stream = new RandomStream(12, "allocation");
        var root = stream.State;
        var values = new float[64];
        stream.FillNormal(values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0UL; step < 100; step++)
        {
            stream.State = root.At(step);
            stream.FillNormal(values);
            stream.NextVonMises(5);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
