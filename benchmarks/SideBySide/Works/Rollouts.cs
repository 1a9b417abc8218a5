using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>A planner's roll-outs: 300 candidates, 5 steps.</summary>
internal static class Rollouts
{
    private const int Candidates = 300;
    private const int Horizon = 5;
    private const int Latent = 192;
    private const int Step = 10;
    private const int Window = 3;

    public static IEnumerable<Work> All() =>
    [
        Mlp(),
        LeWm("equal work", savesWork: false, peerSaves: false),
        LeWm("what changes no result left out on both sides", savesWork: true, peerSaves: true),
        LeWm("left out here, PyTorch as people write it", savesWork: true, peerSaves: false),
    ];

    private static Work Mlp()
    {
        PredictorRecipe recipe = new("residual-mlp", Hidden: 512);
        double perRow = ((Latent + Step) * 512) + (512 * 512) + (512 * Latent);
        return new Work(
            "roll-outs", $"MLP predictor 202-512-512-192, {Candidates} x {Horizon}", 2 * perRow * Candidates * Horizon, "GFLOP/s", Prepare, "mlp_rollout",
            new Dictionary<string, object> { ["steps"] = Horizon })
        { Tolerance = 1e-4 };

        Performance Prepare(CpuBackend backend)
        {
            Rollout rollout = new(backend, recipe, seen: 1);
            return rollout.Perform(new Dictionary<string, Tensor> { ["start"] = rollout.Seen, ["actions"] = rollout.Actions }, savesWork: true);
        }
    }

    private static Work LeWm(string what, bool savesWork, bool peerSaves)
    {
        PredictorRecipe recipe = new("causal-transformer", Hidden: 2048);
        const int inner = 16 * 64;
        double perToken = (6 * ((Latent * 6 * Latent) + (4 * Latent * inner) + (2 * Latent * 2048))) + (2 * Latent * 2048);
        return new Work(
            "roll-outs", $"LeWM predictor, {Candidates} x {Horizon}, window {Window}: {what}", 2 * perToken * Window * Candidates * Horizon, "GFLOP/s", Prepare,
            "lewm_rollout", new Dictionary<string, object> { ["depth"] = 6, ["heads"] = 16, ["savings"] = peerSaves })
        { Tolerance = 1e-4 };

        Performance Prepare(CpuBackend backend)
        {
            Rollout rollout = new(backend, recipe, seen: Window);
            return rollout.Perform(
                new Dictionary<string, Tensor> { ["latents"] = rollout.Seen, ["known"] = rollout.Driven, ["planned"] = rollout.Actions }, savesWork);
        }
    }

    /// <summary>A predictor with what it starts from.</summary>
    private sealed class Rollout : IDisposable
    {
        private readonly CpuBackend _backend;
        private readonly TensorArena _arena;
        private readonly ParameterBlock _block;
        private readonly LatentPredictor _predictor;

        public Rollout(CpuBackend backend, PredictorRecipe recipe, int seen)
        {
            _backend = backend;
            _arena = new TensorArena(backend);
            _block = new ParameterBlock(backend);
            _predictor = LatentPredictor.Create(_block, recipe, Latent, Step, new RandomStream(1, "predictor"));

            // Fresh modulations are zero, which would leave the blocks' work without any effect to compare.
            foreach (Parameter parameter in _block.Parameters.Where(parameter => parameter.Name.Contains("modulation", StringComparison.Ordinal)))
            {
                new RandomStream(1, parameter.Name).FillNormal(parameter.Value.Span);
                backend.ScaleInPlace(parameter.Value, 0.05f);
            }

            Seen = Numbers.Normal(_arena, "seen", new Shape(1, seen, Latent));
            Driven = Numbers.Normal(_arena, "driven", new Shape(1, Math.Max(1, seen - 1), Step));
            Actions = Numbers.Normal(_arena, "actions", new Shape(Candidates, Horizon, Step));
        }

        public Tensor Seen { get; }

        public Tensor Driven { get; }

        public Tensor Actions { get; }

        public Performance Perform(Dictionary<string, Tensor> inputs, bool savesWork)
        {
            ParallelRollout rollout = new(_predictor, Latent, Step, _backend, savesWork);
            float[] seen = Seen.Span.ToArray(), driven = seen.Length > Latent ? Driven.Span.ToArray() : [], actions = Actions.Span.ToArray();
            float[] latents = new float[Candidates * Horizon * Latent];
            foreach (Parameter parameter in _block.Parameters.Concat(_block.Buffers))
                inputs.Add(parameter.Name, parameter.Value);
            Action run = () => rollout.Run(seen, driven, actions, Candidates, Horizon, latents);
            return new Performance(
                run, inputs,
                () =>
                {
                    run();
                    return new Dictionary<string, float[]> { ["y"] = latents };
                },
                null, rollout, this);
        }

        public void Dispose()
        {
            _block.Dispose();
            _arena.Dispose();
        }
    }
}
