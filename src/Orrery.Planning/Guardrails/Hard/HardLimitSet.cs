using Orrery.Data;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Guardrails.Hard;

/// <summary>Hard limits that go together: read, checked against each other, and laid out by column.</summary>
public sealed class HardLimitSet
{
    private readonly ColumnRange[] _box;
    private readonly RateLimit?[] _rates;
    private readonly RateLimit?[] _strictRates;
    private readonly DwellLimit?[] _dwells;
    private readonly DwellLimit?[] _strictDwells;
    private readonly double[] _rest;

    /// <summary>Reads limits and checks that they can all be kept together.</summary>
    /// <param name="limits">As declared, such as <c>0&lt;=valve&lt;=10</c>; see docs/guardrails.md for all forms.</param>
    /// <param name="actions">The names of the action's columns.</param>
    /// <param name="observations">The names of the observation's columns, for interlocks.</param>
    /// <exception cref="OrreryDataException">A limit cannot be read, or two contradict each other; the sentence names them.</exception>
    public HardLimitSet(IEnumerable<string> limits, IReadOnlyList<string> actions, IReadOnlyList<string> observations)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(observations);
        HardLimitParser parser = new(actions, observations);
        Limits = [.. limits.Select(parser.Parse)];
        ActionNames = [.. actions];
        ObservationNames = [.. observations];
        _box = new ColumnRange[actions.Count];
        _rates = new RateLimit?[actions.Count];
        _strictRates = new RateLimit?[actions.Count];
        _dwells = new DwellLimit?[actions.Count];
        _strictDwells = new DwellLimit?[actions.Count];
        _rest = new double[actions.Count];
        for (int column = 0; column < actions.Count; column++)
            _box[column] = new ColumnRange(column, double.NegativeInfinity, double.PositiveInfinity);
        foreach (HardLimit limit in Limits)
            Lay(limit);
        Budgets = [.. Limits.OfType<BudgetLimit>()];
        Regions = [.. Limits.OfType<RegionLimit>()];
        Interlocks = [.. Limits.OfType<InterlockLimit>()];
        for (int column = 0; column < actions.Count; column++)
            _rest[column] = RestOf(column);
        HardLimitConflicts.Check(this);
    }

    /// <summary>All of them, as declared.</summary>
    public IReadOnlyList<HardLimit> Limits { get; }

    /// <summary>The names of the action's columns.</summary>
    public IReadOnlyList<string> ActionNames { get; }

    /// <summary>The names of the observation's columns.</summary>
    public IReadOnlyList<string> ObservationNames { get; }

    /// <summary>A: numbers in an action.</summary>
    public int ActionSize => ActionNames.Count;

    /// <summary>Steps of the past that decide what is allowed next: the longest window or dwell time, at least 1.</summary>
    public int LongestMemory => Math.Max(LongestWindow, _dwells.Max(dwell => dwell?.Steps ?? 1));

    internal BudgetLimit[] Budgets { get; }

    internal RegionLimit[] Regions { get; }

    internal InterlockLimit[] Interlocks { get; }

    /// <summary>Steps that have to be remembered.</summary>
    internal int LongestWindow => Budgets.Length == 0 ? 1 : Budgets.Max(budget => budget.Window);

    /// <summary>The ranges of the action's columns, where any is declared.</summary>
    public IEnumerable<LimitExpression> Ranges() => _box
        .Where(box => double.IsFinite(box.Low) || double.IsFinite(box.High))
        .Select(box => new LimitExpression(ActionNames[box.Column], box.Low, box.High));

    internal ColumnRange Box(int column) => _box[column];

    /// <summary>The least rate of a column; while an interlock forces it, of those that do not yield.</summary>
    internal RateLimit? Rate(int column, bool isForced = false) => isForced ? _strictRates[column] : _rates[column];

    /// <summary>The longest dwell time of a column; while an interlock forces it, of those that do not yield.</summary>
    internal DwellLimit? Dwell(int column, bool isForced = false) => isForced ? _strictDwells[column] : _dwells[column];

    /// <summary>Where a column with a budget can stay for ever; NaN where it can stay wherever it is.</summary>
    internal double Rest(int column) => _rest[column];

    /// <summary>These limits and further ones, none of which loosens any of these.</summary>
    /// <param name="further">As they are typed.</param>
    /// <exception cref="OrreryDataException">
    /// A limit cannot be read, two contradict each other, or one is an interlock on a column of which a limit here yields to interlocks: that would
    /// yield more often than it was declared to.
    /// </exception>
    public HardLimitSet Tightened(IEnumerable<string> further)
    {
        HardLimitSet all = new([.. Limits.Select(limit => limit.Text), .. further], ActionNames, ObservationNames);
        foreach (InterlockLimit interlock in all.Limits.Skip(Limits.Count).OfType<InterlockLimit>())
        {
            if (Limits.FirstOrDefault(limit => YieldsOn(limit, interlock.Target.Column)) is { } yielding)
                throw new OrreryDataException(
                    $"Guardrails: '{interlock}' cannot be added: '{yielding}' is declared to yield to interlocks, and would yield to this one too. Declare both together, in the recipe.");
        }

        return all;
    }

    private static bool YieldsOn(HardLimit limit, int column) => limit switch
    {
        RateLimit rate => rate.YieldsToInterlocks && rate.Column == column,
        DwellLimit dwell => dwell.YieldsToInterlocks && dwell.Column == column,
        BudgetLimit budget => budget.YieldsToInterlocks && budget.Column == column,
        _ => false,
    };

    // The narrowest of a kind counts; one that yields to interlocks leaves the narrowest that does not in force while it yields.
    private void Lay(HardLimit limit)
    {
        switch (limit)
        {
            case BoxLimit box:
                ColumnRange known = _box[box.Range.Column];
                _box[box.Range.Column] = new ColumnRange(known.Column, Math.Max(known.Low, box.Range.Low), Math.Min(known.High, box.Range.High));
                break;
            case RateLimit rate:
                Narrow(_rates, rate);
                if (!rate.YieldsToInterlocks)
                    Narrow(_strictRates, rate);
                break;
            case DwellLimit dwell:
                Lengthen(_dwells, dwell);
                if (!dwell.YieldsToInterlocks)
                    Lengthen(_strictDwells, dwell);
                break;
        }
    }

    private static void Narrow(RateLimit?[] rates, RateLimit rate) =>
        rates[rate.Column] = rates[rate.Column] is { } other && other.Most <= rate.Most ? other : rate;

    private static void Lengthen(DwellLimit?[] dwells, DwellLimit dwell) =>
        dwells[dwell.Column] = dwells[dwell.Column] is { } other && other.Steps >= dwell.Steps ? other : dwell;

    private double RestOf(int column)
    {
        double rest = double.NaN;
        foreach (BudgetLimit budget in Budgets.Where(budget => budget.Column == column))
        {
            double lowest = budget.OfSizes ? 0 : Math.Min(0, MathF.BitDecrement((float)(budget.Usable / budget.Window)));
            rest = double.IsNaN(rest) ? lowest : Math.Min(rest, lowest);
        }

        ColumnRange box = _box[column];
        return double.IsNaN(rest) || box.Low > box.High ? rest : (float)Math.Clamp(rest, box.Low, box.High);
    }
}
