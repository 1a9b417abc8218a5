using Orrery.Tensors.Autograd;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>How each operation of the golden files is called here, by its name and parameters alone.</summary>
internal static partial class GoldenOperations
{
    private static readonly Dictionary<string, Action<GoldenRun>> Known = new(StringComparer.Ordinal);

    static GoldenOperations()
    {
        AddElementwise();
        AddReductions();
        AddLinear();
        AddNorms();
        AddPictures();
        AddSequences();
        AddLosses();
        AddOptimisers();
        AddBlocks();
        AddXlstm();
        AddQuantized();
        AddLinearQuadratic();
    }

    public static bool Supports(string operation) => Known.ContainsKey(operation);

    public static void Run(GoldenRun run) => Known[run.Case.Operation](run);

    private static void Unary(string name, Func<GoldenRun, Tensor, Tensor> function) => Known[name] = run => run.Out("y", function(run, run.In("x")));

    private static void AddElementwise()
    {
        Unary("gelu", (run, x) => run.Case.Text("approximate") == "tanh" ? run.Tape.GeluTanh(x) : run.Tape.Gelu(x));
        Unary("silu", (run, x) => run.Tape.Silu(x));
        Unary("softplus", (run, x) => run.Tape.Softplus(x));
        Unary("tanh", (run, x) => run.Tape.Tanh(x));
        Unary("sigmoid", (run, x) => run.Tape.Sigmoid(x));
        Unary("relu", (run, x) => run.Tape.Relu(x));
        Unary("mish", (run, x) => run.Tape.Mish(x));
        Unary("exp", (run, x) => run.Tape.Exp(x));
        Unary("log", (run, x) => run.Tape.Log(x));
        Unary("sin", (run, x) => run.Tape.Sin(x));
        Unary("cos", (run, x) => run.Tape.Cos(x));
        Unary("sqrt", (run, x) => run.Tape.Sqrt(x));
        Unary("rsqrt", (run, x) => run.Tape.Rsqrt(x));
        Unary("leaky_relu", (run, x) => run.Tape.LeakyRelu(x, run.Case.Float("slope")));
        Unary("elu", (run, x) => run.Tape.Elu(x, run.Case.Float("alpha")));
        Unary("symlog", (run, x) => run.Tape.Symlog(x));
        Unary("symexp", (run, x) => run.Tape.Symexp(x));
        Unary("clamp", (run, x) => run.Tape.Clamp(x, run.Case.OptionalFloat("min"), run.Case.OptionalFloat("max")));
        Known["add"] = run => run.Out("y", run.Tape.Add(run.In("a"), run.In("b")));
        Known["sub"] = run => run.Out("y", run.Tape.Subtract(run.In("a"), run.In("b")));
        Known["mul"] = run => run.Out("y", run.Tape.Multiply(run.In("a"), run.In("b")));
        Known["div"] = run => run.Out("y", run.Tape.Divide(run.In("a"), run.In("b")));
    }

    private static void AddReductions()
    {
        Unary("sum", (run, x) => run.Tape.Sum(x, run.Case.Ints("axes"), run.Case.Bool("keepdims")));
        Unary("mean", (run, x) => run.Tape.Mean(x, run.Case.Ints("axes"), run.Case.Bool("keepdims")));
        Unary("max", (run, x) => run.Tape.Max(x, run.Case.Ints("axes"), run.Case.Bool("keepdims")));
        Unary("min", (run, x) => run.Tape.Min(x, run.Case.Ints("axes"), run.Case.Bool("keepdims")));
        Unary("var", (run, x) => run.Tape.Variance(x, run.Case.Ints("axes"), run.Case.Bool("keepdims"), run.Case.Int("correction")));
        Unary("std", (run, x) => run.Tape.StandardDeviation(x, run.Case.Ints("axes"), run.Case.Bool("keepdims"), run.Case.Int("correction")));
        Unary("center", (run, x) => run.Tape.Center(x, run.Case.Ints("axes")));
        Unary("standardize", (run, x) => run.Tape.Standardize(x, run.Case.Ints("axes"), run.Case.Float("eps")));
        Unary("logsumexp", (run, x) => run.Tape.LogSumExp(x, run.Case.Ints("axes"), run.Case.Bool("keepdims")));
        Unary("softmax", (run, x) => run.Tape.Softmax(x, run.Case.Int("axis")));
        Unary("log_softmax", (run, x) => run.Tape.LogSoftmax(x, run.Case.Int("axis")));
        Unary("l2_normalize", (run, x) => run.Tape.L2Normalize(x, run.Case.Int("axis"), run.Case.Float("eps")));
    }

