namespace Orrery.Planning.Constraints;

/// <summary>
/// The actions that a planner may consider: a box, and optionally a largest norm per environment step and a largest change
/// from one environment step to the next. Every candidate is projected into them, so no search can leave them.
/// </summary>
public sealed class ActionLimits
{
    private readonly float[] _low;
    private readonly float[] _high;
    private readonly float[] _rate;

    /// <summary>States limits.</summary>
    /// <param name="low">[A] smallest values, physical units, finite.</param>
    /// <param name="high">[A] largest values, physical units, finite, not below <paramref name="low"/>.</param>
    /// <param name="normLimit">Largest Euclidean norm per environment step, positive; null for none. The box must then contain 0.</param>
    /// <param name="rateLimit">[A] largest change from one environment step to the next, positive; empty for none.</param>
    /// <exception cref="ArgumentException">The limits contradict each other or are not finite.</exception>
    public ActionLimits(ReadOnlySpan<float> low, ReadOnlySpan<float> high, double? normLimit = null, ReadOnlySpan<float> rateLimit = default)
    {
        if (low.Length == 0 || low.Length != high.Length)
            throw new ArgumentException($"ActionLimits: {low.Length} lower and {high.Length} upper limits came; the same number of each, at least one, is needed.", nameof(high));
        if (rateLimit.Length != 0 && rateLimit.Length != low.Length)
            throw new ArgumentException($"ActionLimits: {rateLimit.Length} rate limits came; {low.Length} or none are needed.", nameof(rateLimit));
        for (var i = 0; i < low.Length; i++)
        {
            if (!float.IsFinite(low[i]) || !float.IsFinite(high[i]) || low[i] > high[i])
                throw new ArgumentException($"ActionLimits: action {i} has limits {low[i]} .. {high[i]}; both must be finite, the lower not above the upper.", nameof(low));
            if (normLimit is not null && (low[i] > 0 || high[i] < 0))
                throw new ArgumentException($"ActionLimits: action {i} has limits {low[i]} .. {high[i]} beside a norm limit; they must then contain 0.", nameof(low));
        }

        foreach (var rate in rateLimit)
        {
            if (!(rate > 0))
                throw new ArgumentException($"ActionLimits: a rate limit of {rate} came; it must be positive.", nameof(rateLimit));
        }

        if (normLimit is { } norm && !(norm > 0 && double.IsFinite(norm)))
            throw new ArgumentException($"ActionLimits: a norm limit of {norm} came; it must be positive and finite.", nameof(normLimit));
        _low = low.ToArray();
        _high = high.ToArray();
        NormLimit = normLimit;
        _rate = rateLimit.ToArray();
    }

    /// <summary>A: numbers in an action.</summary>
    public int ActionSize => _low.Length;

    /// <summary>[A] smallest values.</summary>
    public ReadOnlySpan<float> Low => _low;

    /// <summary>[A] largest values.</summary>
    public ReadOnlySpan<float> High => _high;

    /// <summary>Largest norm per environment step, or null.</summary>
    public double? NormLimit { get; }

    /// <summary>[A] largest change per environment step, or empty.</summary>
    public ReadOnlySpan<float> RateLimit => _rate;

    /// <summary>Limits on the norm alone, such as a largest speed in any direction.</summary>
    /// <param name="actionSize">A.</param>
    /// <param name="normLimit">Largest norm, positive and finite.</param>
    public static ActionLimits Radial(int actionSize, double normLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(actionSize, 1);
        // The box is only there to be finite, so it must not cut the norm by its rounding.
        var edge = MathF.BitIncrement((float)normLimit);
        var high = new float[actionSize];
        var low = new float[actionSize];
        high.AsSpan().Fill(edge);
        low.AsSpan().Fill(-edge);
        return new ActionLimits(low, high, normLimit);
    }

    /// <summary>Moves a sequence of actions into the limits; one that is inside stays as it is, to the bit.</summary>
    /// <param name="actions">[T, A] for T successive environment steps.</param>
    /// <param name="previous">[A], the action before the first one, or empty: the first step's change is then free.</param>
    /// <remarks>
    /// NaN becomes 0, or the value allowed nearest to it. Where the box cannot be reached from <paramref name="previous"/>
    /// within the rate limit, the box wins.
    /// </remarks>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Project(Span<float> actions, ReadOnlySpan<float> previous)
    {
        Check(actions.Length, previous.Length);
        for (var at = 0; at < actions.Length; at += ActionSize)
        {
            var action = actions.Slice(at, ActionSize);
            if (_rate.Length != 0 && previous.Length != 0)
                ProjectNear(action, previous);
            else
                ProjectAlone(action);
            previous = action;
        }
    }

