using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Planners;

/// <summary>Buffers of one planner, kept as long as the problem's sizes stay the same; the first round and the finished plan.</summary>
internal sealed class SearchSession
{
    private readonly SearchOptions _options;
    private readonly PlanningProblemSizes _sizes;
    private readonly ActionLimits _limits;
    private readonly ILatentDynamics _dynamics;
    private readonly SearchUnits _units;
    private readonly float[] _warm;
    private readonly int[] _stepOfMove;
    private readonly Frontier? _frontier;
    private int _fresh;

    private SearchSession(SearchOptions options, PlanningProblemSizes sizes, PlanningProblem problem, int elites, int carried)
    {
        _options = options;
        _sizes = sizes;
        _limits = problem.Limits;
        _dynamics = problem.Dynamics;
        _units = SearchUnits.Of(options.Space, _dynamics, _limits);
        _warm = new float[sizes.Proposal];
        _stepOfMove = MoveBlocks.StepOfMove(sizes);
        Candidates = new CandidateSearch(sizes, options.Candidates, elites, carried) { Clips = options.Clip };
        _frontier = options.BranchShare > 0 && options.Iterations > 1 ? new Frontier(sizes, options.Candidates, options.Branches) : null;
        Sampler = new ProposalSampler(_limits, MoveBlocks.Correlations(sizes, options.Correlation), _units.Deviation);
    }

    /// <summary>The candidates.</summary>
    public CandidateSearch Candidates { get; }

    /// <summary>Where moves come from.</summary>
    public ProposalSampler Sampler { get; }

    /// <summary>Numbers in one candidate's moves, M A.</summary>
    public int ProposalSize => _sizes.Proposal;

    /// <summary>The session for a problem: <paramref name="current"/> when it fits, otherwise a new one.</summary>
    public static SearchSession For(SearchSession? current, SearchOptions options, PlanningProblem problem, int elites, int carried)
    {
        var sizes = PlanningProblemSizes.Of(problem.Dynamics, options);
        return current is not null && current._sizes == sizes && ReferenceEquals(current._limits, problem.Limits)
            && (options.Space == SearchSpace.Limits || ReferenceEquals(current._dynamics, problem.Dynamics))
            ? current
            : new SearchSession(options, sizes, problem, elites, carried);
    }

    /// <summary>Starts a search from the previous plan, or from what it carries, shifted by the planner steps that were executed.</summary>
    public void Begin(PlanningProblem problem, Plan? previous)
    {
        Candidates.Begin();
        _frontier?.Begin();
        if (previous is not null && (previous.Horizon != _sizes.Horizon || previous.ActionBlock != _sizes.ActionBlock || previous.ActionSize != _sizes.ActionSize))
        {
            throw new ArgumentException(
                $"Plan: the previous plan has H {previous.Horizon}, K {previous.ActionBlock}, A {previous.ActionSize}; "
                + $"this planner and model have {_sizes.Horizon}, {_sizes.ActionBlock}, {_sizes.ActionSize}. Start without one.",
                nameof(previous));
        }

        if (previous is null || previous.Outcome == PlanOutcome.Failed)
        {
            StartFromRest(problem.PreviousAction);
            _fresh = _options.FreshShare > 0 ? _options.Candidates - 1 : 0;
            return;
        }

        Shift(previous.Carried.Length == 0 ? previous.Actions.Span : previous.Carried.Span[.._sizes.Actions], _warm);
        _fresh = Math.Min((int)Math.Round(_options.FreshShare * _options.Candidates), _options.Candidates - 1);
    }

    /// <summary>The moves to start from, and the deviation of the first round around them; both [M, A].</summary>
    public void Start(Span<float> moves, Span<float> deviation)
    {
        _warm.CopyTo(moves);
        for (var i = 0; i < deviation.Length; i++)
            deviation[i] = (float)(_options.Deviation * Sampler.Unit(i % _sizes.ActionSize));
    }

