using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Kernels;

/// <summary>What operations refuse, before anything is computed: each error names the operation and the shapes.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly TensorArena _arena;

    public ArgumentTests() => _arena = new TensorArena(_backend, name: "step");

    public void Dispose()
    {
        _arena.Dispose();
        _backend.Dispose();
    }

    /// <summary>Every operation with results with its results, its operands and their shapes.</summary>
    private static Dictionary<string, (string[] Results, string[] Operands, Dictionary<string, int[]> Shapes, Action<CpuBackend, Func<string, Tensor>> Run)> Operations(
        Func<int, int, ByteTensor> bytes)
    {
        Dictionary<string, (string[], string[], Dictionary<string, int[]>, Action<CpuBackend, Func<string, Tensor>>)> all = new(StringComparer.Ordinal);
        Add("Copy", "y:12", "x:12", (b, t) => b.Copy(t("x"), t("y")));
        Add("UnaryGradient", "dx:12", "x:12 y:12 dy:12", (b, t) => b.UnaryGradient(UnaryOperation.Exp, t("x"), t("y"), t("dy"), t("dx")));
        Add("Binary", "y:3,4", "a:3,4 b:4", (b, t) => b.Binary(BinaryOperation.Add, t("a"), t("b"), t("y")));
        Add("BinaryGradient", "da:3,4 db:4", "a:3,4 b:4 dy:3,4", (b, t) => b.BinaryGradient(BinaryOperation.Add, t("a"), t("b"), t("dy"), t("da"), t("db")));
        Add("AddScaled", "y:12", "x:12", (b, t) => b.AddScaled(t("x"), 1, t("y")));
        Add("Reduce", "y:3", "x:3,4", (b, t) => b.Reduce(ReduceOperation.Max, t("x"), new AxisSet(2), t("y")));
        Add("ReduceGradient", "dx:3,4", "x:3,4 y:3 dy:3", (b, t) => b.ReduceGradient(ReduceOperation.Max, t("x"), t("y"), new AxisSet(2), t("dy"), t("dx")));
        Add("MatMul", "y:3,5", "a:3,4 b:4,5 bias:5", (b, t) => b.MatMul(t("a"), false, t("b"), false, t("y"), false, t("bias")));
        Add("Softmax", "y:3,4", "x:3,4", (b, t) => b.Softmax(t("x"), t("y")));
        Add("SoftmaxGradient", "dx:3,4", "y:3,4 dy:3,4", (b, t) => b.SoftmaxGradient(t("y"), t("dy"), t("dx")));
        Add("LogSoftmax", "y:3,4", "x:3,4", (b, t) => b.LogSoftmax(t("x"), t("y")));
        Add("LogSoftmaxGradient", "dx:3,4", "y:3,4 dy:3,4", (b, t) => b.LogSoftmaxGradient(t("y"), t("dy"), t("dx")));
        Add("LayerNorm", "y:3,4 mean:3 inverse:3", "x:3,4 gain:4 bias:4", (b, t) => b.LayerNorm(t("x"), t("gain"), t("bias"), 1, t("y"), t("mean"), t("inverse")));
        Add("LayerNormGradient", "dx:3,4 dGain:4 dBias:4", "x:3,4 gain:4 dy:3,4", (b, t) =>
            b.LayerNormGradient(t("x"), t("gain"), t("mean:3"), t("inverse:3"), t("dy"), t("dx"), t("dGain"), t("dBias")));
        Add("RmsNorm", "y:3,4 inverse:3", "x:3,4 gain:4", (b, t) => b.RmsNorm(t("x"), t("gain"), 1, t("y"), t("inverse")));
        Add("RmsNormGradient", "dx:3,4 dGain:4", "x:3,4 gain:4 dy:3,4", (b, t) => b.RmsNormGradient(t("x"), t("gain"), t("inverse:3"), t("dy"), t("dx"), t("dGain")));
        Add("GroupNorm", "y:2,4,3 mean:2,2 inverse:2,2", "x:2,4,3 gain:4 bias:4", (b, t) =>
            b.GroupNorm(t("x"), 2, t("gain"), t("bias"), 1, t("y"), t("mean"), t("inverse")));
        Add("GroupNormGradient", "dx:2,4,3 dGain:4 dBias:4", "x:2,4,3 gain:4 dy:2,4,3", (b, t) =>
            b.GroupNormGradient(t("x"), 2, t("gain"), t("mean:2,2"), t("inverse:2,2"), t("dy"), t("dx"), t("dGain"), t("dBias")));
        Add("BatchNorm", "y:2,4,3 mean:4 variance:4", "x:2,4,3 gain:4 bias:4", (b, t) =>
            b.BatchNorm(t("x"), t("gain"), t("bias"), 1, t("y"), t("mean"), t("variance")));
        Add("BatchNormGradient", "dx:2,4,3 dGain:4 dBias:4", "x:2,4,3 gain:4 dy:2,4,3", (b, t) =>
            b.BatchNormGradient(t("x"), t("gain"), t("mean:4"), t("variance:4"), 1, t("dy"), t("dx"), t("dGain"), t("dBias")));
        ConvolutionGeometry geometry = new(1, 1, 1, 1);
        Add("Convolution2d", "y:2,3,5,5", "x:2,4,5,5 weight:3,4,3,3 bias:3", (b, t) => b.Convolution2d(t("x"), t("weight"), t("bias"), geometry, t("y")));
        Add("Convolution2dGradientInput", "dx:2,4,5,5", "dy:2,3,5,5 weight:3,4,3,3", (b, t) => b.Convolution2dGradientInput(t("dy"), t("weight"), geometry, t("dx")));
        Add("Convolution2dGradientWeight", "dWeight:3,4,3,3 dBias:3", "x:2,4,5,5 dy:2,3,5,5", (b, t) =>
            b.Convolution2dGradientWeight(t("x"), t("dy"), geometry, t("dWeight"), t("dBias")));
        PoolGeometry pool = new(2, 2, 2, 2, 0, 0);
        Add("AveragePool2d", "y:2,3,2,2", "x:2,3,4,4", (b, t) => b.AveragePool2d(t("x"), pool, t("y")));
        Add("AveragePool2dGradient", "dx:2,3,4,4", "dy:2,3,2,2", (b, t) => b.AveragePool2dGradient(t("dy"), pool, t("dx")));
        Add("Permute", "y:4,3", "x:3,4", (b, t) => b.Permute(t("x"), [1, 0], t("y")));
        Add("CopyAxis", "y:3,4", "x:3,4", (b, t) => b.CopyAxis(t("x"), 0, t("y"), 0, 1, 4));
        Add("GruGates", "hNew:2,3 gates:2,9", "gi:2,9 gh:2,9 h:2,3", (b, t) => b.GruGates(t("gi"), t("gh"), t("h"), t("hNew"), t("gates")));
        Add("GruGatesGradient", "dGi:2,9 dGh:2,9 dH:2,3", "gh:2,9 h:2,3 gates:2,9 dhNew:2,3", (b, t) =>
            b.GruGatesGradient(t("gh"), t("h"), t("gates"), t("dhNew"), t("dGi"), t("dGh"), t("dH")));
        Add("NormalityStatistic", "y:2,3", "x:2,4,3", (b, t) => b.NormalityStatistic(t("x"), t("y")));
        Add("NormalityStatisticGradient", "dx:2,4,3", "x:2,4,3 dy:2,3", (b, t) => b.NormalityStatisticGradient(t("x"), t("dy"), t("dx")));
        Add("AdamWStep", "values:12 firstMoment:12 secondMoment:12", "gradients:12 decayMask:12", (b, t) =>
            b.AdamWStep(t("values"), t("gradients"), t("firstMoment"), t("secondMoment"), t("decayMask"), new AdamWSettings(1, 0.9, 0.9, 1, 0, 1)));
        string packed = $"packed:{PackedCount}";
        Add("Pack", packed, "b:4,5", (b, t) => b.Pack(t("b"), false, new PackedMatrix(t("packed"), 4, 5)));
        Add("MatMulPacked", "y:3,5", "a:3,4 bias:5 " + packed, (b, t) => b.MatMulPacked(t("a"), new PackedMatrix(t("packed"), 4, 5), t("y"), false, t("bias")));
        Add("LogDeterminant", "y:3 inverse:3,1,1", "a:3,1,1", (b, t) => b.LogDeterminant(t("a"), t("y"), t("inverse")));
        const string Heads = "query:2,2,3,4 key:2,2,3,4 value:2,2,3,4 mask:3,3";
        Add("Attention", "y:2,2,3,4 rowStatistics:2,2,3,2", Heads, (b, t) =>
            b.Attention(View(t("query")), View(t("key")), View(t("value")), new AttentionScores(1, 0, t("mask")), View(t("y")), t("rowStatistics")));
        Add("AttentionGradient", "dQuery:2,2,3,4 dKey:2,2,3,4 dValue:2,2,3,4", Heads + " rowStatistics:2,2,3,2 dy:2,2,3,4", (b, t) => b.AttentionGradient(
            View(t("query")), View(t("key")), View(t("value")), new AttentionScores(1, 0, t("mask")), t("rowStatistics"), View(t("dy")), View(t("dQuery")),
            View(t("dKey")), View(t("dValue"))));
        Add("Dequantize", "y:5,4", "scale:5", (b, t) => b.Dequantize(bytes(5, 4), t("scale"), t("y")));
        Add("MatMulInt8", "y:3,5", "scaleA:3 scaleB:5 bias:5", (b, t) => b.MatMulInt8(bytes(3, 4), t("scaleA"), bytes(5, 4), t("scaleB"), t("bias"), t("y")));
        return all;

        static HeadView View(Tensor tensor) => HeadView.HeadsFirst(tensor);

        void Add(string name, string results, string operands, Action<CpuBackend, Func<string, Tensor>> run)
        {
            Dictionary<string, int[]> shapes = (results + " " + operands).Split(' ').Select(text => text.Split(':'))
                .ToDictionary(parts => parts[0], parts => parts[1].Split(',').Select(int.Parse).ToArray(), StringComparer.Ordinal);
            string[] names = [.. shapes.Keys];
            int count = results.Split(' ').Length;
            all.Add(name, (names[..count], names[count..], shapes, run));
        }
    }

    public static TheoryData<string> Names() => new(Operations((_, _) => default).Keys);

    private static int PackedCount
    {
        get
        {
            using CpuBackend backend = new(1);
            return backend.PackedCount(4, 5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_result_that_shares_memory_with_an_operand_is_refused_and_nothing_is_written(string operation)
    {
        (string[] results, string[] operands, Dictionary<string, int[]> shapes, Action<CpuBackend, Func<string, Tensor>> run) = Operations(Bytes)[operation];
        run(_backend, Fresh(shapes, []));
        foreach (string result in results)
        {
            foreach (string operand in operands)
            {
                foreach (int shift in new[] { 0, 1, -1 })
                {
                    // Both are parts of one piece, the operand a little after or before the result.
                    Tensor piece = _arena.Allocate(new Shape(400));
                    piece.Span.Fill(0.25f);
                    Dictionary<string, Tensor> parts = new(StringComparer.Ordinal)
                    {
                        [result] = piece.Part(100, new Shape(shapes[result])),
                        [operand] = piece.Part(100 + shift, new Shape(shapes[operand])),
                    };
                    ArgumentException error = Assert.Throws<ArgumentException>(() => run(_backend, Fresh(shapes, parts)));
                    Assert.Equal(
                        $"{operation}: {NameOf(operation, result)} {parts[result].Shape} shares memory with an operand {parts[operand].Shape}; the result needs memory of its own.",
                        error.Message);
                    Assert.All(piece.Span.ToArray(), value => Assert.Equal(0.25f, value));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stale_or_missing_tensor_is_named(string operation)
    {
        (string[] results, string[] operands, Dictionary<string, int[]> shapes, Action<CpuBackend, Func<string, Tensor>> run) = Operations(Bytes)[operation];
        foreach (string name in (string[])[.. results, .. operands])
        {
            ArenaMark mark = _arena.Mark();
            Dictionary<string, Tensor> parts = new(StringComparer.Ordinal) { [name] = _arena.Allocate(new Shape(shapes[name])) };
            _arena.Rollback(mark);
            _arena.Allocate(new Shape(500));
            InvalidOperationException stale = Assert.Throws<InvalidOperationException>(() => run(_backend, Fresh(shapes, parts)));
            Assert.StartsWith($"{operation}: ", stale.Message, StringComparison.Ordinal);
            Assert.Contains($"{new Shape(shapes[name])} was used after the step was rolled back", stale.Message, StringComparison.Ordinal);
            parts[name] = default;
            try
            {
                // Many arguments may be absent; those that may not are named.
                run(_backend, Fresh(shapes, parts));
            }
            catch (InvalidOperationException missing)
            {
                Assert.StartsWith($"{operation}: ", missing.Message, StringComparison.Ordinal);
                Assert.Contains("is missing", missing.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("Pack")]
    [InlineData("MatMulPacked")]
    [InlineData("LogDeterminant")]
    [InlineData("Attention")]
    [InlineData("AttentionGradient")]
    [InlineData("Dequantize")]
    [InlineData("MatMulInt8")]
    public void A_tensor_with_one_row_or_column_too_many_is_refused_by_name(string operation)
    {
        (string[] results, string[] operands, Dictionary<string, int[]> shapes, Action<CpuBackend, Func<string, Tensor>> run) = Operations(Bytes)[operation];
        foreach (string name in (string[])[.. results, .. operands])
        {
            Shape shape = new(shapes[name]), wrong = shape.With(shape.Rank - 1, shape[-1] + 1);
            Tensor tensor = _arena.AllocateZeroed(wrong);
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => run(_backend, Fresh(shapes, new Dictionary<string, Tensor>(StringComparer.Ordinal) { [name] = tensor })));
            Assert.StartsWith($"{operation}: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(name == "packed" ? $"{wrong.Count} numbers" : $"{wrong}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Stale_and_missing_bytes_are_named()
    {
        ArenaMark mark = _arena.Mark();
        ByteTensor stale = Bytes(3, 4);
        _arena.Rollback(mark);
        ByteTensor good = Bytes(3, 4);
        Tensor x = _arena.AllocateZeroed(new Shape(3, 4)), scale = _arena.AllocateZeroed(new Shape(3)), y = _arena.AllocateZeroed(new Shape(3, 3));
        foreach (ByteTensor bad in new[] { stale, default })
        {
            string problem = bad.IsNull ? "is missing" : "[3, 4] was used after the step was rolled back";
            Refused("Quantize: y", () => _backend.Quantize(x, scale, bad));
            Refused("Dequantize: x", () => _backend.Dequantize(bad, scale, x));
            Refused("MatMulInt8: a", () => _backend.MatMulInt8(bad, scale, good, scale, default, y));
            Refused("MatMulInt8: b", () => _backend.MatMulInt8(good, scale, bad, scale, default, y));

            void Refused(string start, Action call) =>
                Assert.StartsWith($"{start} {problem}", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
        }

        foreach ((string name, Action call) in new (string, Action)[]
        {
            ("x", () => _backend.Quantize(default, scale, -1, 1, x)), ("y", () => _backend.Quantize(x, scale, -1, 1, default)),
            ("scale", () => _backend.Quantize(x, default, -1, 1, x)), ("x", () => _backend.Quantize(default, scale, good)),
            ("scale", () => _backend.Quantize(x, default, good)),
        })
            Assert.StartsWith($"Quantize: {name} is missing", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_may_interleave_in_one_tensor_but_not_with_a_result()
    {
        Tensor packed = _arena.AllocateZeroed(new Shape(2, 3, 24)), dPacked = _arena.AllocateZeroed(new Shape(2, 3, 24));
        Tensor y = _arena.AllocateZeroed(new Shape(2, 3, 8)), statistics = _arena.AllocateZeroed(new Shape(2, 2, 3, 2));
        HeadView result = HeadView.TokensFirst(y, 2);
        HeadView Part(Tensor tensor, int part) => HeadView.TokensFirst(tensor, 2, 3, part);
        _backend.Attention(Part(packed, 0), Part(packed, 1), Part(packed, 2), new AttentionScores(1), result, statistics);
        _backend.AttentionGradient(
            Part(packed, 0), Part(packed, 1), Part(packed, 2), new AttentionScores(1), statistics, result, Part(dPacked, 0), Part(dPacked, 1), Part(dPacked, 2));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => _backend.Attention(Part(packed, 0), Part(packed, 1), Part(packed, 1), new AttentionScores(1), Part(packed, 2), statistics));
        Assert.StartsWith("Attention: y [2, 3, 24] shares memory with an operand [2, 3, 24]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_place_is_allowed_where_it_says_so_but_not_shifted()
    {
        Tensor piece = _arena.AllocateZeroed(new Shape(100));
        Tensor x = piece.Part(10, new Shape(50));
        _backend.Unary(UnaryOperation.Exp, x, x);
        Assert.Equal(1, x.Span[49]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => _backend.Unary(UnaryOperation.Exp, x, piece.Part(11, new Shape(50))));
        Assert.StartsWith("Unary: y [50] shares memory with an operand [50]", error.Message, StringComparison.Ordinal);
        Tensor scale = _arena.AllocateZeroed(new Shape(1));
        scale.Span[0] = 2;
        _backend.Quantize(x, scale, -8, 7, x);
        error = Assert.Throws<ArgumentException>(() => _backend.Quantize(x, scale, -8, 7, piece.Part(11, new Shape(50))));
        Assert.StartsWith("Quantize: y [50] shares memory with an operand [50]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _backend.Quantize(x, x.Part(3, new Shape(1)), -8, 7, x));
    }

    [Fact]
    public void Indices_outside_are_refused_before_anything_is_touched()
    {
        Tensor table = _arena.AllocateZeroed(new Shape(5, 3)), y = _arena.AllocateZeroed(new Shape(2, 3));
        IntTensor rows = _arena.AllocateInt(new Shape(2));
        foreach (int wrong in new[] { -1, 5, int.MaxValue, int.MinValue })
        {
            rows.Span[0] = 1;
            rows.Span[1] = wrong;
            Assert.Equal(
                $"GatherRows: row {wrong} was asked for, but the table [5, 3] has 5 rows.",
                Assert.Throws<ArgumentException>(() => _backend.GatherRows(table, rows, y)).Message);
            Assert.StartsWith("ScatterAddRows: row", Assert.Throws<ArgumentException>(() => _backend.ScatterAddRows(y, rows, table)).Message, StringComparison.Ordinal);
        }

        Tensor dx = _arena.AllocateZeroed(new Shape(1, 1, 4, 4)), dy = _arena.AllocateZeroed(new Shape(1, 1, 2, 2));
        IntTensor places = _arena.AllocateInt(new Shape(1, 1, 2, 2));
        places.Span.Fill(15);
        _backend.MaxPool2dGradient(dy, places, dx);
        places.Span[3] = 16;
        Assert.Equal(
            "MaxPool2dGradient: one of the indices [1, 1, 2, 2] is 16, but a plane of dx [1, 1, 4, 4] has 16 cells.",
            Assert.Throws<ArgumentException>(() => _backend.MaxPool2dGradient(dy, places, dx)).Message);
    }

    [Theory]
    [InlineData(0, 1, 0, 0, 1)]
    [InlineData(1, -1, 0, 0, 1)]
    [InlineData(1, 1, -1, 0, 1)]
    [InlineData(1, 1, 0, 0, 0)]
    [InlineData(1, 1, 0, 0, -2)]
    [InlineData(1, 1, int.MaxValue, 0, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 0, 0, 1)]
    public void A_convolution_of_impossible_geometry_is_refused(int strideY, int strideX, int paddingY, int paddingX, int groups)
    {
        Tensor x = _arena.AllocateZeroed(new Shape(1, 2, 5, 5)), weight = _arena.AllocateZeroed(new Shape(2, 2, 3, 3)), y = _arena.AllocateZeroed(new Shape(1, 2, 3, 3));
        ConvolutionGeometry geometry = new(strideY, strideX, paddingY, paddingX, groups);
        Action[] calls =
        [
            () => _backend.Convolution2d(x, weight, default, geometry, y), () => _backend.Convolution2dGradientInput(y, weight, geometry, x),
            () => _backend.Convolution2dGradientWeight(x, y, geometry, weight, default),
        ];
        foreach (Action call in calls)
            Assert.StartsWith("Convolution2d", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, 1, 1, 0, 0)]
    [InlineData(2, 2, 0, 1, 0, 0)]
    [InlineData(2, 2, 1, -1, 0, 0)]
    [InlineData(2, 2, 1, 1, 2, 0)]
    [InlineData(2, 2, 1, 1, 0, -1)]
    [InlineData(7, 2, 1, 1, 0, 0)]
    [InlineData(int.MaxValue, 2, 1, 1, 0, 0)]
    [InlineData(int.MaxValue, 2, 1, 1, int.MaxValue, 0)]
    public void A_pool_of_impossible_geometry_is_refused(int kernelY, int kernelX, int strideY, int strideX, int paddingY, int paddingX)
    {
        Tensor x = _arena.AllocateZeroed(new Shape(1, 2, 5, 5)), y = _arena.AllocateZeroed(new Shape(1, 2, 4, 4));
        PoolGeometry geometry = new(kernelY, kernelX, strideY, strideX, paddingY, paddingX);
        IntTensor indices = _arena.AllocateInt(y.Shape);
        foreach (Action call in (Action[])[() => _backend.AveragePool2d(x, geometry, y), () => _backend.MaxPool2d(x, geometry, y, indices), () => _backend.AveragePool2dGradient(y, geometry, x)])
            Assert.Matches("^(Average|Max)Pool2d", Assert.Throws<ArgumentException>(call).Message);
    }

    [Fact]
    public void Shapes_of_more_numbers_than_an_index_counts_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Shape(65536, 32768));
        Assert.Throws<ArgumentException>(() => new Shape(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Equal(0, new Shape(0, int.MaxValue, int.MaxValue).Count);
        Assert.Throws<ArgumentException>(() => new Shape(2, 3).With(0, int.MaxValue));
    }

    private static string NameOf(string operation, string result) => (operation, result) switch
    {
        ("LayerNorm" or "GroupNorm", "inverse") => "inverseDeviation",
        ("RmsNorm", "inverse") => "inverseRoot",
        ("Pack", "packed") => "the packed matrix",
        _ => result,
    };

    private ByteTensor Bytes(int rows, int columns) => _arena.AllocateByte(new Shape(rows, columns));

    // A tensor for each name, those that are given or new ones of ones; "name:shape" is one that never overlaps.
    private Func<string, Tensor> Fresh(Dictionary<string, int[]> shapes, Dictionary<string, Tensor> given) => name =>
    {
        if (given.TryGetValue(name, out Tensor tensor))
            return tensor;
        tensor = _arena.Allocate(new Shape(shapes.TryGetValue(name, out int[]? lengths) ? lengths : [.. name.Split(':')[1].Split(',').Select(int.Parse)]));
        tensor.Span.Fill(1);
        return tensor;
    };
}
