using Orrery.Tensors.Buffers;
using Orrery.Tensors.Optim;

namespace Orrery.Tensors.Tests.Reference;

internal static partial class GoldenOperations
{
    private static void AddOptimisers()
    {
        Known["sgd"] = run =>
        {
            using var block = Block(run, "p");
            var optimiser = new Sgd(block, run.Case.Float("momentum"), run.Case.Float("weight_decay"), run.Case.Bool("nesterov"));
            Optimise(run, block, optimiser.Step);
            if (!optimiser.Velocity.IsNull) run.Out("momentum_buffer", optimiser.Velocity.Span[..block.Parameters[0].Value.Count].ToArray());
        };
        Known["adam"] = run =>
        {
            using var block = Block(run, "p");
            var (beta1, beta2) = Betas(run.Case);
            var optimiser = new Adam(block, beta1, beta2, run.Case.Float("eps"), run.Case.Float("weight_decay"));
            Optimise(run, block, optimiser.Step);
            Moments(run, block, optimiser.FirstMoment, optimiser.SecondMoment);
        };
        Known["adamw"] = run =>
        {
            using var block = Block(run, "p");
            var (beta1, beta2) = Betas(run.Case);
            var optimiser = new AdamW(block, beta1, beta2, run.Case.Float("eps"), run.Case.Float("weight_decay"));
            Optimise(run, block, optimiser.Step);
            Moments(run, block, optimiser.FirstMoment, optimiser.SecondMoment);
        };
        Known["clip_global_norm"] = Clip;
        Known["warmup_cosine"] = run =>
        {
            var schedule = new WarmupCosineSchedule(
                run.Case.Float("base_lr"), run.Case.Int("warmup_steps"), run.Case.Int("total_steps"), run.Case.Float("start_lr"), run.Case.Float("min_lr"));
            run.Out("lr", run.Values("step").ToArray().Select(step => schedule.At((long)step)).ToArray());
        };
        Known["ema"] = Follow;
    }

    private static (double Beta1, double Beta2) Betas(GoldenCase golden)
    {
        var betas = golden.Parameters.GetProperty("betas");
        return (betas[0].GetDouble(), betas[1].GetDouble());
    }

    private static ParameterBlock Block(GoldenRun run, params string[] names)
    {
        var block = new ParameterBlock(run.Tape.Backend);
        foreach (var name in names) run.Values(name).CopyTo(block.Add(name, run.ShapeOf(name)).Value.Span);
        block.Seal();
        return block;
    }

    private static void Optimise(GoldenRun run, ParameterBlock block, Action<float> step)
    {
        var parameter = block.Parameters[0];
        var gradients = run.Values("gradients");
        var path = new List<float>();
        for (var index = 0; index < run.Case.Int("steps"); index++)
        {
            gradients.Slice(index * parameter.Value.Count, parameter.Value.Count).CopyTo(parameter.Gradient.Span);
            step(run.Case.Float("lr"));
            path.AddRange(parameter.Value.Span);
        }

        run.Out("p", path.ToArray());
    }

    private static void Moments(GoldenRun run, ParameterBlock block, Tensor first, Tensor second)
    {
        run.Out("exp_avg", first.Span[..block.Parameters[0].Value.Count].ToArray());
        run.Out("exp_avg_sq", second.Span[..block.Parameters[0].Value.Count].ToArray());
    }

    private static void Clip(GoldenRun run)
    {
        using var block = Block(run, run.Case.OfKind("input").Select(pair => pair.Name).ToArray());
        foreach (var parameter in block.Parameters) run.Values(parameter.Name).CopyTo(parameter.Gradient.Span);
        run.Out("norm", [GradientClipping.ClipGlobalNorm(block, run.Case.Float("max_norm"), run.Case.Float("eps"))]);
        foreach (var parameter in block.Parameters) run.Out(parameter.Name, parameter.Gradient.Span.ToArray());
    }

    private static void Follow(GoldenRun run)
    {
        using var target = Block(run, "target");
        using var online = new ParameterBlock(run.Tape.Backend);
        var parameter = online.Add("target", run.ShapeOf("target"));
        var average = new ExponentialMovingAverage(target, online);
        var path = new List<float>();
        for (var step = 0; step < run.Case.Int("steps"); step++)
        {
            run.Values("online").Slice(step * parameter.Value.Count, parameter.Value.Count).CopyTo(parameter.Value.Span);
            average.Update(run.Case.Float("decay"));
            path.AddRange(target.Parameters[0].Value.Span);
        }

        run.Out("target", path.ToArray());
    }
}
