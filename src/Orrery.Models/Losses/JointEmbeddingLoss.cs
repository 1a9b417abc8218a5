using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Losses;

/// <summary>
/// The loss of a joint-embedding predictive model: prediction in latent space, and terms that keep the latents from collapsing.
/// Gradients flow through predictions and targets alike, unless the caller gives other targets.
/// </summary>
public sealed class JointEmbeddingLoss
{
    private readonly ObjectiveRecipe _recipe;
    private readonly InverseDynamics? _inverse;
    private readonly RandomState _directions;
    private readonly RandomStream _stream;
    private readonly float[] _projections;

    /// <summary>Registers the inverse-dynamics decoder, if there is one, under "inverse".</summary>
    /// <param name="block">Where parameters live.</param>
    /// <param name="recipe">The terms and their weights.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="actionBlock">K.</param>
    /// <param name="actionSize">A.</param>
    /// <param name="random">Initial weights and projections.</param>
    public JointEmbeddingLoss(ParameterBlock block, ObjectiveRecipe recipe, int latentSize, int actionBlock, int actionSize, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(random);
        _recipe = recipe;
        if (recipe.InverseDynamics > 0)
            _inverse = InverseDynamics.Create(block, recipe, latentSize, actionBlock, actionSize, random);
        _directions = random.State.Child("projections");
        _stream = new RandomStream(_directions);
        _projections = new float[latentSize * recipe.Projections];
    }

    /// <summary>Adds up the weighted terms.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="latents">[T, B, D]: encoded pictures.</param>
    /// <param name="predictions">[T - 1, B, D]: what was predicted for each but the first.</param>
    /// <param name="actions">[T - 1, B, K A]: normalised.</param>
    /// <param name="step">Number of the update; decides the random projections.</param>
    /// <param name="terms">Receives each term before its weight; read it after the step.</param>
    /// <param name="targets">[T - 1, B, D]: what predictions are compared with; the later latents themselves when left out.</param>
    public Tensor Forward(Tape tape, Tensor latents, Tensor predictions, Tensor actions, long step, LossTerms terms, Tensor targets = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(terms);
        int steps = latents.Shape[0] - 1;
        Tensor earlier = tape.Slice(latents, 0, 0, steps);
        Tensor later = tape.Slice(latents, 0, 1, steps);
        if (targets.IsNull)
            targets = later;
        terms.Clear();
        Tensor loss = terms.Add(tape, "prediction", _recipe.Prediction, tape.Mean(tape.Square(tape.Subtract(predictions, targets))));
        if (_recipe.Contrastive > 0)
            loss = tape.Add(loss, terms.Add(tape, "contrastive", _recipe.Contrastive, Contrastive.Forward(tape, predictions, targets, _recipe.Temperature)));
        if (_recipe.SigReg > 0)
            loss = tape.Add(loss, terms.Add(tape, "sigreg", _recipe.SigReg, SigReg.Forward(tape, Gathered(tape, latents), Directions(tape, step))));
        if (_recipe.Variance > 0)
            loss = tape.Add(loss, terms.Add(tape, "variance", _recipe.Variance, VarianceCovariance.Variance(tape, Gathered(tape, latents))));
        if (_recipe.Covariance > 0)
            loss = tape.Add(loss, terms.Add(tape, "covariance", _recipe.Covariance, VarianceCovariance.Covariance(tape, Gathered(tape, latents))));
        if (_recipe.TimeVariance > 0)
            loss = tape.Add(loss, terms.Add(tape, "timeVariance", _recipe.TimeVariance, VarianceCovariance.Variance(tape, tape.Transpose(Quick(tape, latents), 0, 1))));
        if (_recipe.TemporalSimilarity > 0)
            loss = tape.Add(loss, terms.Add(tape, "similarity", _recipe.TemporalSimilarity, Change(tape, Quick(tape, earlier), Quick(tape, later))));
        if (_recipe.Slowness > 0)
            loss = tape.Add(loss, terms.Add(tape, "slowness", _recipe.Slowness, Change(tape, Slow(tape, earlier), Slow(tape, later))));
        if (_recipe.SlowContrastive > 0)
        {
            Tensor first = Slow(tape, tape.Slice(latents, 0, 0, 1)), last = Slow(tape, tape.Slice(latents, 0, steps, 1));
            loss = tape.Add(loss, terms.Add(tape, "slowContrastive", _recipe.SlowContrastive, Contrastive.Forward(tape, first, last, _recipe.Temperature)));
        }

        if (_inverse is not null)
        {
            Tensor decoded = _inverse.Forward(tape, earlier, later);
            loss = tape.Add(loss, terms.Add(tape, "inverse", _recipe.InverseDynamics, tape.Mean(tape.Square(tape.Subtract(decoded, actions)))));
        }

        return loss;
    }

    private static Tensor Pooled(Tape tape, Tensor latents) =>
        tape.Reshape(latents, new Shape(1, latents.Shape[0] * latents.Shape[1], latents.Shape[2]));

    private static Tensor Change(Tape tape, Tensor earlier, Tensor later) => tape.Mean(tape.Square(tape.Subtract(later, earlier)));

    private Tensor Slow(Tape tape, Tensor latents) => tape.Slice(latents, 2, 0, _recipe.SlowLatents);

    private Tensor Quick(Tape tape, Tensor latents) =>
        _recipe.SlowLatents == 0 ? latents : tape.Slice(latents, 2, _recipe.SlowLatents, latents.Shape[2] - _recipe.SlowLatents);

    private Tensor Gathered(Tape tape, Tensor latents) => _recipe.Statistics switch
    {
        "each" => latents,
        "first" => tape.Slice(latents, 0, 0, 1),
        _ => Pooled(tape, latents),
    };

    private Tensor Directions(Tape tape, long step)
    {
        int latentSize = _projections.Length / _recipe.Projections;
        _stream.State = _directions.At((ulong)step);
        SigReg.FillDirections(_stream, latentSize, _projections);
        return tape.Constant(_projections, new Shape(latentSize, _recipe.Projections));
    }
}
