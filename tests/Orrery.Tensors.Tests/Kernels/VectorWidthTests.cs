using System.Globalization;
using System.Numerics;
using Orrery.Tensors.Kernels;

namespace Orrery.Tensors.Tests.Kernels;

public class VectorWidthTests
{
    // Continuous integration runs these tests on several instruction sets; each run says which it means to test.
    [Fact]
    public void The_run_tests_the_vector_width_that_it_means_to()
    {
        string? expected = Environment.GetEnvironmentVariable("ORRERY_EXPECT_VECTOR_BITS");
        if (string.IsNullOrEmpty(expected))
            return;
        Assert.Equal(int.Parse(expected, CultureInfo.InvariantCulture), Isa.VectorBits);
    }

    [Fact]
    public void Products_are_at_least_as_wide_as_everything_else()
    {
        Assert.True(Isa.ProductBits >= Isa.VectorBits);
        Assert.Equal(Vector.IsHardwareAccelerated, Isa.VectorBits > 0);
        Assert.NotEmpty(Isa.Description);
    }
}
