namespace Orrery.Planning.Planners;

/// <summary>
/// Beginnings of candidates that lead to latents far from each other: together they cover what the search has reached so far,
/// behind walls as well as before them. Candidates that go on from there reach further, whatever their cost is now.
/// Sources: LaValle, rapidly exploring random trees, 1998; farthest-point selection, Gonzalez 1985.
/// </summary>
internal sealed class Frontier
{
    private readonly PlanningProblemSizes _sizes;
    private readonly int _points;
    private readonly int[] _moveOfStep;
    private readonly double[] _distances;
    private Beginnings _kept;
    private Beginnings _next;

    public Frontier(PlanningProblemSizes sizes, int candidates, int points)
    {
        _sizes = sizes;
        _points = points;
        _moveOfStep = MoveBlocks.MoveOfStep(sizes);
        _distances = new double[(candidates * sizes.Horizon) + points];
        _kept = new Beginnings(sizes, points);
        _next = new Beginnings(sizes, points);
    }

    /// <summary>How many beginnings there are.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets the search before.</summary>
    public void Begin() => Count = 0;

    /// <summary>The moves of a beginning, [M, A]; what comes after <see cref="MovesTo"/> of them does not matter.</summary>
    public ReadOnlySpan<float> Proposal(int beginning) => _kept.Proposals.AsSpan(beginning * _sizes.Proposal, _sizes.Proposal);

    /// <summary>How many moves lead to its latent: 1 .. M - 1.</summary>
    public int MovesTo(int beginning) => _moveOfStep[((_kept.Steps[beginning] + 1) * _sizes.ActionBlock) - 1] + 1;

    /// <summary>Chooses beginnings among the old ones and all steps of a round, each as far as can be from those chosen before it and from the start.</summary>
    /// <param name="candidates">The round, rolled out.</param>
    /// <param name="count">How many rows it has.</param>
    /// <param name="startLatent">[D].</param>
    public void Grow(CandidateSearch candidates, int count, ReadOnlySpan<float> startLatent)
    {
        var all = (count * _sizes.Horizon) + Count;
        for (var i = 0; i < all; i++)
        {
            // After the last move nothing can follow; a latent that is not finite (its distance is not either) is no place.
            var distance = CanFollow(Step(i, count)) ? Squared(Latent(candidates, i, count), startLatent) : -1;
            _distances[i] = double.IsFinite(distance) ? distance : -1;
        }

        var chosen = 0;
        while (chosen < _points && Farthest(all) is >= 0 and var farthest)
        {
            Keep(candidates, farthest, count, chosen++);
            var latent = Latent(candidates, farthest, count);
            for (var i = 0; i < all; i++)
            {
                if (_distances[i] >= 0)
                    _distances[i] = Math.Min(_distances[i], Squared(Latent(candidates, i, count), latent));
            }
        }

        (_kept, _next) = (_next, _kept);
        Count = chosen;
    }

    private bool CanFollow(int step) => _moveOfStep[((step + 1) * _sizes.ActionBlock) - 1] + 1 < _sizes.Moves;

    private int Farthest(int all)
    {
        var farthest = -1;
        var distance = 0.0;
        for (var i = 0; i < all; i++)
        {
            if (_distances[i] > distance)
                (farthest, distance) = (i, _distances[i]);
        }

        return farthest;
    }

    private void Keep(CandidateSearch candidates, int index, int count, int place)
    {
        var row = index / _sizes.Horizon;
        (row < count ? candidates.Proposal(row) : Proposal(index - (count * _sizes.Horizon)))
            .CopyTo(_next.Proposals.AsSpan(place * _sizes.Proposal));
        Latent(candidates, index, count).CopyTo(_next.Latents.AsSpan(place * _sizes.LatentSize));
        _next.Steps[place] = Step(index, count);
    }

    /// <summary>All steps of the round's rows come first, the old beginnings after them.</summary>
    private int Step(int index, int count) => index / _sizes.Horizon < count ? index % _sizes.Horizon : _kept.Steps[index - (count * _sizes.Horizon)];

    private ReadOnlySpan<float> Latent(CandidateSearch candidates, int index, int count)
    {
        var size = _sizes.LatentSize;
        return index / _sizes.Horizon < count
            ? candidates.Latents(index / _sizes.Horizon).Slice(index % _sizes.Horizon * size, size)
            : _kept.Latents.AsSpan((index - (count * _sizes.Horizon)) * size, size);
    }

    private static double Squared(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        float sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = one[i] - other[i];
            sum += difference * difference;
        }

        return sum;
    }

    private sealed class Beginnings(PlanningProblemSizes sizes, int points)
    {
        public readonly float[] Proposals = new float[points * sizes.Proposal];
        public readonly float[] Latents = new float[points * sizes.LatentSize];
        public readonly int[] Steps = new int[points];
    }
}
