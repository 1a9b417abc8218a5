using Orrery.Models.Predictors;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Rollouts;

/// <summary>What all candidates of a roll-out have in common: the steps that were seen before it. Lanes share it.</summary>
internal abstract class RolloutHistory : IDisposable
{
    /// <summary>Takes what was seen; computes what follows from it for every candidate alike.</summary>
    /// <param name="tape">A tape that does not record, just reset.</param>
    /// <param name="latents">[n, D], n at least 1.</param>
    /// <param name="actions">[n - 1, K A], normalised; null when n is 1.</param>
    public abstract void Begin(Tape tape, Tensor latents, Tensor actions);

    /// <summary>A lane that rolls chunks of candidates out from this history.</summary>
    /// <param name="backend">Where the lane's memory comes from.</param>
    public abstract RolloutLane CreateLane(Backend backend);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Rolls one chunk of candidates out at a time, on one thread.</summary>
internal abstract class RolloutLane : IDisposable
{
    /// <summary>Begins a chunk.</summary>
    /// <param name="tape">The lane's tape, just reset.</param>
    /// <param name="actions">[B, H, K A], normalised; stays as it is until the chunk is done.</param>
    public abstract void Begin(Tape tape, Tensor actions);

    /// <summary>One step of the chunk.</summary>
    /// <param name="tape">The lane's tape, just reset.</param>
    /// <param name="step">Which one, from 0 and in order.</param>
    /// <param name="latent">[B, D].</param>
    /// <returns>[B, D].</returns>
    public abstract Tensor Step(Tape tape, int step, Tensor latent);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The history of a predictor that looks at the present latent only: nothing.</summary>
internal sealed class NoHistory(LatentPredictor predictor) : RolloutHistory
{
    public override void Begin(Tape tape, Tensor latents, Tensor actions)
    {
    }

    public override RolloutLane CreateLane(Backend backend) => new Lane(predictor);

    private sealed class Lane(LatentPredictor predictor) : RolloutLane
    {
        private Tensor _actions;

        public override void Begin(Tape tape, Tensor actions) => _actions = actions;

        public override Tensor Step(Tape tape, int step, Tensor latent) => predictor.Forward(tape, latent, tape.Select(_actions, 1, step));
    }
}
