using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// The cross-entropy method: draw candidates, keep the best as elites, draw the next round around them, and execute the best
/// candidate seen. Unless told otherwise, noise is correlated over time and elites stay in the race from one round to the next.
/// Source: Rubinstein and Kroese 2004; correlated noise and kept elites as in iCEM, Pinneri et al. 2020.
/// </summary>
/// <remarks>
/// LeWM's search (Maes et al. 2026) is the one with Gaussian refinement, white noise of deviation 1 in the training's space, no candidate clipped, no elite
/// kept, an unbiased variance without a floor, each environment step with an action of its own, and the mean executed.
/// </remarks>
public sealed class CrossEntropyPlanner : IPlanner
{
    private readonly SearchOptions _search;
    private readonly CrossEntropyOptions _options;
    private SearchSession? _session;
    private float[] _mean = [];
    private float[] _deviation = [];

    /// <summary>Creates a planner.</summary>
    /// <param name="search">How to search.</param>
    /// <param name="options">How to make one round of the one before.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public CrossEntropyPlanner(SearchOptions? search = null, CrossEntropyOptions? options = null)
    {
        _search = search ?? new SearchOptions();
        _options = options ?? new CrossEntropyOptions();
        _search.Check();
        _options.Check();
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
        var elites = Math.Min(_options.Elites, _search.Candidates);
        _session = SearchSession.For(_session, _search, problem, elites, _options.KeepElites ? elites : 0);
        _session.Begin(problem, previous);
        var bestCosts = new float[_search.Iterations];
        for (var iteration = 0; iteration < _search.Iterations; iteration++)
        {
            if (_session.Candidates.Kept == 0)
                _session.FirstRound(random);
            else if (_options.Refinement == Refinement.AroundElites)
                DrawAroundElites(_session, random, iteration);
            else
                DrawFromGaussian(_session, random);
            if (iteration > 0)
                _session.Branch(random);
            _session.Evaluate(problem, iteration);
            bestCosts[iteration] = _session.BestCost();
        }

        if (_options.Execution == Execution.Best || _session.Candidates.Kept == 0)
            return _session.Finish(problem, bestCosts);
        var mean = Scratch.Ask(ref _mean, _session.ProposalSize);
        Fit(_session, mean, Scratch.Ask(ref _deviation, _session.ProposalSize));
        return _session.Finish(problem, bestCosts, mean);
    }

    private void DrawAroundElites(SearchSession session, RandomStream random, int iteration)
    {
        var candidates = session.Candidates;
        for (var row = 0; row < _search.Candidates; row++)
        {
            var proposal = candidates.Proposal(row);
            candidates.Proposal(candidates.EliteRow(random.NextInt(candidates.Kept))).CopyTo(proposal);
            session.Sampler.AddNoise(random, proposal, session.Deviation(iteration));
        }
    }

    /// <summary>Row 0 is the mean itself: where the cost is nearly quadratic it beats its neighbours.</summary>
    private void DrawFromGaussian(SearchSession session, RandomStream random)
    {
        var candidates = session.Candidates;
        var mean = Scratch.Ask(ref _mean, session.ProposalSize);
        var deviation = Scratch.Ask(ref _deviation, session.ProposalSize);
        Fit(session, mean, deviation);
        for (var row = 0; row < _search.Candidates; row++)
        {
            var proposal = candidates.Proposal(row);
            mean.CopyTo(proposal);
            if (row > 0)
                session.Sampler.AddNoise(random, proposal, deviation);
        }
    }

    private void Fit(SearchSession session, Span<float> mean, Span<float> deviation)
    {
        EliteStatistics.Measure(session.Candidates, mean, deviation, _options.Unbiased);
        var size = mean.Length / session.Sampler.Moves;
        for (var i = 0; i < mean.Length; i++)
            deviation[i] = Math.Max(deviation[i], (float)(_options.SmallestDeviation * session.Sampler.Unit(i % size)));
    }
}
