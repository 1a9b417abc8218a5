namespace Orrery.Planning.Guardrails.Hard;

/// <summary>A limit on what is commanded, true by construction: it needs no model, and no goal can trade it.</summary>
/// <param name="Text">As it was declared.</param>
public abstract record HardLimit(string Text)
{
    /// <summary>As it was declared.</summary>
    public sealed override string ToString() => Text;
}

/// <summary>Values that one column may have. Bounds are those single-precision numbers that are nearest to what was declared, as commands are single-precision numbers.</summary>
/// <param name="Column">The column's place, from 0.</param>
/// <param name="Low">Smallest value, or negative infinity.</param>
/// <param name="High">Largest value, or infinity.</param>
public readonly record struct ColumnRange(int Column, double Low, double High)
{
    /// <summary>Whether a value is within, borders included. NaN is not.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Whether a value is within and not on a border. NaN is not.</summary>
    public bool ContainsInside(double value) => value > Low && value < High;

    /// <summary>Whether a value of the column is in both.</summary>
    public bool Meets(in ColumnRange other) => Low <= other.High && other.Low <= High;
}

/// <summary>A range of an action's column: <c>0 &lt;= valve &lt;= 10</c>.</summary>
public sealed record BoxLimit(string Text, ColumnRange Range) : HardLimit(Text);

/// <summary>A largest change from one step to the next: <c>rate(valve) &lt;= 2</c>.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Column">Of the action.</param>
/// <param name="Most">Largest change per step, physical units.</param>
/// <param name="YieldsToInterlocks">Whether an active interlock on the column may change it faster.</param>
public sealed record RateLimit(string Text, int Column, float Most, bool YieldsToInterlocks) : HardLimit(Text)
{
    /// <summary>Where the next step may go, worked out in single precision, as commands are.</summary>
    public ColumnRange From(float last) => new(Column, last - Most, last + Most);
}

/// <summary>A shortest time between two changes: <c>dwell(pump) &gt;= 10</c>.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Column">Of the action.</param>
/// <param name="Steps">How many steps each value is commanded at least.</param>
/// <param name="YieldsToInterlocks">Whether an active interlock on the column may change it earlier.</param>
public sealed record DwellLimit(string Text, int Column, int Steps, bool YieldsToInterlocks) : HardLimit(Text);

/// <summary>A largest total over any window of successive steps: <c>sum(valve, 60) &lt;= 300</c>, <c>sum(abs(valve), 60) &lt;= 300</c>.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Column">Of the action.</param>
/// <param name="Window">Steps in the window.</param>
/// <param name="Most">Largest total.</param>
/// <param name="OfSizes">Whether sizes without sign are added up.</param>
/// <param name="YieldsToInterlocks">Whether steps that an interlock forces, and the way back from them, do not count.</param>
public sealed record BudgetLimit(string Text, int Column, int Window, double Most, bool OfSizes, bool YieldsToInterlocks) : HardLimit(Text)
{
    /// <summary>The total less a billionth: the same numbers added in another order must not exceed <see cref="Most"/> by their rounding.</summary>
    internal double Usable => Most - (1e-9 * Math.Max(1, Math.Abs(Most)));

    /// <summary>What one step adds to the total.</summary>
    public double Size(double value) => OfSizes ? Math.Abs(value) : value;
}

/// <summary>Actions that are never commanded, where all ranges hold at once: <c>not (valve &gt; 3 and pump &gt; 0.5)</c>. The border is allowed.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Sides">Ranges of the action's columns.</param>
public sealed record RegionLimit(string Text, IReadOnlyList<ColumnRange> Sides) : HardLimit(Text)
{
    /// <summary>Whether an action is inside, where it must not be.</summary>
    /// <param name="action">[A].</param>
    public bool Forbids(ReadOnlySpan<float> action)
    {
        for (int index = 0; index < Sides.Count; index++)
        {
            if (!Sides[index].ContainsInside(action[Sides[index].Column]))
                return false;
        }

        return true;
    }
}

/// <summary>What a measurement demands of a command: <c>if level &gt; 8 then valve = 0</c>. It is active on the border too, and while what it reads cannot be read.</summary>
/// <param name="Text">As it was declared.</param>
/// <param name="Conditions">Ranges of the observation's columns that all have to hold.</param>
/// <param name="Target">What the action's column must be then.</param>
public sealed record InterlockLimit(string Text, IReadOnlyList<ColumnRange> Conditions, ColumnRange Target) : HardLimit(Text)
{
    /// <summary>Whether it is active; an unreadable measurement cannot rule it out.</summary>
    /// <param name="observation">[O] in physical units; empty when nothing was measured.</param>
    public bool IsActive(ReadOnlySpan<float> observation)
    {
        for (int index = 0; index < Conditions.Count; index++)
        {
            ColumnRange condition = Conditions[index];
            float value = condition.Column < observation.Length ? observation[condition.Column] : float.NaN;
            if (!float.IsNaN(value) && !condition.Contains(value))
                return false;
        }

        return true;
    }
}