    /// <summary>Puts the elites that the previous plan carries into rows, shifted by the planner steps that were executed.</summary>
    /// <returns>How many there were.</returns>
    public int ShiftElites(Plan? previous, int firstRow, int most)
    {
        if (previous is null || previous.Outcome == PlanOutcome.Failed)
            return 0;
        var elites = Math.Min(most, (previous.Carried.Length / _sizes.Actions) - 1);
        for (var elite = 0; elite < elites; elite++)
            Shift(previous.Carried.Span.Slice((1 + elite) * _sizes.Actions, _sizes.Actions), Candidates.Proposal(firstRow + elite));
        return Math.Max(0, elites);
    }

    /// <summary>Row 0 is the plan to start from, then noise around it, then fresh proposals.</summary>
    public void FirstRound(RandomStream random)
    {
        for (var row = 0; row < _options.Candidates; row++)
        {
            var proposal = Candidates.Proposal(row);
            if (row >= _options.Candidates - _fresh)
            {
                Sampler.Fresh(random, proposal);
                continue;
            }

            _warm.CopyTo(proposal);
            if (row > 0)
                Sampler.AddNoise(random, proposal, _options.Deviation);
        }
    }

    /// <summary>Lets the last rows of a later round go on from the frontier, and none of the first two, which planners keep for themselves.</summary>
    public void Branch(RandomStream random)
    {
        if (_frontier is null || _frontier.Count == 0)
            return;
        var branching = Math.Min((int)Math.Round(_options.BranchShare * _options.Candidates), _options.Candidates - 2);
        for (var row = _options.Candidates - branching; row < _options.Candidates; row++)
        {
            var beginning = random.NextInt(_frontier.Count);
            var proposal = Candidates.Proposal(row);
            _frontier.Proposal(beginning).CopyTo(proposal);
            Sampler.FreshFrom(random, proposal, _frontier.MovesTo(beginning));
        }
    }

    /// <summary>Rolls a round out and, when another one follows, moves the frontier forward.</summary>
    public void Evaluate(PlanningProblem problem, int iteration)
    {
        Candidates.Evaluate(problem, _options.Candidates);
        if (iteration + 1 < _options.Iterations)
            _frontier?.Grow(Candidates, _options.Candidates, problem.StartLatent);
    }

    /// <summary>The deviation of a round, as a share of half of each action's range.</summary>
    public double Deviation(int iteration) => _options.Deviation * Math.Pow(_options.DeviationDecay, iteration);

    /// <summary>Cost of the best candidate so far.</summary>
    public float BestCost() => Candidates.HasBest ? Candidates.Cost(Candidates.BestRow) : float.PositiveInfinity;

    /// <summary>Makes a plan of the best candidate so far, or of the search's mean.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="bestCosts">The best cost after each iteration.</param>
    /// <param name="mean">[M, A], the mean where it is to be executed, otherwise empty.</param>
    /// <param name="carried">What the next search goes on from, as <see cref="Carry"/> has it; null for what is executed, as it was searched.</param>
    /// <param name="rollsOut">Whether the best candidate is rolled out once more although it is within the limits.</param>
    public Plan Finish(PlanningProblem problem, float[] bestCosts, ReadOnlySpan<float> mean = default, float[]? carried = null, bool rollsOut = false)
    {
        if (!Candidates.HasBest)
            return PlanOf(problem, 0, bestCosts, []);
        if (mean.Length == 0 && _options.Clip && !rollsOut)
            return PlanOf(problem, Candidates.BestRow, bestCosts, carried ?? []);
        if (carried is null)
            carried = mean.Length == 0 && _options.Clip ? [] : Carry(mean.Length == 0 ? Candidates.Proposal(Candidates.BestRow) : mean);
        return PlanOf(problem, Settle(problem, mean), bestCosts, carried);
    }

