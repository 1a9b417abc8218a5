using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Reference;

internal static partial class GoldenOperations
{
    private const string Layer = "layer";

    private static void AddBlocks()
    {
        Known["transformer_block"] = run =>
        {
            var (width, heads, hidden) = (run.ShapeOf("x")[-1], run.Case.Int("heads"), run.ShapeOf("mlp.fc1.weight")[0]);
            var block = run.Own(new ParameterBlock(run.Tape.Backend));
            var layer = new TransformerBlock(block, Layer, width, heads, width / heads, hidden, new RandomStream(1, Layer), run.Case.Float("eps"));
            Fill(run, block, name => name[(Layer.Length + 1)..]);
            run.Out("y", layer.Forward(run.Tape, run.In("x"), Mask(run)));
        };
        Known["adaln_zero_block"] = run =>
        {
            var c = run.In("c");
            if (run.Case.Text("condition") == "per_sample") c = run.Tape.Reshape(c, new Shape(c.Shape[0], 1, c.Shape[1]));
            run.Out("y", Conditional(run, "", run.In("x"), c, run.Case.Int("heads"), run.Case.Float("eps"), ownNorms: false));
        };
        Known["vit"] = run => run.Out("last_hidden_state", VisionTransformer(
            run, run.In("pixel_values"), run.Case.Int("num_hidden_layers"), run.Case.Int("num_attention_heads"), run.Case.Int("patch_size"), run.Case.Float("layer_norm_eps")));
        Known["impala_cnn"] = Impala;
        Known["lewm_predictor"] = Predictor;
        Known["lewm_model"] = WorldModel;
    }

    // Gives a layer's parameters the stored values, and compares their gradients as those of inputs.
    private static void Fill(GoldenRun run, ParameterBlock block, Func<string, string> nameOf)
    {
        block.Seal();
        block.ZeroGradients();
        foreach (var parameter in block.Parameters)
        {
            var name = nameOf(parameter.Name);
            Assert.Equal(run.ShapeOf(name), parameter.Value.Shape);
            run.Values(name).CopyTo(parameter.Value.Span);
            run.Replace(name, run.Tape.Use(parameter));
        }
    }

    private static Tensor FeedForward(GoldenRun run, string name, Tensor x) =>
        Linear(run, name + ".fc2", run.Tape.Gelu(Linear(run, name + ".fc1", x)));

    // One block whose layer norms are shifted and scaled, and whose branches are gated, by a condition.
    private static Tensor Conditional(GoldenRun run, string prefix, Tensor x, Tensor c, int heads, float epsilon, bool ownNorms)
    {
        var tape = run.Tape;
        var modulation = Linear(run, prefix + "modulation", tape.Silu(c));
        var width = x.Shape[-1];
        Tensor Part(int index) => tape.Slice(modulation, -1, index * width, width);
        Tensor Modulated(Tensor y, int shift) => tape.Add(tape.Multiply(tape.LayerNorm(y, epsilon: epsilon), tape.AddScalar(Part(shift + 1), 1)), Part(shift));
        Tensor Own(string name, Tensor y) => ownNorms ? Norm(run, prefix + name, y, 1e-5f) : y;

        x = tape.Add(x, tape.Multiply(Part(2), MultiHead(run, prefix + "attention.", Own("attention.norm", Modulated(x, 0)), heads, AttentionMask.Causal)));
        return tape.Add(x, tape.Multiply(Part(5), FeedForward(run, prefix + "mlp", Own("mlp.norm", Modulated(x, 3)))));
    }

