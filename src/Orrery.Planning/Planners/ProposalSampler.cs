using Orrery.Planning.Constraints;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// Draws moves: [M, A], one per planner step when actions are held within a block, otherwise one per environment step. They
/// are in physical units; those drawn fresh are within the box and the norm limit, noise may leave them until projected. <c>correlations</c>, [M], says how far the noise
/// of each move goes with that of the move before; <c>units</c>, [A], what its deviation is measured in, physical units.
/// </summary>
internal sealed class ProposalSampler(ActionLimits limits, double[] correlations, double[] units)
{
    private const int MostSegments = 3;

    private readonly int _moves = correlations.Length;
    private readonly double[] _noise = new double[limits.ActionSize];

    /// <summary>M: moves in a proposal.</summary>
    public int Moves => _moves;

    /// <summary>Actions held over one to three segments with random borders.</summary>
    public void Fresh(RandomStream random, Span<float> proposal)
    {
        var size = limits.ActionSize;
        var segments = 1 + random.NextInt(MostSegments);
        var first = Border(random);
        var second = Border(random);
        var (near, far) = (Math.Min(first, second), Math.Max(first, second));
        if (segments < 3)
            far = _moves;
        if (segments < 2)
            near = _moves;
        for (var move = 0; move < _moves; move++)
        {
            var action = proposal.Slice(move * size, size);
            if (move == 0 || move == near || move == far)
                Draw(random, action);
            else
                proposal.Slice((move - 1) * size, size).CopyTo(action);
        }
    }

    /// <summary>Actions held over one or two segments in place of what comes after the first moves.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="proposal">[M, A], overwritten from there on.</param>
    /// <param name="from">How many moves stay, 1 .. M - 1.</param>
    public void FreshFrom(RandomStream random, Span<float> proposal, int from)
    {
        var size = limits.ActionSize;
        var turn = random.NextInt(2) == 0 || from + 1 == _moves ? _moves : from + 1 + random.NextInt(_moves - from - 1);
        for (var move = from; move < _moves; move++)
        {
            var action = proposal.Slice(move * size, size);
            if (move == from || move == turn)
                Draw(random, action);
            else
                proposal.Slice((move - 1) * size, size).CopyTo(action);
        }
    }

    /// <summary>Adds noise that is correlated over time: e' = rho e + sqrt(1 - rho^2) N(0, 1).</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="proposal">[M, A], added to.</param>
    /// <param name="deviation">Standard deviation in units of the search's space.</param>
    public void AddNoise(RandomStream random, Span<float> proposal, double deviation)
    {
        var size = limits.ActionSize;
        for (var move = 0; move < _moves; move++)
        {
            for (var i = 0; i < size; i++)
                proposal[(move * size) + i] += (float)(NextNoise(random, move, i) * deviation * units[i]);
        }
    }

    /// <summary>Adds noise with a deviation of its own for each number.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="proposal">[M, A], added to.</param>
    /// <param name="deviations">[M, A], physical units.</param>
    public void AddNoise(RandomStream random, Span<float> proposal, ReadOnlySpan<float> deviations)
    {
        var size = limits.ActionSize;
        for (var move = 0; move < _moves; move++)
        {
            for (var i = 0; i < size; i++)
                proposal[(move * size) + i] += (float)(NextNoise(random, move, i) * deviations[(move * size) + i]);
        }
    }

    /// <summary>What the deviation of an action is measured in, physical units.</summary>
    public double Unit(int column) => units[column];

    private double NextNoise(RandomStream random, int move, int column)
    {
        var normal = random.NextNormal();
        var correlation = correlations[move];
        _noise[column] = move == 0 ? normal : (correlation * _noise[column]) + (Math.Sqrt(1 - (correlation * correlation)) * normal);
        return _noise[column];
    }

    private int Border(RandomStream random) => _moves == 1 ? 1 : 1 + random.NextInt(_moves - 1);

    private void Draw(RandomStream random, Span<float> action)
    {
        if (limits.NormLimit is { } norm)
            DrawDirection(random, action, norm);
        else
            DrawInBox(random, action);
    }

    private void DrawInBox(RandomStream random, Span<float> action)
    {
        for (var i = 0; i < action.Length; i++)
            action[i] = (float)(limits.Low[i] + (((double)limits.High[i] - limits.Low[i]) * random.NextDouble()));
    }

    /// <summary>Every direction alike; full magnitude often, because the fastest way is at the limit.</summary>
    private void DrawDirection(RandomStream random, Span<float> action, double norm)
    {
        double squared;
        do
        {
            squared = 0;
            for (var i = 0; i < action.Length; i++)
            {
                _noise[i] = random.NextNormal();
                squared += _noise[i] * _noise[i];
            }
        }
        while (squared < 1e-20);

        var magnitude = norm * Math.Min(1, 0.3 + random.NextDouble());
        for (var i = 0; i < action.Length; i++)
            action[i] = (float)(_noise[i] * magnitude / Math.Sqrt(squared));
    }
}
