using Orrery.Models;

namespace Orrery.Planning.Planners;

/// <summary>
/// The part that all sampling planners share: it holds the candidates, rolls them out, prices and ranks them, and keeps the
/// best. Rows 0 .. S - 1 are this round's candidates, the rows after them the elites of the round before, the last row the best of all rounds.
/// </summary>
internal sealed class CandidateSearch
{
    private readonly PlanningProblemSizes _sizes;
    private readonly int _candidates;
    private readonly int _elites;
    private readonly int _carried;
    private readonly float[] _proposals;
    private readonly float[] _actions;
    private readonly float[] _latents;
    private readonly float[] _costs;
    private readonly float[] _violations;
    private readonly int[] _order;
    private readonly int[] _moveOfStep;
    private readonly float[] _keptProposals;
    private readonly float[] _keptActions;
    private readonly float[] _keptLatents;
    private readonly float[] _keptCosts;
    private readonly float[] _keptViolations;
    private readonly Comparison<int> _ranking;

    /// <param name="sizes">Of the problem.</param>
    /// <param name="candidates">S.</param>
    /// <param name="elites">E: how many of the best are kept.</param>
    /// <param name="carried">How many of these stay in the race in the next round, 0 .. E.</param>
    public CandidateSearch(PlanningProblemSizes sizes, int candidates, int elites, int carried)
    {
        _sizes = sizes;
        _candidates = candidates;
        _elites = elites;
        _carried = carried;
        var rows = candidates + elites + 1;
        _proposals = new float[rows * sizes.Proposal];
        _actions = new float[rows * sizes.Actions];
        _latents = new float[rows * sizes.Latents];
        _costs = new float[rows];
        _violations = new float[rows];
        _order = new int[rows];
        _moveOfStep = MoveBlocks.MoveOfStep(sizes);
        _keptProposals = new float[elites * sizes.Proposal];
        _keptActions = new float[elites * sizes.Actions];
        _keptLatents = new float[elites * sizes.Latents];
        _keptCosts = new float[elites];
        _keptViolations = new float[elites];
        _ranking = Compare;
    }

    /// <summary>How many elites are kept now; 0 before the first round and while no candidate had a finite cost.</summary>
    public int Kept { get; private set; }

    /// <summary>Candidates rolled out since <see cref="Begin"/>.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether candidates are moved into the limits before they are rolled out.</summary>
    public bool Clips { get; set; } = true;

    /// <summary>Whether any candidate had a finite cost since <see cref="Begin"/>.</summary>
    public bool HasBest { get; private set; }

    /// <summary>Row of the best candidate since <see cref="Begin"/>.</summary>
    public int BestRow => _candidates + _elites;

    /// <summary>Row of an elite, the best first.</summary>
    public int EliteRow(int elite) => _candidates + elite;

    /// <summary>The moves of a row, [M, A].</summary>
    public Span<float> Proposal(int row) => _proposals.AsSpan(row * _sizes.Proposal, _sizes.Proposal);

    /// <summary>The actions of a row, [H, K A].</summary>
    public Span<float> Actions(int row) => _actions.AsSpan(row * _sizes.Actions, _sizes.Actions);

    /// <summary>The predicted latents of a row, [H, D].</summary>
    public Span<float> Latents(int row) => _latents.AsSpan(row * _sizes.Latents, _sizes.Latents);

    /// <summary>The cost of a row.</summary>
    public float Cost(int row) => _costs[row];

    /// <summary>The violation of a row, 0 when it satisfies all constraints.</summary>
    public float Violation(int row) => _violations[row];

    /// <summary>Forgets the problem before.</summary>
    public void Begin()
    {
        Kept = 0;
        HasBest = false;
        Evaluations = 0;
    }

    /// <summary>Projects, rolls out, prices and ranks the first rows, and keeps the best of them and of the elites.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="count">How many of the rows 0 .. S - 1 hold proposals.</param>
    /// <param name="recorder">The problem's dynamics where slopes will be asked for; otherwise null.</param>
    public void Evaluate(PlanningProblem problem, int count, IDifferentiableDynamics? recorder = null)
    {
        for (var row = 0; row < count; row++)
            Expand(problem, row);
        var actions = _actions.AsSpan(0, count * _sizes.Actions);
        var latents = _latents.AsSpan(0, count * _sizes.Latents);
        if (recorder is null)
            problem.Dynamics.Rollout(problem.StartLatent, actions, count, _sizes.Horizon, latents);
        else
            recorder.Record(problem.StartLatent, actions, count, _sizes.Horizon, latents);
        Evaluations += count;

        var costs = _costs.AsSpan(0, count);
        var violations = _violations.AsSpan(0, count);
        costs.Clear();
        violations.Clear();
        var batch = Batch(problem, count);
        for (var i = 0; i < problem.Costs.Count; i++)
            problem.Costs[i].Add(batch, costs);
        for (var i = 0; i < problem.Constraints.Count; i++)
            problem.Constraints[i].Violation(batch, violations);
        for (var row = 0; row < count; row++)
            RejectNonFinite(row);
        Rank(count);
    }

