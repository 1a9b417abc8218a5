using Orrery.Tensors.Autograd;

namespace Orrery.Tensors.Tests.Reference;

internal static partial class GoldenOperations
{
    private static void AddSequences()
    {
        Known["attention"] = run => run.Out("y", run.Tape.Attention(run.In("q"), run.In("k"), run.In("v"), Mask(run), run.Case.OptionalFloat("scale")));
        Known["rotary_attention"] = run => run.Out("y", run.Tape.Attention(Rotary(run, "q"), Rotary(run, "k"), run.In("v"), Mask(run)));
        Known["rotary"] = run => run.Out("y", Rotary(run, "x"));
        Known["multi_head_attention"] = run => run.Out("y", MultiHead(run, "", run.In("x"), run.Case.Int("heads"), Mask(run)));
        Known["gru_cell"] = run => run.Out("h", run.Tape.GruCell(
            run.In("x"), run.In("h"), run.In("weight_ih"), run.In("weight_hh"), run.In("bias_ih"), run.In("bias_hh")));
        Known["gru"] = Gru;
    }

    private static Tensor Rotary(GoldenRun run, string name) =>
        run.Tape.Rotary(run.In(name), run.Case.Text("layout") == "interleaved", run.Case.Float("theta"), run.Case.Int("offset"));

    private static AttentionMask Mask(GoldenRun run) => run.Case.Text("mask") switch
    {
        "none" => AttentionMask.None,
        "causal" => AttentionMask.Causal,
        "block_causal" => AttentionMask.BlockCausal(run.Case.Int("tokens_per_frame")),
        "additive" => AttentionMask.Additive(run.In("mask")),
        var other => throw new InvalidOperationException($"unknown mask {other}"),
    };

    /// <summary>Multi-head attention from packed <c>PREFIXqkv</c> through <c>PREFIXout</c>.</summary>
    private static Tensor MultiHead(GoldenRun run, string prefix, Tensor x, int heads, AttentionMask mask)
    {
        var tape = run.Tape;
        var packed = Linear(run, prefix + "qkv", x);
        var width = packed.Shape[-1] / 3;
        var parts = tape.Permute(tape.Reshape(packed, new Shape(x.Shape[0], x.Shape[1], 3, heads, width / heads)), 2, 0, 3, 1, 4);
        return Linear(run, prefix + "out", Merge(tape, tape.Attention(tape.Select(parts, 0, 0), tape.Select(parts, 0, 1), tape.Select(parts, 0, 2), mask)));
    }

    private static Tensor Merge(Tape tape, Tensor heads) => tape.Reshape(
        tape.Permute(heads, 0, 2, 1, 3), new Shape(heads.Shape[0], heads.Shape[2], heads.Shape[1] * heads.Shape[3]));

    private static Tensor Linear(GoldenRun run, string name, Tensor x) => run.Tape.Linear(x, run.In(name + ".weight"), run.Optional(name + ".bias"));

    private static Tensor Norm(GoldenRun run, string name, Tensor x, float epsilon) =>
        run.Tape.LayerNorm(x, run.In(name + ".weight"), run.In(name + ".bias"), epsilon);

    private static void Gru(GoldenRun run)
    {
        var tape = run.Tape;
        var axis = run.Case.Bool("batch_first") ? 1 : 0;
        var x = run.In("x");
        var finals = new List<Tensor>();
        for (var layer = 0; layer < run.Case.Int("layers"); layer++)
        {
            var state = tape.Select(run.In("h0"), 0, layer);
            var steps = new Tensor[x.Shape[axis]];
            for (var step = 0; step < steps.Length; step++)
            {
                steps[step] = state = tape.GruCell(
                    tape.Select(x, axis, step), state, run.In($"weight_ih_l{layer}"), run.In($"weight_hh_l{layer}"), run.In($"bias_ih_l{layer}"), run.In($"bias_hh_l{layer}"));
            }

            x = tape.Stack(axis, steps);
            finals.Add(state);
        }

        run.Out("y", x);
        run.Out("hn", tape.Stack(0, finals.ToArray()));
    }

