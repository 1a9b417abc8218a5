using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Networks;

/// <summary>What joins the predictors of a log's observations over the horizon; its state is part of the latent.</summary>
internal interface IHorizonBlend
{
    /// <summary>Numbers in the latent.</summary>
    int StateSize { get; }

    /// <summary>What the linear models' error on validation rows was over the deep model's; not a number where that is not known.</summary>
    double LinearRatio(int output);

    /// <summary>The share of the linear models together in one observation some rows ahead, from 1.</summary>
    double LinearShare(int output, int rows);

    /// <summary>[B, O] measured and [B, O] modelled at the last known row to [B, state].</summary>
    Tensor Encode(Tape tape, Tensor measured, Tensor modelled);

    /// <summary>[B, state] one row later.</summary>
    Tensor Predict(Tape tape, Tensor state);

    /// <summary>[B, state], and what the predictors say, [B, O] each, to [B, O].</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="state">Of the blend.</param>
    /// <param name="deep">The deep model.</param>
    /// <param name="equation">The difference equation.</param>
    /// <param name="states">The linear state space; null where there is none.</param>
    Tensor Read(Tape tape, Tensor state, Tensor deep, Tensor equation, Tensor states);
}
