using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// The improved cross-entropy method: candidates are drawn from one Gaussian with noise whose power falls with frequency; a share of the elites stays in the race,
/// in the next round and, shifted, in the next plan; fewer candidates are drawn from round to round; the mean joins the last round; the best candidate seen is
/// executed, and the next plan begins around the mean.
/// Source: Pinneri et al., Sample-efficient cross-entropy method for real-time planning, 2020.
/// </summary>
/// <remarks>
/// Of the search's options it does not use fresh and branching shares, the decay of the deviation and the correlation. Its noise has variance 1 at every move,
/// constant part included. What follows the end of a shifted elite is its last action.
/// </remarks>
public sealed class IcemPlanner : IPlanner
{
    private readonly SearchOptions _search;
    private readonly IcemOptions _options;
    private readonly int _reused;
    private SearchSession? _session;
    private PowerLawNoise? _noise;
    private float[] _mean = [];
    private float[] _deviation = [];
    private float[] _fitted = [];

    /// <summary>Creates a planner.</summary>
    /// <param name="search">How to search.</param>
    /// <param name="options">How to make one round of the one before.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public IcemPlanner(SearchOptions? search = null, IcemOptions? options = null)
    {
        _options = options ?? new IcemOptions();
        search ??= new SearchOptions();
        search.Check();
        _options.Check();
        _reused = _options.Reuse == 0 ? 0 : Math.Max(1, (int)Math.Round(_options.Reuse * _options.Elites));

        // Room for the elites of the plan before and for the mean beside those that are drawn.
        _search = search with { Candidates = Drawn(search.Candidates, 0) + _reused + 1, FreshShare = 0, BranchShare = 0 };
    }

    /// <inheritdoc/>
    public int Horizon => _search.Horizon;

    /// <inheritdoc/>
    public int Replan => _search.Replan;

    /// <inheritdoc/>
    public Plan Plan(PlanningProblem problem, Plan? previous, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(random);
        var session = SearchSession.For(_session, _search, problem, _options.Elites, _reused);
        if (!ReferenceEquals(session, _session))
            (_session, _noise) = (session, new PowerLawNoise(session.Sampler.Moves, _options.NoiseExponent));
        session.Begin(problem, previous);
        var mean = Scratch.Ask(ref _mean, session.ProposalSize);
        var deviation = Scratch.Ask(ref _deviation, session.ProposalSize);
        session.Start(mean, deviation);
        var bestCosts = new float[_search.Iterations];
        for (var iteration = 0; iteration < _search.Iterations; iteration++)
        {
            var rows = Draw(session, random, mean, deviation, iteration);
            if (iteration == 0)
                rows += session.ShiftElites(previous, rows, _reused);
            if (iteration == _search.Iterations - 1)
                mean.CopyTo(session.Candidates.Proposal(rows++));
            session.Candidates.Evaluate(problem, rows);
            if (session.Candidates.Kept != 0)
                Move(session.Candidates, mean, deviation);
            bestCosts[iteration] = session.BestCost();
        }

        var carried = session.Candidates.HasBest ? session.Carry(mean, Math.Min(_reused, session.Candidates.Kept)) : [];
        return session.Finish(problem, bestCosts, carried: carried);
    }

    /// <summary>How many candidates a round draws: N / decay^i, never fewer than twice the elites.</summary>
    private int Drawn(int candidates, int iteration) =>
        Math.Max((int)(candidates * Math.Pow(_options.CandidateDecay, -iteration)), 2 * _options.Elites);

    private int Draw(SearchSession session, RandomStream random, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation, int iteration)
    {
        var rows = Drawn(_search.Candidates - _reused - 1, iteration);
        for (var row = 0; row < rows; row++)
        {
            var proposal = session.Candidates.Proposal(row);
            mean.CopyTo(proposal);
            _noise!.Add(random, proposal, deviation);
        }

        return rows;
    }

    /// <summary>A share of the old mean and deviation stays.</summary>
    private void Move(CandidateSearch candidates, Span<float> mean, Span<float> deviation)
    {
        var fitted = Scratch.Ask(ref _fitted, 2 * mean.Length);
        var center = fitted[..mean.Length];
        var spread = fitted[mean.Length..];
        EliteStatistics.Measure(candidates, center, spread);
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (float)((_options.Momentum * mean[i]) + ((1 - _options.Momentum) * center[i]));
            deviation[i] = (float)((_options.Momentum * deviation[i]) + ((1 - _options.Momentum) * spread[i]));
        }
    }
}
