using Orrery.Data.Spaces;
using Orrery.Models.Encoders;
using Orrery.Models.Losses;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>Whole training steps, through autograd, with the library's own layers.</summary>
internal static class TrainingSteps
{
    public static IEnumerable<Work> All() => [Mlp(64), Mlp(256), Mlp(1024), Block(), TwoRooms()];

    private static Work Mlp(int batch)
    {
        const float rate = 1e-3f, decay = 1e-2f;
        int[] widths = [32, 512, 512, 512, 32];
        double weights = (2 * 32 * 512) + (2 * 512 * 512);
        return new Work(
            "training steps", $"MLP 32-512-512-512-32, batch {batch}, AdamW", 2 * 3 * weights * batch, "GFLOP/s", Prepare, "mlp_step",
            new Dictionary<string, object> { ["rate"] = rate, ["decay"] = decay })
        { Tolerance = 1e-4 };

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            ParameterBlock block = new(backend);
            Mlp mlp = new(block, "mlp", widths, Activation.Relu, new RandomStream(1, "mlp"));
            Tensor x = Numbers.Normal(arena, "x", new Shape(batch, 32)), target = Numbers.Normal(arena, "target", x.Shape);
            Training training = new(block, tape => tape.MeanSquaredError(mlp.Forward(tape, x), target), rate, decay);
            return new Performance(
                () => training.Step(), training.Inputs(("x", x), ("target", target)), () => training.Outputs(), null, training, block, arena);
        }
    }

    private static Work Block()
    {
        const int width = 192, heads = 3, hidden = 768, tokens = 64, batch = 64;
        double perToken = (4 * width * width) + (2 * width * hidden) + (2 * tokens * width);
        return new Work(
            "training steps", $"transformer block, width {width}, {heads} heads, MLP {hidden}, {batch} x {tokens} tokens, forward and backward",
            2 * 3 * perToken * batch * tokens, "GFLOP/s", Prepare, "block_step", new Dictionary<string, object> { ["heads"] = heads })
        { Tolerance = 1e-4 };

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            ParameterBlock parameters = new(backend);
            RandomStream random = new(1, "block");
            LayerNorm first = new(parameters, "block.norm1", width, epsilon: 1e-6f), second = new(parameters, "block.norm2", width, epsilon: 1e-6f);
            Attention attention = new(parameters, "block.attention", width, heads, width / heads, random);
            Mlp mlp = new(parameters, "block.mlp", [width, hidden, width], Activation.Gelu, random);
            Parameter x = parameters.Add("x", new Shape(batch, tokens, width));
            random.FillNormal(x.Value.Span);
            Tensor upstream = Numbers.Normal(arena, "upstream", x.Shape);
            Training training = new(
                parameters,
                tape =>
                {
                    Tensor state = tape.Use(x);
                    state = tape.Add(state, attention.Forward(tape, first.Forward(tape, state)));
                    state = tape.Add(state, mlp.Forward(tape, second.Forward(tape, state)));
                    return tape.Sum(tape.Multiply(state, upstream));
                },
                rate: 0);
            return new Performance(
                () => training.Step(), training.Inputs(("upstream", upstream)), () => training.Outputs("x", "block.mlp.fc1.weight"), null,
                training, parameters, arena);
        }
    }

    private static Work TwoRooms()
    {
        const int batch = 32, steps = 8, latent = 16, action = 10, side = 65;
        const float rate = 2e-3f, decay = 1e-5f, clip = 2;
        ObjectiveRecipe objective = new(Prediction: 1, Variance: 16, Covariance: 8, TemporalSimilarity: 12, InverseDynamics: 1);
        Dictionary<string, object> weights = new()
        {
            ["prediction"] = 1,
            ["variance"] = 16,
            ["covariance"] = 8,
            ["similarity"] = 12,
            ["inverse"] = 1,
        };

        // Convolutions 2-8-16-32-32 and a residual block, per picture; the head and the predictor are small beside them.
        double perPicture = (33 * 33 * 8 * 50) + (17 * 17 * 16 * 72) + (9 * 9 * 32 * (144 + (2 * 288))) + (5 * 5 * 32 * 288) + (800 * 128);
        return new Work(
            "training steps", $"Two Rooms: residual CNN and GRU, {batch} x {steps} pictures of 65 x 65, AdamW", 2 * 3 * perPicture * batch * steps,
            "GFLOP/s", Prepare, "two_rooms_step",
            new Dictionary<string, object> { ["rate"] = rate, ["decay"] = decay, ["clip"] = clip, ["objective"] = weights })
        { Tolerance = 1e-3 };

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            ParameterBlock block = new(backend);
            RandomStream random = new(1, "two rooms");
            ResidualCnnEncoder encoder = new(block, new ImageSpace("pixels", 2, side, side), new ResidualCnnRecipe([8, 16, 32, 32]), latent, random);
            GruPredictor predictor = new(block, 256, latent, action, random);
            JointEmbeddingLoss criterion = new(block, objective, latent, action, random);
            LossTerms terms = new();
            Tensor pixels = Numbers.Normal(arena, "pixels", new Shape(steps * batch, 2, side, side));
            Tensor actions = Numbers.Normal(arena, "actions", new Shape(steps - 1, batch, action));
            Tensor[] predictions = new Tensor[steps - 1];
            Training training = new(block, Loss, rate, decay, clip);
            return new Performance(
                () => training.Step(), training.Inputs(("pixels", pixels), ("actions", actions)), () => training.Outputs(), null,
                training, block, arena);

            Tensor Loss(Tape tape)
            {
                Tensor latents = tape.Reshape(encoder.Forward(tape, pixels, training: true), new Shape(steps, batch, latent));
                Tensor state = tape.Select(latents, 0, 0);
                for (int step = 0; step < steps - 1; step++)
                    predictions[step] = state = predictor.Forward(tape, state, tape.Select(actions, 0, step));
                return criterion.Forward(tape, latents, tape.Stack(0, predictions), actions, 0, terms);
            }
        }
    }
}
