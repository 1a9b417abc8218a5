using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// Model predictive path integral control: the next round is drawn around an average of the candidates in which each counts
/// exp(-(cost - least cost) / (temperature x spread)), the spread being the standard deviation of the costs. The average is a
/// candidate itself, and the best candidate seen is executed. Source: Williams et al. 2017.
/// </summary>
/// <remarks>Where some candidates satisfy all constraints, only they count; where none does, violations take the place of costs.</remarks>
public sealed class MppiPlanner : IPlanner
{
    private readonly SearchOptions _search;
    private readonly MppiOptions _options;
    private SearchSession? _session;
    private double[] _sums = [];
    private float[] _mean = [];

    /// <summary>Creates a planner.</summary>
    /// <param name="search">How to search.</param>
    /// <param name="options">How to average.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public MppiPlanner(SearchOptions? search = null, MppiOptions? options = null)
    {
        _search = search ?? new SearchOptions();
        _options = options ?? new MppiOptions();
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
        _session = SearchSession.For(_session, _search, problem, elites: 1, carried: 1);
        _session.Begin(problem, previous);
        var candidates = _session.Candidates;
        var bestCosts = new float[_search.Iterations];
        for (var iteration = 0; iteration < _search.Iterations; iteration++)
        {
            if (candidates.Kept == 0)
                _session.FirstRound(random);
            else
                DrawAroundMean(_session, random, iteration);
            if (iteration > 0)
                _session.Branch(random);
            _session.Evaluate(problem, iteration);
            if (candidates.Kept != 0)
                Average(_session);
            bestCosts[iteration] = _session.BestCost();
        }

        if (candidates.Kept != 0)
        {
            Mean(_session).CopyTo(candidates.Proposal(0));
            candidates.Evaluate(problem, 1);
            bestCosts[^1] = _session.BestCost();
        }

        return _session.Finish(problem, bestCosts);
    }

    private Span<float> Mean(SearchSession session) => Scratch.Ask(ref _mean, session.ProposalSize);

    /// <summary>Row 0 is the average, row 1 the best candidate so far, so that neither is lost.</summary>
    private void DrawAroundMean(SearchSession session, RandomStream random, int iteration)
    {
        var candidates = session.Candidates;
        var mean = Mean(session);
        for (var row = 0; row < _search.Candidates; row++)
        {
            var proposal = candidates.Proposal(row);
            if (row == 1)
            {
                candidates.Proposal(candidates.EliteRow(0)).CopyTo(proposal);
                continue;
            }

            mean.CopyTo(proposal);
            if (row > 0)
                session.Sampler.AddNoise(random, proposal, session.Deviation(iteration));
        }
    }

    private void Average(SearchSession session)
    {
        var candidates = session.Candidates;
        var feasible = candidates.Violation(candidates.EliteRow(0)) <= 0;

        // The best candidate may stem from a round before, with none of this one beside it: the average then stays.
        if (!Spread(candidates, feasible, out var least, out var spread))
            return;
        var scale = _options.Temperature * spread;
        var sums = Scratch.Ask(ref _sums, session.ProposalSize);
        sums.Clear();
        double total = 0;
        for (var row = 0; row < _search.Candidates; row++)
        {
            if (!Counts(candidates, row, feasible, out var price))
                continue;
            var weight = scale > 0 ? Math.Exp(-(price - least) / scale) : 1;
            total += weight;
            var proposal = candidates.Proposal(row);
            for (var i = 0; i < proposal.Length; i++)
                sums[i] += weight * proposal[i];
        }

        var mean = Mean(session);
        for (var i = 0; i < mean.Length; i++)
            mean[i] = (float)(sums[i] / total);
    }

    /// <summary>The least price and the prices' standard deviation, over the rows that count.</summary>
    /// <returns>Whether any row counts.</returns>
    private bool Spread(CandidateSearch candidates, bool feasible, out double least, out double spread)
    {
        least = double.PositiveInfinity;
        double sum = 0;
        var count = 0;
        for (var row = 0; row < _search.Candidates; row++)
        {
            if (!Counts(candidates, row, feasible, out var price))
                continue;
            least = Math.Min(least, price);
            sum += price;
            count++;
        }

        double squares = 0;
        for (var row = 0; row < _search.Candidates; row++)
        {
            if (Counts(candidates, row, feasible, out var price))
                squares += (price - (sum / count)) * (price - (sum / count));
        }

        spread = count == 0 ? 0 : Math.Sqrt(squares / count);
        return count != 0;
    }

    private static bool Counts(CandidateSearch candidates, int row, bool feasible, out double price)
    {
        double violation = candidates.Violation(row);
        price = feasible ? candidates.Cost(row) : violation;
        return double.IsFinite(price) && double.IsFinite(violation) && (!feasible || violation <= 0);
    }
}
