using Orrery.Models;

namespace Orrery.Planning.Audit;

/// <summary>What decided, to decide again: the checkpoint's model, or a simulator that stood in for one.</summary>
public abstract class ReplayModel
{
    /// <summary>Joins the parts.</summary>
    /// <param name="dynamics">What is searched with.</param>
    /// <param name="readout">Turns latents into observations; null when there is none.</param>
    /// <param name="checkpoint">What the log must name.</param>
    protected ReplayModel(ILatentDynamics dynamics, IReadout? readout, CheckpointIdentity checkpoint)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(checkpoint);
        Dynamics = dynamics;
        Readout = readout;
        Checkpoint = checkpoint;
    }

    /// <summary>What is searched with.</summary>
    public ILatentDynamics Dynamics { get; }

    /// <summary>Turns latents into observations; null when there is none.</summary>
    public IReadout? Readout { get; }

    /// <summary>What the log must name.</summary>
    public CheckpointIdentity Checkpoint { get; }

    /// <summary>A world model.</summary>
    /// <param name="model">The model; not disposed of here.</param>
    /// <param name="checkpoint">Where it was loaded from.</param>
    public static ReplayModel Of(WorldModel model, CheckpointIdentity checkpoint)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new Learned(model, checkpoint);
    }

    /// <summary>Encodes pictures.</summary>
    /// <param name="pixels">[n] observations as bytes, oldest first, as <see cref="WorldModel.Encode(ReadOnlySpan{byte}, int, Span{float})"/> takes them.</param>
    /// <param name="latent">[D], to be written.</param>
    public abstract void Encode(ReadOnlySpan<byte> pixels, Span<float> latent);

    /// <summary>Encodes the last rows of a log.</summary>
    /// <param name="observations">[n, O] in physical units, oldest first.</param>
    /// <param name="actions">[n, A] in physical units, oldest first.</param>
    /// <param name="latent">[D], to be written.</param>
    public abstract void Encode(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, Span<float> latent);

    private sealed class Learned(WorldModel model, CheckpointIdentity checkpoint) : ReplayModel(model, model.HasReadout ? model : null, checkpoint)
    {
        public override void Encode(ReadOnlySpan<byte> pixels, Span<float> latent) => model.Encode(pixels, 1, latent);

        public override void Encode(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, Span<float> latent) =>
            model.Encode(observations, actions, latent);
    }
}