    private static void AddLinear()
    {
        Known["linear"] = run => run.Out("y", run.Tape.Linear(run.In("x"), run.In("weight"), run.Optional("bias")));
        Known["matmul"] = run => run.Out("y", run.Tape.MatMul(run.In("a"), run.In("b"), run.Case.Bool("transpose_a"), run.Case.Bool("transpose_b")));
    }

    private static void AddNorms()
    {
        Unary("layer_norm", (run, x) => run.Tape.LayerNorm(
            x, run.Case.Ints("normalized_shape").Length, run.Optional("weight"), run.Optional("bias"), run.Case.Float("eps")));
        Unary("rms_norm", (run, x) => run.Tape.RmsNorm(x, run.In("weight"), run.Case.Float("eps")));
        Unary("group_norm", (run, x) => run.Tape.GroupNorm(x, run.Case.Int("groups"), run.In("weight"), run.In("bias"), run.Case.Float("eps")));
        Known["batch_norm1d"] = Known["batch_norm2d"] = BatchNorm;
    }

    private static void BatchNorm(GoldenRun run)
    {
        var mean = run.Tape.Constant(run.Values("running_mean"), run.ShapeOf("running_mean"));
        var variance = run.Tape.Constant(run.Values("running_var"), run.ShapeOf("running_var"));
        if (run.Case.Text("mode") == "eval")
        {
            run.Out("y", run.Tape.BatchNorm(run.In("x"), run.In("weight"), run.In("bias"), mean, variance, epsilon: run.Case.Float("eps"), training: false));
            return;
        }

        for (var step = 0; step < run.Case.Int("steps"); step++)
        {
            run.Out($"y{step}", run.Tape.BatchNorm(
                run.In($"x{step}"), run.In("weight"), run.In("bias"), mean, variance, run.Case.Float("momentum"), run.Case.Float("eps")));
        }

        run.Out("running_mean", mean);
        run.Out("running_var", variance);
    }

    private static void AddPictures()
    {
        Unary("conv1d", (run, x) => run.Tape.Convolution1d(
            x, run.In("weight"), run.Optional("bias"), run.Case.Ints("stride")[0], run.Case.Ints("padding")[0], run.Case.Int("groups")));
        Unary("conv2d", (run, x) => run.Tape.Convolution2d(x, run.In("weight"), run.Optional("bias"), Geometry(run.Case)));
        Unary("conv3d", (run, x) => run.Tape.Convolution3d(
            x, run.In("weight"), run.Optional("bias"), run.Case.Ints("stride")[0], run.Case.Ints("padding")[0], Geometry(run.Case)));
        Unary("conv_transpose2d", (run, x) => run.Tape.ConvolutionTranspose2d(
            x, run.In("weight"), run.Optional("bias"), Geometry(run.Case), run.Case.Ints("output_padding")[0], run.Case.Ints("output_padding")[1]));
        Unary("max_pool2d", (run, x) => run.Tape.MaxPool2d(x, Pool(run.Case, countPadding: true)));
        Unary("avg_pool2d", (run, x) => run.Tape.AveragePool2d(x, Pool(run.Case, run.Case.Bool("count_include_pad"))));
        Unary("resize", (run, x) => run.Tape.Resize(x, run.Case.Ints("size")[0], run.Case.Ints("size")[1], Mode(run.Case)));
    }

    private static ConvolutionGeometry Geometry(GoldenCase golden)
    {
        int[] stride = golden.Ints("stride"), padding = golden.Ints("padding");
        return new ConvolutionGeometry(stride[^2], stride[^1], padding[^2], padding[^1], golden.Int("groups"));
    }

    private static PoolGeometry Pool(GoldenCase golden, bool countPadding)
    {
        int[] kernel = golden.Ints("kernel"), stride = golden.Ints("stride"), padding = golden.Ints("padding");
        return new PoolGeometry(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], countPadding);
    }

    private static ResizeMode Mode(GoldenCase golden) =>
        golden.Text("mode") == "nearest" ? ResizeMode.Nearest
        : golden.Bool("antialias") ? ResizeMode.BilinearAntialiased
        : golden.Bool("align_corners") ? ResizeMode.BilinearAlignedCorners
        : ResizeMode.Bilinear;
}