    /// <summary>The first rows as they were rolled out last.</summary>
    public RolloutBatch Batch(PlanningProblem problem, int count) => new(
        count, _sizes.Horizon, _sizes.ActionBlock, _actions.AsSpan(0, count * _sizes.Actions), _latents.AsSpan(0, count * _sizes.Latents), problem.StartLatent, problem.PreviousAction);

    /// <summary>Slopes along actions as slopes along the moves that they are held from.</summary>
    /// <param name="actions">[H, K A].</param>
    /// <param name="moves">Receives [M, A].</param>
    public void Gather(ReadOnlySpan<float> actions, Span<float> moves)
    {
        var size = _sizes.ActionSize;
        moves.Clear();
        for (var step = 0; step < _moveOfStep.Length; step++)
        {
            for (var column = 0; column < size; column++)
                moves[(_moveOfStep[step] * size) + column] += actions[(step * size) + column];
        }
    }

    /// <summary>Moves as actions, whatever the limits: each held as long as it lasts.</summary>
    /// <param name="moves">[M, A].</param>
    /// <param name="actions">Receives [H, K A].</param>
    public void Hold(ReadOnlySpan<float> moves, Span<float> actions)
    {
        var size = _sizes.ActionSize;
        for (var step = 0; step < _moveOfStep.Length; step++)
            moves.Slice(_moveOfStep[step] * size, size).CopyTo(actions[(step * size)..]);
    }

    /// <summary>
    /// Moves become actions: each into the box and the norm limit, then held as long as it lasts, then within the rate limit of the
    /// action executed last. The rate limit changes the actions, not the moves: they stay where the search aims.
    /// </summary>
    private void Expand(PlanningProblem problem, int row)
    {
        var proposal = Proposal(row);
        var actions = Actions(row);
        if (Clips)
            problem.Limits.ProjectEach(proposal);
        Hold(proposal, actions);
        if (Clips && problem.Limits.RateLimit.Length != 0)
            problem.Limits.Project(actions, problem.PreviousAction);
    }

    private void RejectNonFinite(int row)
    {
        if (float.IsFinite(_costs[row]) && float.IsFinite(_violations[row]) && Finite(Latents(row)))
            return;
        _costs[row] = float.PositiveInfinity;
        _violations[row] = float.PositiveInfinity;
    }

    private static bool Finite(ReadOnlySpan<float> values)
    {
        // x * 0 is 0 for every finite x and NaN otherwise.
        float sum = 0;
        foreach (var value in values)
            sum += value * 0;
        return sum == 0;
    }

    private void Rank(int count)
    {
        for (var i = 0; i < count; i++)
            _order[i] = i;
        var carried = Math.Min(Kept, _carried);
        for (var elite = 0; elite < carried; elite++)
            _order[count + elite] = EliteRow(elite);
        var rows = _order.AsSpan(0, count + carried);
        rows.Sort(_ranking);

        var kept = 0;
        while (kept < _elites && kept < rows.Length && float.IsFinite(_costs[rows[kept]]))
        {
            Copy(rows[kept], kept);
            kept++;
        }

        Kept = kept;
        _keptProposals.AsSpan(0, kept * _sizes.Proposal).CopyTo(_proposals.AsSpan(_candidates * _sizes.Proposal));
        _keptActions.AsSpan(0, kept * _sizes.Actions).CopyTo(_actions.AsSpan(_candidates * _sizes.Actions));
        _keptLatents.AsSpan(0, kept * _sizes.Latents).CopyTo(_latents.AsSpan(_candidates * _sizes.Latents));
        _keptCosts.AsSpan(0, kept).CopyTo(_costs.AsSpan(_candidates));
        _keptViolations.AsSpan(0, kept).CopyTo(_violations.AsSpan(_candidates));
        KeepBest();
    }

    private void KeepBest()
    {
        if (Kept == 0 || (HasBest && Compare(EliteRow(0), BestRow) > 0))
            return;
        HasBest = true;
        Proposal(EliteRow(0)).CopyTo(Proposal(BestRow));
        Actions(EliteRow(0)).CopyTo(Actions(BestRow));
        Latents(EliteRow(0)).CopyTo(Latents(BestRow));
        _costs[BestRow] = _costs[EliteRow(0)];
        _violations[BestRow] = _violations[EliteRow(0)];
    }

    private void Copy(int row, int elite)
    {
        Proposal(row).CopyTo(_keptProposals.AsSpan(elite * _sizes.Proposal));
        Actions(row).CopyTo(_keptActions.AsSpan(elite * _sizes.Actions));
        Latents(row).CopyTo(_keptLatents.AsSpan(elite * _sizes.Latents));
        _keptCosts[elite] = _costs[row];
        _keptViolations[elite] = _violations[row];
    }

    /// <summary>Satisfied before violated, less violated before more, cheap before dear, first come first served.</summary>
    private int Compare(int one, int other)
    {
        var byViolation = Math.Max(0, _violations[one]).CompareTo(Math.Max(0, _violations[other]));
        if (byViolation != 0)
            return byViolation;
        var byCost = _costs[one].CompareTo(_costs[other]);
        return byCost != 0 ? byCost : one.CompareTo(other);
    }
}
