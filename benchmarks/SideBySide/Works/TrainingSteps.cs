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
    public static IEnumerable<Work> All() => [Mlp(64), Mlp(256), Mlp(1024), Block(), TwoRooms(), LeWm()];

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
            TransformerBlock block = new(parameters, "block", width, heads, width / heads, hidden, random, epsilon: 1e-6f);
            Parameter x = parameters.Add("x", new Shape(batch, tokens, width));
            random.FillNormal(x.Value.Span);
            Tensor upstream = Numbers.Normal(arena, "upstream", x.Shape);
            Training training = new(
                parameters,
                tape => tape.Sum(tape.Multiply(block.Forward(tape, tape.Use(x)), upstream)),
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
            JointEmbeddingLoss criterion = new(block, objective, latent, 1, action, random);
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

    private static Work LeWm()
    {
        const int batch = 16, history = 3, side = 64, patch = 8, latent = 192, action = 10, directions = 256;
        const float rate = 5e-5f, decay = 1e-3f, clip = 1;
        VitRecipe vit = new(Patch: patch);
        PredictorRecipe predicting = new("causal-transformer", Hidden: 2048);
        const int tokens = (side / patch * (side / patch)) + 1, pictures = batch * (history + 1), inner = 16 * 64;
        double perToken = 12 * ((4 * latent * latent) + (2 * latent * 768) + (2 * tokens * latent));
        double perStep = (6 * ((6 * latent * latent) + (4 * latent * inner) + (2 * latent * 2048))) + (4 * latent * 2048);
        return new Work(
            "training steps", $"LeWM at 64 px, patch 8, {batch} x {history + 1} pictures, AdamW",
            2 * 3 * ((perToken * pictures * tokens) + (perStep * batch * history)), "GFLOP/s", Prepare, "lewm_step",
            new Dictionary<string, object>
            {
                ["depth"] = 6,
                ["heads"] = 16,
                ["encoder_depth"] = 12,
                ["encoder_heads"] = 3,
                ["patch"] = patch,
                ["rate"] = rate,
                ["decay"] = decay,
                ["clip"] = clip,
            })
        { Tolerance = 1e-3 };

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            ParameterBlock block = new(backend);
            RandomStream random = new(1, "lewm");
            ObservationEncoder encoder = ObservationEncoder.Create(block, new ImageSpace("pixels", 3, side, side), vit, latent, random);
            LatentPredictor predictor = LatentPredictor.Create(block, predicting, latent, action, random);
            Tensor pixels = Numbers.Normal(arena, "pixels", new Shape(batch, history + 1, 3, side, side));
            Tensor actions = Numbers.Normal(arena, "actions", new Shape(batch, history, action));
            Tensor projections = arena.Allocate(new Shape(latent, directions));
            SigReg.FillDirections(new RandomStream(1, "directions"), latent, projections.Span);
            Training training = new(block, Loss, rate, decay, clip);
            return new Performance(
                () => training.Step(), training.Inputs(("pixels", pixels), ("actions", actions), ("directions", projections)), () => training.Outputs(), null,
                training, block, arena);

            Tensor Loss(Tape tape)
            {
                Tensor pictureRows = tape.Reshape(pixels, new Shape(pictures, 3, side, side));
                Tensor latents = tape.Reshape(encoder.Forward(tape, pictureRows, training: true), new Shape(batch, history + 1, latent));
                Tensor predictions = predictor.ForwardWindow(tape, tape.Slice(latents, 1, 0, history), actions, training: true);
                Tensor matching = tape.MeanSquaredError(predictions, tape.Slice(latents, 1, 1, history));
                return tape.Add(matching, tape.Scale(SigReg.Forward(tape, tape.Permute(latents, 1, 0, 2), projections), 0.09f));
            }
        }
    }
}