    /// <summary>What the next search goes on from: [1 + E, H, K A], moves and the best elites after them, each held as long as it lasts.</summary>
    /// <param name="moves">[M, A].</param>
    /// <param name="elites">How many elites.</param>
    public float[] Carry(ReadOnlySpan<float> moves, int elites = 0)
    {
        var actions = new float[(1 + elites) * _sizes.Actions];
        Candidates.Hold(moves, actions);
        for (var elite = 0; elite < elites; elite++)
            Candidates.Actions(Candidates.EliteRow(elite)).CopyTo(actions.AsSpan((1 + elite) * _sizes.Actions));
        return actions;
    }

    /// <summary>Moves the mean and the best candidate into the limits, rolls them out and prices them: what is executed must be.</summary>
    /// <returns>The row that becomes the plan.</returns>
    private int Settle(PlanningProblem problem, ReadOnlySpan<float> mean)
    {
        var best = mean.Length == 0 ? 0 : 1;
        Candidates.Proposal(Candidates.BestRow).CopyTo(Candidates.Proposal(best));
        mean.CopyTo(Candidates.Proposal(0));
        Candidates.Clips = true;
        Candidates.Evaluate(problem, best + 1);
        Candidates.Clips = _options.Clip;
        return float.IsFinite(Candidates.Cost(0)) && Math.Max(0, Candidates.Violation(0)) <= Math.Max(0, Candidates.Violation(best)) ? 0 : best;
    }

    private Plan PlanOf(PlanningProblem problem, int row, float[] bestCosts, float[] carried)
    {
        var actions = Candidates.Actions(row).ToArray();
        if (!_options.Clip)
            problem.Limits.Project(actions, problem.PreviousAction);
        var latents = Candidates.Latents(row).ToArray();
        var batch = new RolloutBatch(1, _sizes.Horizon, _sizes.ActionBlock, actions, latents, problem.StartLatent, problem.PreviousAction);
        var costs = new CostTerm[problem.Costs.Count];
        Span<float> term = [0];
        for (var i = 0; i < costs.Length; i++)
        {
            term[0] = 0;
            problem.Costs[i].Add(batch, term);
            costs[i] = new CostTerm(problem.Costs[i].Name, problem.Costs[i].Weight, term[0]);
        }

        var constraints = new ConstraintTerm[problem.Constraints.Count];
        for (var i = 0; i < constraints.Length; i++)
        {
            term[0] = 0;
            problem.Constraints[i].Violation(batch, term);
            constraints[i] = new ConstraintTerm(problem.Constraints[i].Name, term[0]);
        }

        var outcome = !Candidates.HasBest || !float.IsFinite(Candidates.Cost(row)) ? PlanOutcome.Failed
            : Candidates.Violation(row) > 0 ? PlanOutcome.Violating
            : PlanOutcome.Feasible;
        return new Plan(outcome, _sizes.ActionBlock, _sizes.ActionSize, actions, latents, costs, constraints, bestCosts, Candidates.Evaluations, carried);
    }

    /// <summary>A plan from the planner step on that comes after those executed; past its end the last action is held, or the origin takes over.</summary>
    private void Shift(ReadOnlySpan<float> actions, Span<float> moves)
    {
        var last = (_sizes.Horizon * _sizes.ActionBlock) - 1;
        for (var move = 0; move < _sizes.Moves; move++)
        {
            var step = _stepOfMove[move] + (_options.Replan * _sizes.ActionBlock);
            var from = step > last && _units.Origin.Length != 0
                ? _units.Origin
                : actions.Slice(Math.Min(step, last) * _sizes.ActionSize, _sizes.ActionSize);
            from.CopyTo(moves[(move * _sizes.ActionSize)..]);
        }
    }

    private void StartFromRest(ReadOnlySpan<float> previousAction)
    {
        _warm.AsSpan().Clear();
        var begin = _units.Origin.Length == 0 ? previousAction : _units.Origin;
        for (var move = 0; move < _sizes.Moves && begin.Length != 0; move++)
            begin.CopyTo(_warm.AsSpan(move * _sizes.ActionSize));
    }
}