    /// <summary>Moves actions into the box and the norm limit, each on its own, whatever came before it.</summary>
    /// <param name="actions">[T, A].</param>
    internal void ProjectEach(Span<float> actions)
    {
        for (var at = 0; at < actions.Length; at += ActionSize)
            ProjectAlone(actions.Slice(at, ActionSize));
    }

    /// <summary>Whether a sequence of actions is within the limits.</summary>
    /// <param name="actions">[T, A] for T successive environment steps.</param>
    /// <param name="previous">[A], the action before the first one, or empty.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public bool Contains(ReadOnlySpan<float> actions, ReadOnlySpan<float> previous)
    {
        Check(actions.Length, previous.Length);
        for (var at = 0; at < actions.Length; at += ActionSize)
        {
            var action = actions.Slice(at, ActionSize);
            for (var i = 0; i < action.Length; i++)
            {
                if (!(action[i] >= _low[i] && action[i] <= _high[i]))
                    return false;
                if (_rate.Length != 0 && previous.Length != 0 && !(action[i] >= previous[i] - _rate[i] && action[i] <= previous[i] + _rate[i]))
                    return false;
            }

            if (NormLimit is { } norm && SquaredNorm(action) > norm * norm)
                return false;
            previous = action;
        }

        return true;
    }

    /// <summary>The norm first, which keeps the direction; then the box, which contains 0 and so leaves no norm larger.</summary>
    private void ProjectAlone(Span<float> action)
    {
        foreach (ref var value in action)
            value = float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);
        if (NormLimit is { } norm)
            ShrinkToNorm(action, norm);
        for (var i = 0; i < action.Length; i++)
            action[i] = Math.Clamp(action[i], _low[i], _high[i]);
    }

    /// <summary>
    /// Into the rate limit and the box, then along the line to the previous action until the norm fits: both ends are within
    /// the box and the rate limit, so all between them is too. On the way to 0 the rate limit could be left.
    /// </summary>
    private void ProjectNear(Span<float> action, ReadOnlySpan<float> previous)
    {
        for (var i = 0; i < action.Length; i++)
        {
            var value = float.IsNaN(action[i]) ? 0 : action[i];
            value = Math.Clamp(value, previous[i] - _rate[i], previous[i] + _rate[i]);
            action[i] = Math.Clamp(value, _low[i], _high[i]);
        }

        if (NormLimit is not { } norm || SquaredNorm(action) <= norm * norm)
            return;
        if (SquaredNorm(previous) <= norm * norm)
            MoveTowards(action, previous, norm * norm);
        else
            ShrinkToNorm(action, norm);
    }

    private static void ShrinkToNorm(Span<float> action, double limit)
    {
        var squared = limit * limit;
        if (SquaredNorm(action) <= squared)
            return;
        var factor = limit / Math.Sqrt(SquaredNorm(action));
        foreach (ref var value in action)
            value = (float)(value * factor);

        // Rounding may leave the norm above the limit by its last bit.
        while (SquaredNorm(action) > squared)
        {
            foreach (ref var value in action)
                value = value > 0 ? MathF.BitDecrement(value) : value < 0 ? MathF.BitIncrement(value) : value;
        }
    }

    private static void MoveTowards(Span<float> action, ReadOnlySpan<float> inside, double squaredLimit)
    {
        double low = 0;
        double high = 1;
        for (var halving = 0; halving < 30; halving++)
        {
            var middle = (low + high) / 2;
            if (SquaredBetween(action, inside, middle) <= squaredLimit)
                low = middle;
            else
                high = middle;
        }

        for (var i = 0; i < action.Length; i++)
            action[i] = Between(action[i], inside[i], low);
    }

    private static float Between(float outside, float inside, double share) => (float)(inside + (share * ((double)outside - inside)));

    private static double SquaredBetween(ReadOnlySpan<float> outside, ReadOnlySpan<float> inside, double share)
    {
        double sum = 0;
        for (var i = 0; i < outside.Length; i++)
        {
            double value = Between(outside[i], inside[i], share);
            sum += value * value;
        }

        return sum;
    }

    private static double SquaredNorm(ReadOnlySpan<float> action)
    {
        double sum = 0;
        foreach (var value in action)
            sum += (double)value * value;
        return sum;
    }

    private void Check(int actions, int previous)
    {
        if (actions % ActionSize != 0)
            throw new ArgumentException($"ActionLimits: {actions} action numbers came; a multiple of {ActionSize} was needed.");
        if (previous != 0 && previous != ActionSize)
            throw new ArgumentException($"ActionLimits: a previous action of {previous} numbers came; {ActionSize} or none were needed.");
    }
}
