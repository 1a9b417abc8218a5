using Orrery.Models.Losses;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Training;

/// <summary>
/// The joint-embedding term of a log's model: the state that a free run has reached shall be the state that the encoder gives for the rows
/// that were really seen, and encoded states shall not collapse (SIGReg; Balestriero and LeCun, LeJEPA, 2025).
/// </summary>
internal sealed class LatentPredictionLoss
{
    private const int Projections = 64;

    private readonly LatentPredictionRecipe _recipe;
    private readonly RandomState _state;
    private readonly RandomStream _stream;
    private readonly float[] _directions;
    private readonly int _stateSize;
    private readonly List<(Tensor Reached, Tensor Encoded)> _pairs = [];

    private LatentPredictionLoss(LatentPredictionRecipe recipe, int stateSize, int steps, ulong seed)
    {
        (_recipe, _stateSize) = (recipe, stateSize);
        Steps = [.. new[] { (steps + 1) / 2, steps }.Distinct()];
        _state = new RandomStream(seed, "projections").State;
        _stream = new RandomStream(_state);
        _directions = new float[stateSize * Projections];
    }

    /// <summary>After how many steps states are compared.</summary>
    public int[] Steps { get; }

    /// <summary>The term that a recipe asks for; null for none.</summary>
    public static LatentPredictionLoss? Create(LogRecipe recipe, int steps) =>
        recipe.LatentPrediction is { } term ? new LatentPredictionLoss(term, recipe.LatentSize, steps, recipe.Training.Seed) : null;

    /// <summary>Forgets the states of the update before.</summary>
    public void Begin() => _pairs.Clear();

    /// <summary>Takes the states that a member's free run has reached, and encodes what was seen meanwhile.</summary>
    public void Add(Tape tape, DeepSubspace member, ReadOnlySpan<Tensor> states, LogBatch batch, int first, int count)
    {
        for (int later = 0; later < Steps.Length; later++)
        {
            Tensor seen = tape.Constant(batch.Later(later, first, count), new Shape(count, batch.WindowSize));
            _pairs.Add((states[Steps[later] - 1], member.Encode(tape, seen)));
        }
    }

    /// <summary>Sums the terms over the members.</summary>
    public Tensor Forward(Tape tape, long update, LossTerms terms)
    {
        _stream.State = _state.At((ulong)update);
        SigReg.FillDirections(_stream, _stateSize, _directions);
        Tensor directions = tape.Constant(_directions, new Shape(_stateSize, Projections));
        Tensor prediction = default, spread = default;
        foreach ((Tensor reached, Tensor encoded) in _pairs)
        {
            Tensor difference = tape.MeanSquaredError(reached, encoded);
            Tensor statistic = SigReg.Forward(tape, tape.Reshape(encoded, new Shape(1, encoded.Shape[0], _stateSize)), directions);
            prediction = prediction.IsNull ? difference : tape.Add(prediction, difference);
            spread = spread.IsNull ? statistic : tape.Add(spread, statistic);
        }

        float share = 1f / Steps.Length;
        return tape.Add(
            tape.Scale(terms.Add(tape, "latent", _recipe.Weight, prediction), share),
            tape.Scale(terms.Add(tape, "sigreg", _recipe.SigReg, spread), share));
    }
}
