namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>The sizes of one convolution and the checks on them.</summary>
internal struct ConvolutionPlan
{
    public int Batch;
    public int Channels;
    public int Height;
    public int Width;
    public int Outputs;
    public int KernelY;
    public int KernelX;
    public int OutputHeight;
    public int OutputWidth;
    public ConvolutionGeometry Geometry;

    public static ConvolutionPlan Create(string operation, Shape x, Shape weight, Shape y, ConvolutionGeometry geometry)
    {
        Check.Rank(operation, "x", x, 4, "[B, C, H, W]");
        Check.Rank(operation, "the weight", weight, 4, "[outputs, C / groups, kernelY, kernelX]");
        Check.Rank(operation, "y", y, 4, "[B, outputs, H', W']");
        Check.That(
            geometry.StrideY > 0 && geometry.StrideX > 0 && geometry.PaddingY >= 0 && geometry.PaddingX >= 0 && geometry.Groups > 0,
            $"{operation}: strides and groups must be at least 1 and padding at least 0, but came as {geometry}.");
        Check.That(
            x[1] == weight[1] * geometry.Groups && weight[0] % geometry.Groups == 0,
            $"{operation}: x {x} has {x[1]} channels but the weight {weight} in {geometry.Groups} groups needs {weight[1] * geometry.Groups}.");
        Check.That(weight[2] > 0 && weight[3] > 0, $"{operation}: the window of the weight {weight} must be at least one cell wide and high.");
        ConvolutionPlan plan = new()
        {
            Batch = x[0],
            Channels = x[1],
            Height = x[2],
            Width = x[3],
            Outputs = weight[0],
            KernelY = weight[2],
            KernelX = weight[3],
            OutputHeight = y[2],
            OutputWidth = y[3],
            Geometry = geometry,
        };
        int height = Positions(x[2], weight[2], geometry.StrideY, geometry.PaddingY);
        int width = Positions(x[3], weight[3], geometry.StrideX, geometry.PaddingX);
        Check.That(
            y[0] == x[0] && y[1] == weight[0] && y[2] == height && y[3] == width && height > 0 && width > 0,
            $"{operation}: x {x} and the weight {weight} with {geometry} give [{x[0]}, {weight[0]}, {height}, {width}] but y is {y}.");
        return plan;
    }

    /// <summary>Channels that one group sees.</summary>
    public readonly int GroupChannels => Channels / Geometry.Groups;

    /// <summary>Outputs of one group.</summary>
    public readonly int GroupOutputs => Outputs / Geometry.Groups;

    /// <summary>Numbers under the window: the depth of the product.</summary>
    public readonly int Depth => GroupChannels * KernelY * KernelX;

    /// <summary>Positions of the window.</summary>
    public readonly int Places => OutputHeight * OutputWidth;

    /// <summary>Numbers in one picture.</summary>
    public readonly int PictureCount => Channels * Height * Width;

    /// <summary>Numbers in one result.</summary>
    public readonly int ResultCount => Outputs * Places;

    /// <summary>Where a group of channels of a picture begins, in floats.</summary>
    public readonly long PictureOffset(int sample, int group) =>
        ((long)sample * PictureCount) + ((long)group * GroupChannels * Height * Width);

    /// <summary>Where a group of channels of a result begins, in floats.</summary>
    public readonly long ResultOffset(int sample, int group) => ((long)sample * ResultCount) + ((long)group * GroupOutputs * Places);

    /// <summary>Multiplications that one picture takes.</summary>
    public readonly long Work => (long)Outputs * Depth * Places;

    /// <summary>How often a window fits along an axis.</summary>
    public static int Positions(int length, int kernel, int stride, int padding)
    {
        int room = length + (2 * padding) - kernel;
        return room < 0 ? 0 : (room / stride) + 1;
    }
}
