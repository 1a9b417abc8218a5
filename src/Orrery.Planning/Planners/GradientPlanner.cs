using Orrery.Models;
using Orrery.Planning.Costs;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>
/// Follows the slope of the costs through the model: several starts, each moved by Adam in units of the search's space and put back into the limits after every
/// step. The best sequence seen is executed, rolled out and priced once more. Source of the rule: Kingma and Ba, Adam, 2014.
/// </summary>
/// <remarks>
/// It needs dynamics and costs that can be differentiated. Constraints rank what it visits and do not steer it. The slope is that of the moves themselves: that a rate
/// limit holds them back is not in it. A start whose slope is not finite stays where it is. Of the search's options, S is the number of starts, drawn as the first
/// round of a sampling planner is; deviation decay and branches are not used.
/// </remarks>
public sealed class GradientPlanner : IPlanner
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly SearchOptions _search;
    private readonly GradientOptions _options;
    private SearchSession? _session;
    private float[] _latentSlopes = [];
    private float[] _actionSlopes = [];
    private float[] _recordedSlopes = [];
    private float[] _moveSlopes = [];
    private double[] _means = [];
    private double[] _squares = [];

    /// <summary>Creates a planner.</summary>
    /// <param name="search">How many starts and steps, and where from.</param>
    /// <param name="options">How to step.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GradientPlanner(SearchOptions? search = null, GradientOptions? options = null)
    {
        _search = (search ?? new SearchOptions(Candidates: 16, Iterations: 30)) with { BranchShare = 0 };
        _options = options ?? new GradientOptions();
        _search.Check();
        _options.Check();
    }

    /// <inheritdoc/>
    public int Horizon => _search.Horizon;

    /// <inheritdoc/>
    public int Replan => _search.Replan;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dynamics or a cost cannot be differentiated, or the previous plan has other sizes than the problem.</exception>
    public Plan Plan(PlanningProblem problem, Plan? previous, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(random);
        var dynamics = Differentiable(problem);
        var session = _session = SearchSession.For(_session, _search, problem, elites: 1, carried: 1);
        session.Begin(problem, previous);
        session.FirstRound(random);
        Scratch.Ask(ref _means, _search.Candidates * session.ProposalSize).Clear();
        Scratch.Ask(ref _squares, _search.Candidates * session.ProposalSize).Clear();
        var bestCosts = new float[_search.Iterations];
        for (var iteration = 0; iteration < _search.Iterations; iteration++)
        {
            // Nobody asks for the slope after the last step.
            var isLast = iteration == _search.Iterations - 1;
            session.Candidates.Evaluate(problem, _search.Candidates, isLast ? null : dynamics);
            bestCosts[iteration] = session.BestCost();
            if (!isLast)
                Descend(problem, dynamics, session, iteration + 1);
        }

        return session.Finish(problem, bestCosts, rollsOut: true);
    }

    private static IDifferentiableDynamics Differentiable(PlanningProblem problem)
    {
        const string instead = "Plan with 'cem', 'icem' or 'mppi', which need none.";
        foreach (var cost in problem.Costs)
        {
            if (cost is not IDifferentiableCost)
                throw new ArgumentException($"GradientPlanner: the cost '{cost.Name}' ({cost.GetType().Name}) has no slope (IDifferentiableCost). {instead}", nameof(problem));
        }

        return problem.Dynamics as IDifferentiableDynamics
            ?? throw new ArgumentException($"GradientPlanner: the dynamics {problem.Dynamics.GetType().Name} have no slope (IDifferentiableDynamics). {instead}", nameof(problem));
    }

    private void Descend(PlanningProblem problem, IDifferentiableDynamics dynamics, SearchSession session, int step)
    {
        var batch = session.Candidates.Batch(problem, _search.Candidates);
        var latentSlopes = Scratch.Ask(ref _latentSlopes, batch.Latents.Length);
        var actionSlopes = Scratch.Ask(ref _actionSlopes, batch.Actions.Length);
        var recorded = Scratch.Ask(ref _recordedSlopes, batch.Actions.Length);
        latentSlopes.Clear();
        actionSlopes.Clear();
        for (var i = 0; i < problem.Costs.Count; i++)
            ((IDifferentiableCost)problem.Costs[i]).AddGradient(batch, latentSlopes, actionSlopes);
        dynamics.PullBack(latentSlopes, recorded);
        for (var i = 0; i < recorded.Length; i++)
            actionSlopes[i] += recorded[i];

        var size = batch.Actions.Length / _search.Candidates;
        for (var row = 0; row < _search.Candidates; row++)
            Move(session, row, actionSlopes.Slice(row * size, size), step);
    }

    private void Move(SearchSession session, int row, ReadOnlySpan<float> actionSlopes, int step)
    {
        var proposal = session.Candidates.Proposal(row);
        var slopes = Scratch.Ask(ref _moveSlopes, proposal.Length);
        session.Candidates.Gather(actionSlopes, slopes);
        foreach (var slope in slopes)
        {
            if (!float.IsFinite(slope))
                return;
        }

        var means = _means.AsSpan(row * proposal.Length, proposal.Length);
        var squares = _squares.AsSpan(row * proposal.Length, proposal.Length);
        var actionSize = proposal.Length / session.Sampler.Moves;
        for (var i = 0; i < proposal.Length; i++)
        {
            var unit = session.Sampler.Unit(i % actionSize);
            var slope = slopes[i] * unit;
            means[i] = (Beta1 * means[i]) + ((1 - Beta1) * slope);
            squares[i] = (Beta2 * squares[i]) + ((1 - Beta2) * slope * slope);
            var mean = means[i] / (1 - Math.Pow(Beta1, step));
            var square = squares[i] / (1 - Math.Pow(Beta2, step));
            proposal[i] -= (float)(_options.StepSize * unit * mean / (Math.Sqrt(square) + Epsilon));
        }
    }
}