    private static void AddLosses()
    {
        Known["smooth_l1"] = run => run.Out("y", run.Tape.SmoothL1(run.In("x"), run.In("target"), run.Case.Float("beta"), Reduction(run)));
        Known["mse"] = run => run.Out("loss", run.Tape.MeanSquaredError(run.In("x"), run.In("target"), Reduction(run)));
        Known["l1"] = run => run.Out("loss", run.Tape.L1(run.In("x"), run.In("target"), Reduction(run)));
        Known["cosine_distance"] = run => run.Out("loss", run.Tape.CosineDistance(run.In("x"), run.In("target"), run.Case.Float("eps")));
        Known["cross_entropy"] = run => run.Out("loss", run.Tape.CrossEntropy(
            run.In("logits"), run.Integers("labels"), run.Case.Float("label_smoothing"), Reduction(run)));
        Known["bce_with_logits"] = run => run.Out("loss", run.Tape.BceWithLogits(run.In("logits"), run.In("target"), Reduction(run)));
        Known["sigreg"] = run =>
        {
            var statistic = run.Tape.NormalityStatistic(run.Tape.MatMul(run.In("z"), run.In("a")));
            run.Out("statistic", statistic);
            run.Out("loss", run.Tape.Mean(statistic));
        };
        Known["vicreg_variance"] = run =>
        {
            var tape = run.Tape;
            var deviation = tape.Sqrt(tape.AddScalar(tape.Variance(run.In("z"), [0], correction: run.Case.Int("correction")), run.Case.Float("eps")));
            run.Out("loss", tape.Mean(tape.Relu(tape.AddScalar(tape.Negate(deviation), run.Case.Float("target")))));
        };
        Known["vicreg_covariance"] = Covariance;
        Known["nt_xent"] = ContrastiveLoss;
        Known["vector_quantize"] = Quantize;
    }

    private static Reduction Reduction(GoldenRun run) => Enum.Parse<Reduction>(run.Case.Text("reduction"), ignoreCase: true);

    private static void Covariance(GoldenRun run)
    {
        var tape = run.Tape;
        var z = run.In("z");
        var (count, width) = (z.Shape[0], z.Shape[1]);
        var centered = tape.Center(z, [0]);
        var covariance = tape.Scale(tape.MatMul(centered, centered, transposeA: true), 1f / (count - run.Case.Int("correction")));
        var off = new float[width * width];
        for (var index = 0; index < off.Length; index++) off[index] = index / width == index % width ? 0 : 1;
        var squares = tape.Multiply(tape.Square(covariance), tape.Constant(off, new Shape(width, width)));
        run.Out("loss", tape.Scale(tape.Sum(squares), 1f / (width * (width - 1))));
    }

    private static void ContrastiveLoss(GoldenRun run)
    {
        var tape = run.Tape;
        var both = tape.Concat(0, tape.L2Normalize(run.In("a")), tape.L2Normalize(run.In("b")));
        var count = both.Shape[0];
        var self = tape.Constant(0, new Shape(count, count));
        var labels = tape.Arena.AllocateInt(new Shape(count));
        for (var row = 0; row < count; row++)
        {
            self.Span[(row * count) + row] = -1e9f;
            labels.Span[row] = (row + (count / 2)) % count;
        }

        var similarities = tape.Scale(tape.MatMul(both, both, transposeB: true), 1 / run.Case.Float("temperature"));
        run.Out("loss", tape.CrossEntropy(tape.Add(similarities, self), labels));
    }

    private static void Quantize(GoldenRun run)
    {
        var tape = run.Tape;
        var (z, codebook) = (run.In("z"), run.In("codebook"));
        var nearest = tape.Arena.AllocateInt(new Shape(z.Shape[0]));
        for (var row = 0; row < z.Shape[0]; row++)
        {
            var best = double.PositiveInfinity;
            for (var code = 0; code < codebook.Shape[0]; code++)
            {
                var distance = 0.0;
                for (var column = 0; column < z.Shape[1]; column++)
                    distance += Math.Pow(z.Span[(row * z.Shape[1]) + column] - codebook.Span[(code * z.Shape[1]) + column], 2);
                if (distance >= best) continue;
                (best, nearest.Span[row]) = (distance, code);
            }
        }

        var codes = tape.GatherRows(codebook, nearest);
        run.Out("y", tape.Add(z, tape.Detach(tape.Subtract(codes, z))));
        run.Out("loss", tape.Add(
            tape.MeanSquaredError(codes, tape.Detach(z)), tape.Scale(tape.MeanSquaredError(z, tape.Detach(codes)), run.Case.Float("commitment"))));
        run.Out("index", nearest.Span.ToArray().Select(index => (float)index).ToArray());
    }
}
