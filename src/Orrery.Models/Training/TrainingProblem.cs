using Orrery.Models.Losses;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Models.Training;

/// <summary>
/// What a <see cref="Trainer"/> minimises: where batches come from, what is computed from them and what it costs. Everything is a
/// pure function of the seed and the update's number, so that training can be interrupted and resumed to the same bits.
/// </summary>
public abstract class TrainingProblem : IDisposable
{
    /// <summary>The running average of the weights, in the layout of the block's values; none where no average is kept.</summary>
    internal Tensor Averaged { get; set; }

    /// <summary>What is trained; sealed.</summary>
    public abstract ParameterBlock Parameters { get; }

    /// <summary>Reads the batch of an update.</summary>
    /// <param name="update">From 0.</param>
    public abstract void FillBatch(long update);

    /// <summary>Computes the predictions for the batch.</summary>
    /// <param name="tape">Where to record; fresh.</param>
    public abstract Tensor Forward(Tape tape);

    /// <summary>What the predictions cost.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="predictions">What <see cref="Forward"/> gave.</param>
    /// <param name="update">From 0; decides random numbers of the loss.</param>
    /// <param name="terms">Receives the single terms.</param>
    /// <returns>One number.</returns>
    public abstract Tensor Loss(Tape tape, Tensor predictions, long update, LossTerms terms);

    /// <summary>Settles what is fitted and not trained, with the weights that are kept in place.</summary>
    /// <returns>What was settled; empty where there is nothing of the kind.</returns>
    public virtual float[] Settle() => [];

    /// <summary>Takes over what an earlier phase has settled.</summary>
    /// <param name="settled">What its <see cref="Settle"/> gave.</param>
    public virtual void TakeOver(ReadOnlySpan<float> settled)
    {
    }

    /// <summary>How far linear models are trusted; empty where there are none.</summary>
    public virtual IReadOnlyList<BlendedColumn> Blend => [];

    /// <summary>How the state is filtered; null where there is no filter.</summary>
    public virtual StateFilter? Filter => null;

    /// <summary>Judges the present weights on held-out data.</summary>
    public abstract ValidationResult Validate();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives memory back.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