    private static Tensor VisionTransformer(GoldenRun run, Tensor pixels, int layers, int heads, int patch, float epsilon)
    {
        var tape = run.Tape;
        const string Patches = "embeddings.patch_embeddings.projection";
        var patches = tape.Convolution2d(pixels, run.In(Patches + ".weight"), run.In(Patches + ".bias"), stride: patch);
        var width = patches.Shape[1];
        var tokens = tape.Transpose(tape.Reshape(patches, new Shape(patches.Shape[0], width, patches.Shape[2] * patches.Shape[3])));
        var first = tape.Expand(run.In("embeddings.cls_token"), new Shape(pixels.Shape[0], 1, width));
        var x = tape.Add(tape.Concat(1, first, tokens), run.In("embeddings.position_embeddings"));
        for (var layer = 0; layer < layers; layer++)
        {
            var name = $"encoder.layer.{layer}";
            var y = Norm(run, name + ".layernorm_before", x, epsilon);
            Tensor Heads(string part)
            {
                var all = Linear(run, $"{name}.attention.attention.{part}", y);
                return tape.Permute(tape.Reshape(all, new Shape(all.Shape[0], all.Shape[1], heads, width / heads)), 0, 2, 1, 3);
            }

            x = tape.Add(x, Linear(run, name + ".attention.output.dense", Merge(tape, tape.Attention(Heads("query"), Heads("key"), Heads("value")))));
            var hidden = tape.Gelu(Linear(run, name + ".intermediate.dense", Norm(run, name + ".layernorm_after", x, epsilon)));
            x = tape.Add(x, Linear(run, name + ".output.dense", hidden));
        }

        return Norm(run, "layernorm", x, epsilon);
    }

    private static void Impala(GoldenRun run)
    {
        var tape = run.Tape;
        var x = run.In("x");
        Tensor Convolve(string name, Tensor y) => tape.Convolution2d(y, run.In(name + ".weight"), run.In(name + ".bias"), padding: 1);
        for (var stage = 0; stage < run.Case.Ints("channels").Length; stage++)
        {
            x = tape.MaxPool2d(Convolve($"stages.{stage}.conv", x), 3, 2, 1);
            for (var block = 0; block < 2; block++)
            {
                var name = $"stages.{stage}.blocks.{block}";
                x = tape.Add(x, Convolve(name + ".conv2", tape.Relu(Convolve(name + ".conv1", tape.Relu(x)))));
            }
        }

        run.Out("y", Linear(run, "head", tape.Reshape(tape.Relu(x), new Shape(x.Shape[0], x.Shape.Count / x.Shape[0]))));
    }

    private static Tensor NormalizedMlp(GoldenRun run, string name, Tensor x, Tensor mean, Tensor variance, bool training = true)
    {
        var hidden = Linear(run, name + ".fc1", run.Tape.Reshape(x, new Shape(x.Shape.Count / x.Shape[-1], x.Shape[-1])));
        hidden = run.Tape.BatchNorm(hidden, run.In(name + ".norm.weight"), run.In(name + ".norm.bias"), mean, variance, training: training);
        return run.Tape.Reshape(Linear(run, name + ".fc2", run.Tape.Gelu(hidden)), x.Shape);
    }

    private static (Tensor Mean, Tensor Variance) FreshStatistics(GoldenRun run, string name) =>
        (run.Tape.Constant(0, run.ShapeOf(name + ".norm.bias")), run.Tape.Constant(1, run.ShapeOf(name + ".norm.bias")));

    private static Tensor Predict(GoldenRun run, Tensor z, Tensor c, int depth, int heads, (Tensor Mean, Tensor Variance) statistics, bool training)
    {
        var tape = run.Tape;
        var x = tape.Add(tape.Slice(z, 1, 0, run.Case.Int("history")), run.In("predictor.position"));
        for (var layer = 0; layer < depth; layer++) x = Conditional(run, $"predictor.layers.{layer}.", x, c, heads, 1e-6f, ownNorms: true);
        return NormalizedMlp(run, "head", Norm(run, "predictor.norm", x, 1e-5f), statistics.Mean, statistics.Variance, training);
    }

    private static Tensor LatentLoss(GoldenRun run, Tensor prediction, Tensor z, bool report)
    {
        var tape = run.Tape;
        var matching = tape.MeanSquaredError(prediction, tape.Slice(z, 1, 1, run.Case.Int("history")));
        var spread = tape.Mean(tape.NormalityStatistic(tape.MatMul(tape.Transpose(z, 0, 1), run.In("a"))));
        var loss = tape.Add(matching, tape.Scale(spread, run.Case.Float("sigreg_weight")));
        if (report)
        {
            run.Out("prediction", prediction);
            run.Out("matching", matching);
            run.Out("sigreg", spread);
            run.Out("loss", loss);
        }

        return loss;
    }

