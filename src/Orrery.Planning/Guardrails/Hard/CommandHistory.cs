namespace Orrery.Planning.Guardrails.Hard;

/// <summary>What was commanded lately: the values that budgets add up, and how long each column has had its value.</summary>
internal sealed class CommandHistory
{
    private readonly int _columns;
    private readonly int _length;
    private readonly float[] _values;
    private readonly bool[] _counts;
    private readonly int[] _ages;
    private int _newest = -1;

    public CommandHistory(int columns, int length)
    {
        _columns = columns;
        _length = length;
        _values = new float[columns * length];
        _counts = new bool[columns * length];
        _ages = new int[columns];
    }

    /// <summary>Steps remembered, at most the longest window.</summary>
    public int Count { get; private set; }

    /// <summary>[A], commanded last.</summary>
    public ReadOnlySpan<float> Last => _values.AsSpan(_newest * _columns, Count == 0 ? 0 : _columns);

    /// <summary>How many steps the column has had its value.</summary>
    public int Age(int column) => _ages[column];

    /// <summary>What a column was commanded some steps ago; 1 is the last step.</summary>
    public float Value(int column, int back) => _values[Place(column, back)];

    /// <summary>Whether that step counts for budgets that yield to interlocks.</summary>
    public bool Counts(int column, int back) => _counts[Place(column, back)];

    public void Clear()
    {
        Count = 0;
        _newest = -1;
    }

    /// <summary>Adds a step.</summary>
    /// <param name="action">[A].</param>
    /// <param name="counts">[A]: whether the step counts for budgets that yield.</param>
    public void Add(ReadOnlySpan<float> action, ReadOnlySpan<bool> counts)
    {
        for (int column = 0; column < _columns; column++)
            _ages[column] = Count > 0 && Last[column] == action[column] ? Math.Min(_ages[column] + 1, int.MaxValue - 1) : 1;
        _newest = (_newest + 1) % _length;
        action.CopyTo(_values.AsSpan(_newest * _columns));
        counts.CopyTo(_counts.AsSpan(_newest * _columns));
        Count = Math.Min(Count + 1, _length);
    }

    /// <summary>The action that has been executed for so long that nothing stands in the way of changing it.</summary>
    public void Begin(ReadOnlySpan<float> action)
    {
        Clear();
        Span<bool> counts = stackalloc bool[_columns];
        counts.Fill(true);
        Add(action, counts);
        _ages.AsSpan().Fill(int.MaxValue - 1);
    }

    private int Place(int column, int back) => ((((_newest - back + 1) % _length) + _length) % _length * _columns) + column;
}
