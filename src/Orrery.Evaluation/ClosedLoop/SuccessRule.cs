namespace Orrery.Evaluation.ClosedLoop;

/// <summary>Whether something holds between a state and a goal state, or between a state and the next one.</summary>
/// <param name="state">[state size], physical units.</param>
/// <param name="other">The goal, or the next state: [state size], physical units.</param>
public delegate bool StatePredicate(ReadOnlySpan<float> state, ReadOnlySpan<float> other);

/// <summary>A number between a state and a goal state, such as the way that is left.</summary>
/// <param name="state">[state size], physical units.</param>
/// <param name="goal">[state size], physical units.</param>
public delegate double StateDistance(ReadOnlySpan<float> state, ReadOnlySpan<float> goal);

/// <summary>When an episode counts as solved, judged from true states after each step.</summary>
/// <param name="Inequality">The rule as exact text for people.</param>
/// <param name="Holds">Whether a state is at a goal.</param>
/// <param name="Hold">Consecutive steps after which it must hold, at least 1; 1 is the first hit.</param>
/// <param name="Crossing">
/// Whether the move from one state to the next is a legal crossing; where given, at least one must have been made. Null where none is asked for.
/// </param>
public sealed record SuccessRule(string Inequality, StatePredicate Holds, int Hold = 1, StatePredicate? Crossing = null)
{
    /// <summary>Begins to judge an episode.</summary>
    /// <param name="start">Its first state, [state size].</param>
    /// <param name="goal">Its goal, [state size].</param>
    public SuccessJudge Judge(float[] start, float[] goal) => new(this, start, goal);
}

/// <summary>Judges one episode, step by step. The start itself is never a success: a policy has to move.</summary>
public sealed class SuccessJudge
{
    private readonly SuccessRule _rule;
    private readonly float[] _goal;
    private float[] _last;
    private int _held;
    private bool _crossed;

    internal SuccessJudge(SuccessRule rule, float[] start, float[] goal)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(goal);
        ArgumentOutOfRangeException.ThrowIfLessThan(rule.Hold, 1, nameof(rule));
        (_rule, _last, _goal) = (rule, start, goal);
        _crossed = rule.Crossing is null;
    }

    /// <summary>Looks at the state after a step.</summary>
    /// <param name="state">[state size]; kept until the next call.</param>
    /// <returns>Whether the episode is solved.</returns>
    public bool After(float[] state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _crossed = _crossed || _rule.Crossing!(_last, state);
        _held = _rule.Holds(state, _goal) ? _held + 1 : 0;
        _last = state;
        return _crossed && _held >= _rule.Hold;
    }
}
