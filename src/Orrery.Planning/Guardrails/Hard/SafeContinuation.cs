namespace Orrery.Planning.Guardrails.Hard;

/// <summary>
/// The way back that is kept open: from any command, columns with a budget go to where they can stay for ever as fast as rate and
/// dwell time allow, and the others stay where they are. A command is only allowed if this continuation keeps every limit from
/// then on; its first step is therefore always allowed at the next step, whatever is proposed then.
/// </summary>
internal sealed class SafeContinuation(HardLimitSet limits, CommandHistory history)
{
    private const int LongestWay = 1_000_000;
    private readonly float[] _state = new float[limits.ActionSize];
    private readonly int[] _ages = new int[limits.ActionSize];
    private float[] _path = [];

    /// <summary>The command that follows the last one on the way back.</summary>
    /// <param name="action">[A], to be written.</param>
    public void Next(Span<float> action)
    {
        for (int column = 0; column < action.Length; column++)
            action[column] = Following(column, history.Last[column], history.Age(column));
    }

    /// <summary>Whether all limits hold from now on if an action is commanded and then the way back is taken.</summary>
    /// <param name="action">[A].</param>
    /// <param name="counts">[A]: whether this step counts for budgets that yield to interlocks; where not, those are not looked at.</param>
    public bool Holds(ReadOnlySpan<float> action, ReadOnlySpan<bool> counts)
    {
        action.CopyTo(_state);
        for (int column = 0; column < action.Length; column++)
            _ages[column] = history.Count > 0 && history.Last[column] == action[column] ? history.Age(column) + 1 : 1;
        int steps = 0;
        bool atRest;
        do
        {
            if (IsInRegion(_state) || steps > LongestWay)
                return false;
            Remember(steps++);
            atRest = true;
            for (int column = 0; column < _state.Length; column++)
            {
                float next = Following(column, _state[column], _ages[column]);
                atRest &= next == _state[column] && IsFree(column, _ages[column]);
                _ages[column] = next == _state[column] ? Math.Min(_ages[column] + 1, int.MaxValue - 1) : 1;
                _state[column] = next;
            }
        }
        while (!atRest);
        foreach (BudgetLimit budget in limits.Budgets)
        {
            if ((!budget.YieldsToInterlocks || counts[budget.Column]) && !Lasts(budget, steps))
                return false;
        }

        return true;
    }

    /// <summary>Whether an action is where it must not be.</summary>
    public bool IsInRegion(ReadOnlySpan<float> action)
    {
        foreach (RegionLimit region in limits.Regions)
        {
            if (region.Forbids(action))
                return true;
        }

        return false;
    }

    /// <summary>The nearest number to a value that is within bounds also after rounding.</summary>
    public static float Within(double value, double low, double high)
    {
        float rounded = (float)Math.Clamp(value, low, high);
        if (rounded > high)
            rounded = MathF.BitDecrement(rounded);
        return rounded < low ? MathF.BitIncrement(rounded) : rounded;
    }

    private bool IsFree(int column, int age) => limits.Dwell(column) is not { } dwell || age >= dwell.Steps;

    private float Following(int column, float value, int age)
    {
        double rest = limits.Rest(column);
        if (double.IsNaN(rest) || !IsFree(column, age))
            return value;
        return limits.Rate(column)?.From(value) is { } reach ? Within(rest, reach.Low, reach.High) : (float)rest;
    }

    private void Remember(int step)
    {
        int columns = limits.ActionSize;
        if (_path.Length < (step + 1) * columns)
            Array.Resize(ref _path, Math.Max(64 * columns, 2 * _path.Length));
        _state.CopyTo(_path, step * columns);
    }

    // Every window that an action on the path is in; from the path's end on the column rests, and the total only falls to what rest costs.
    private bool Lasts(BudgetLimit budget, int steps)
    {
        int columns = limits.ActionSize;
        double total = 0;
        for (int back = Math.Min(budget.Window - 1, history.Count); back >= 1; back--)
            total += Past(budget, back);
        for (int step = 0; step < steps + budget.Window; step++)
        {
            total += budget.Size(_path[(Math.Min(step, steps - 1) * columns) + budget.Column]);
            if (total > budget.Usable)
                return false;
            int leaving = step - budget.Window + 1;
            total -= leaving >= 0
                ? budget.Size(_path[(Math.Min(leaving, steps - 1) * columns) + budget.Column])
                : -leaving <= history.Count ? Past(budget, -leaving) : 0;
        }

        return true;
    }

    private double Past(BudgetLimit budget, int back) =>
        budget.YieldsToInterlocks && !history.Counts(budget.Column, back) ? 0 : budget.Size(history.Value(budget.Column, back));
}
