using System.Globalization;
using System.Text.Json;
using Orrery.Data;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Guardrails.Hard;

/// <summary>
/// Keeps hard limits on what is commanded, whoever commands it. A command inside them passes unchanged. Any other is narrowed to
/// one that they allow, column by column in this order: interlocks, range, dwell time, rate; then out of forbidden regions, and
/// towards the way back (<see cref="SafeContinuation"/>) as far as budgets ask. It remembers what was commanded, so it must be told
/// by <see cref="Executed"/>. Not thread-safe.
/// </summary>
public sealed class HardLimitGuardrail : IGuardrail, IDeclared
{
    private const int Halvings = 24;

    private readonly HardLimitSet _limits;
    private readonly CommandHistory _history;
    private readonly SafeContinuation _continuation;
    private readonly CommandPast? _past;
    private readonly float[] _start;
    private readonly float[] _proposed;
    private readonly float[] _narrowed;
    private readonly float[] _trial;
    private readonly float[] _back;
    private readonly double[] _low;
    private readonly double[] _high;
    private readonly bool[] _isForced;
    private readonly bool[] _isRecovering;
    private readonly bool[] _counts;
    private readonly List<HardLimit> _reasons = [];

    /// <summary>Guards limits.</summary>
    /// <param name="limits">What is kept.</param>
    /// <param name="start">[A], a command that may be given when nothing was commanded before, such as everything closed.</param>
    /// <param name="past">What was commanded before, which a <see cref="Reset"/> begins with whatever it is told; null for nothing.</param>
    /// <exception cref="OrreryDataException">The limits forbid the start, or cannot be kept after the past.</exception>
    public HardLimitGuardrail(HardLimitSet limits, ReadOnlySpan<float> start, CommandPast? past = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (start.Length != limits.ActionSize)
            throw new ArgumentException($"HardLimitGuardrail: a start of {start.Length} numbers came; an action has {limits.ActionSize}.", nameof(start));
        _limits = limits;
        _history = new CommandHistory(start.Length, limits.LongestWindow);
        _continuation = new SafeContinuation(limits, _history);
        _start = start.ToArray();
        _proposed = new float[start.Length];
        _narrowed = new float[start.Length];
        _trial = new float[start.Length];
        _back = new float[start.Length];
        _low = new double[start.Length];
        _high = new double[start.Length];
        _isForced = new bool[start.Length];
        _isRecovering = new bool[start.Length];
        _counts = new bool[start.Length];
        Reset([]);
        RequireAllowed(_start, "The start");
        _past = past;
        if (past is not null)
            GoOn(past);
    }

    /// <inheritdoc/>
    public string Name => "hard limits";