    private static void Predictor(GoldenRun run)
    {
        var (depth, heads) = (run.Case.Int("depth"), run.Case.Int("heads"));
        Train(run, ["z", "c", "a"], clip: null, () => LatentLoss(
            run, Predict(run, run.In("z"), run.In("c"), depth, heads, FreshStatistics(run, "head"), training: true), run.In("z"), report: false));
        var statistics = FreshStatistics(run, "head");
        LatentLoss(run, Predict(run, run.In("z"), run.In("c"), depth, heads, statistics, training: true), run.In("z"), report: true);
        run.Out("running_mean", statistics.Mean);
        run.Out("running_var", statistics.Variance);
        run.Out("eval_prediction", Predict(run, run.In("z"), run.In("c"), depth, heads, statistics, training: false));
    }

    private static void WorldModel(GoldenRun run)
    {
        Tensor Loss(bool report)
        {
            var tape = run.Tape;
            var pixels = run.In("pixels");
            var (batch, frames, side) = (pixels.Shape[0], pixels.Shape[1], pixels.Shape[-1]);
            var tokens = VisionTransformer(
                run, tape.Reshape(pixels, new Shape(batch * frames, 3, side, side)), run.Case.Int("encoder_depth"), run.Case.Int("encoder_heads"), run.Case.Int("patch_size"), run.Case.Float("layer_norm_eps"));
            var projector = FreshStatistics(run, "projector");
            var latents = tape.Reshape(tape.Select(tokens, 1, 0), new Shape(batch, frames, tokens.Shape[-1]));
            var z = NormalizedMlp(run, "projector", latents, projector.Mean, projector.Variance);
            var c = tape.Transpose(tape.Convolution1d(tape.Transpose(run.In("actions")), run.In("action.conv.weight"), run.In("action.conv.bias")));
            c = Linear(run, "action.fc2", tape.Silu(Linear(run, "action.fc1", c)));
            if (report) run.Out("z", z);
            var prediction = Predict(run, z, c, run.Case.Int("predictor_depth"), run.Case.Int("predictor_heads"), FreshStatistics(run, "head"), training: true);
            return LatentLoss(run, prediction, z, report);
        }

        Train(run, ["pixels", "actions", "a"], run.Case.Float("clip_norm"), () => Loss(report: false));
        Loss(report: true);
    }

    // The parameters after some AdamW steps on the same batch, the losses before each and after the last, and the gradients' norms.
    private static void Train(GoldenRun run, string[] data, float? clip, Func<Tensor> loss)
    {
        var names = run.Case.OfKind("input").Select(pair => pair.Name).Except(data).ToArray();
        using var block = Block(run, names);
        var settings = run.Case.Parameters.GetProperty("optimizer");
        var optimiser = new AdamW(
            block, settings.GetProperty("betas")[0].GetDouble(), settings.GetProperty("betas")[1].GetDouble(), settings.GetProperty("eps").GetSingle(), settings.GetProperty("weight_decay").GetSingle());
        var losses = new List<float>();
        var norms = new List<float>();
        for (var step = 0; step <= run.Case.Int("steps"); step++)
        {
            run.Tape.Reset();
            foreach (var name in data) run.Replace(name, run.Tape.Constant(run.Values(name), run.ShapeOf(name)));
            foreach (var parameter in block.Parameters) run.Replace(parameter.Name, run.Tape.Use(parameter));
            var value = loss();
            losses.Add(value.Item());
            if (step == run.Case.Int("steps")) break;
            block.ZeroGradients();
            run.Tape.Backward(value);
            norms.Add(GradientClipping.ClipGlobalNorm(block, clip ?? float.MaxValue));
            optimiser.Step(settings.GetProperty("lr").GetSingle());
        }

        run.Out("losses", losses.ToArray());
        run.Out("grad_norms", norms.ToArray());
        foreach (var parameter in block.Parameters) run.Out("after." + parameter.Name, parameter.Value.Span.ToArray());
        run.Tape.Reset();
        run.ForgetInputs();
    }
}