    /// <summary>What is kept.</summary>
    public HardLimitSet Limits => _limits;

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "hard-limits");
        json.WriteBoolean("remembers"u8, true);
        json.Texts("limits"u8, _limits.Limits.Select(limit => limit.Text));
        json.Texts("actions"u8, _limits.ActionNames);
        json.Texts("observations"u8, _limits.ObservationNames);
        json.Numbers("start"u8, _start);
        _past?.Write(json);
    }

    /// <inheritdoc/>
    public Verdict Inspect(in ActionProposal proposal)
    {
        if (proposal.Action.Length != _proposed.Length)
            return Verdict.Veto($"The action has {proposal.Action.Length} numbers; the limits are for {_proposed.Length}.");
        foreach (float value in proposal.Action)
        {
            if (!float.IsFinite(value))
                return Verdict.Veto("The action holds a number that is not finite.");
        }

        proposal.Action.CopyTo(_proposed);
        Narrow(proposal.Observation);
        return _narrowed.AsSpan().SequenceEqual(_proposed) ? Verdict.Allow : Verdict.Narrow(_narrowed, Sentence());
    }

    /// <inheritdoc/>
    public void Executed(ReadOnlySpan<float> action, ReadOnlySpan<float> observation)
    {
        ActivateInterlocks(observation);
        for (int column = 0; column < _counts.Length; column++)
            _counts[column] = true;
        bool mayCount = _continuation.Holds(action, _counts);
        for (int column = 0; column < _counts.Length; column++)
        {
            _isRecovering[column] = _isForced[column] || (_isRecovering[column] && !mayCount);
            _counts[column] = !_isRecovering[column];
        }

        _history.Add(action, _counts);
    }

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<float> previousAction)
    {
        _isRecovering.AsSpan().Clear();
        _history.Clear();
        if (_past is not null)
            GoOn(_past);
        else if (previousAction.Length > 0)
            Begin(previousAction);
    }

    private void Begin(ReadOnlySpan<float> inForce)
    {
        RequireAllowed(inForce, "The action that is being executed");
        _history.Begin(inForce);
    }

    /// <summary>From commands that other limits may have judged: there must be a way back from them that these allow.</summary>
    private void GoOn(CommandPast past)
    {
        if (past.InForce.Length > 0)
            Begin(past.InForce);
        for (int step = 0; step < past.Commands.Count; step++)
            Executed(past.Commands[step], past.Observations[step]);
        if (_history.Count == 0)
            return;
        _continuation.Next(_back);
        for (int column = 0; column < _back.Length; column++)
        {
            _counts[column] = !_isRecovering[column];
            RequireInside(column, past.Last, "The action that is being executed");
        }

        if (!_continuation.Holds(_back, _counts))
            throw new OrreryDataException(
                "Guardrails: what was commanded before leaves no way on that keeps all limits: a budget is used up, or the last command lies in a forbidden region. Wait, or state fewer further limits.");
    }

    private void RequireAllowed(ReadOnlySpan<float> action, string what)
    {
        for (int column = 0; column < _counts.Length; column++)
        {
            RequireInside(column, action, what);
            _counts[column] = true;
        }

        if (!_continuation.Holds(action, _counts))
            throw new OrreryDataException(
                $"Guardrails: {what} ({string.Join(", ", action.ToArray())}) lies in a forbidden region or uses up a budget; choose another.");
    }

    private void RequireInside(int column, ReadOnlySpan<float> action, string what)
    {
        if (!_limits.Box(column).Contains(action[column]))
            throw new OrreryDataException(
                $"Guardrails: {what} has {_limits.ActionNames[column]} = {action[column].ToString(CultureInfo.InvariantCulture)}, "
                + $"outside {_limits.Box(column).Low:R} to {_limits.Box(column).High:R}; bring it inside first, or choose another.");
    }

    private void Narrow(ReadOnlySpan<float> observation)
    {
        _reasons.Clear();
        ActivateInterlocks(observation);
        for (int column = 0; column < _proposed.Length; column++)
        {
            Bound(column);
            _narrowed[column] = SafeContinuation.Within(_proposed[column], _low[column], _high[column]);
            _counts[column] = !_isForced[column];
        }

        LeaveRegions(_narrowed);
        if (!IsAllowed(_narrowed))
            TurnBack();
    }

    // What the column may be at this step, regions and budgets aside.
    private void Bound(int column)
    {
        ColumnRange box = _limits.Box(column);
        double low = Math.Max(box.Low, _low[column]), high = Math.Min(box.High, _high[column]);
        if (!box.Contains(_proposed[column]))
            NoteRange(column);
        if (_history.Count > 0)
        {
            float last = _history.Last[column];
            if (_limits.Dwell(column, _isForced[column]) is { } dwell && _history.Age(column) < dwell.Steps)
            {
                Note(dwell, _proposed[column] != last);
                low = high = last;
            }

            if (_limits.Rate(column, _isForced[column]) is { } rate)
            {
                ColumnRange reach = rate.From(last);
                Note(rate, !reach.Contains(_proposed[column]));
                low = Math.Max(low, reach.Low);
                high = Math.Min(high, reach.High);
            }
        }

        _low[column] = low;
        _high[column] = Math.Max(low, high);
    }

    // Interlocks that are active narrow the bounds; where an unreadable measurement sets two against each other, the first declared counts.
    private void ActivateInterlocks(ReadOnlySpan<float> observation)
    {
        _low.AsSpan().Fill(double.NegativeInfinity);
        _high.AsSpan().Fill(double.PositiveInfinity);
        _isForced.AsSpan().Clear();
        foreach (InterlockLimit interlock in _limits.Interlocks)
        {
            int column = interlock.Target.Column;
            if (!interlock.IsActive(observation) || interlock.Target.Low > _high[column] || interlock.Target.High < _low[column])
                continue;
            _isForced[column] = true;
            _low[column] = Math.Max(_low[column], interlock.Target.Low);
            _high[column] = Math.Min(_high[column], interlock.Target.High);
            Note(interlock, !interlock.Target.Contains(_proposed[column]));
        }
    }

    // By the side that is nearest, measured in what the column may move.
    private void LeaveRegions(Span<float> action)
    {
        for (int round = 0; round <= _limits.Regions.Length; round++)
        {
            bool moved = false;
            foreach (RegionLimit region in _limits.Regions)
            {
                if (region.Forbids(action) && Leave(region, action))
                {
                    Note(region, true);
                    moved = true;
                }
            }

            if (!moved)
                return;
        }
    }

    private bool Leave(RegionLimit region, Span<float> action)
    {
        int best = -1;
        float target = 0;
        double shortest = double.PositiveInfinity;
        foreach (ColumnRange side in region.Sides)
        {
            ColumnRange box = _limits.Box(side.Column);
            double width = double.IsFinite(box.High - box.Low) && box.High > box.Low ? box.High - box.Low : 1;
            foreach (double border in (ReadOnlySpan<double>)[side.Low, side.High])
            {
                double way = Math.Abs(action[side.Column] - border) / width;
                if (border < _low[side.Column] || border > _high[side.Column] || way >= shortest)
                    continue;
                // Rounded away from the region's inside.
                float value = border == side.Low
                    ? SafeContinuation.Within(border, double.NegativeInfinity, border)
                    : SafeContinuation.Within(border, border, double.PositiveInfinity);
                if (value < _low[side.Column] || value > _high[side.Column])
                    continue;
                (best, target, shortest) = (side.Column, value, way);
            }
        }

        if (best < 0)
            return false;
        action[best] = target;
        return true;
    }

    // As far from the way back towards what was asked for as is allowed.
    private void TurnBack()
    {
        if (_history.Count > 0)
            _continuation.Next(_back);
        else
            _start.CopyTo(_back, 0);
        for (int column = 0; column < _back.Length; column++)
        {
            // A forced change begins a dwell time anew: it must go as near to rest as it may, or the way back grows longer than was verified.
            double rest = _limits.Rest(column);
            if (_isForced[column])
                _back[column] = SafeContinuation.Within(double.IsNaN(rest) ? _back[column] : rest, _low[column], _high[column]);
        }

        LeaveRegions(_back);
        foreach (BudgetLimit budget in _limits.Budgets)
            Note(budget, _back[budget.Column] != _narrowed[budget.Column]);
        double reached = 0, beyond = 1;
        for (int halving = 0; halving < Halvings; halving++)
        {
            double share = (reached + beyond) / 2;
            Between(share);
            if (IsAllowed(_trial))
                reached = share;
            else
                beyond = share;
        }

        Between(reached);
        (reached > 0 ? _trial : _back).CopyTo(_narrowed, 0);
    }

    private void Between(double share)
    {
        for (int column = 0; column < _trial.Length; column++)
        {
            double value = _back[column] + (share * ((double)_narrowed[column] - _back[column]));
            _trial[column] = SafeContinuation.Within(value, Math.Min(_back[column], _narrowed[column]), Math.Max(_back[column], _narrowed[column]));
        }
    }

    private bool IsAllowed(ReadOnlySpan<float> action)
    {
        for (int column = 0; column < action.Length; column++)
        {
            if (!(action[column] >= _low[column] && action[column] <= _high[column]))
                return false;
        }

        return _continuation.Holds(action, _counts);
    }

    private void Note(HardLimit limit, bool applies)
    {
        if (applies)
            _reasons.Add(limit);
    }

    private void NoteRange(int column)
    {
        foreach (HardLimit limit in _limits.Limits)
        {
            if (limit is BoxLimit box && box.Range.Column == column && !box.Range.Contains(_proposed[column]))
                _reasons.Add(limit);
        }
    }

    private string Sentence()
    {
        List<string> changes = [];
        for (int column = 0; column < _proposed.Length; column++)
        {
            if (_narrowed[column] != _proposed[column])
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"{_limits.ActionNames[column]} {_proposed[column]:G6} became {_narrowed[column]:G6}"));
        }

        return $"{string.Join(", ", changes)}, because of {string.Join(" and ", _reasons.Distinct().Select(limit => $"'{limit}'"))}.";
    }
}
