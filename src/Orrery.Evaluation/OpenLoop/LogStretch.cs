namespace Orrery.Evaluation.OpenLoop;

/// <summary>
/// Consecutive rows of a log, in physical units and double precision: row t holds the observation o(t) and the action a(t)
/// applied at that time.
/// </summary>
public sealed class LogStretch
{
    private readonly double[] _observations;
    private readonly double[] _actions;

    /// <summary>Wraps (does not copy) the rows.</summary>
    /// <param name="name">What the stretch is called in reports, such as <c>test</c>.</param>
    /// <param name="observations">Observations, [T, O] row-major, in physical units.</param>
    /// <param name="observationSize">O, at least 1.</param>
    /// <param name="actions">Actions, [T, A] row-major, in physical units; empty when A is 0.</param>
    /// <param name="actionSize">A, 0 or more.</param>
    /// <exception cref="ArgumentException">The arrays do not hold the same number of whole rows.</exception>
    public LogStretch(string name, double[] observations, int observationSize, double[] actions, int actionSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentOutOfRangeException.ThrowIfLessThan(observationSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(actionSize);
        int rows = observations.Length / observationSize;
        if (rows * observationSize != observations.Length || rows * actionSize != actions.Length)
            throw new ArgumentException(
                $"LogStretch '{name}': {observations.Length} observation numbers in rows of {observationSize} and "
                + $"{actions.Length} action numbers in rows of {actionSize} are not the same number of whole rows.",
                nameof(observations));
        Name = name;
        Rows = rows;
        ObservationSize = observationSize;
        ActionSize = actionSize;
        _observations = observations;
        _actions = actions;
    }

    /// <summary>What the stretch is called.</summary>
    public string Name { get; }

    /// <summary>T, the number of rows.</summary>
    public int Rows { get; }

    /// <summary>O, numbers per observation.</summary>
    public int ObservationSize { get; }

    /// <summary>A, numbers per action.</summary>
    public int ActionSize { get; }

    /// <summary>Observations of some rows, [count, O].</summary>
    public ReadOnlySpan<double> Observations(int start, int count) =>
        _observations.AsSpan(start * ObservationSize, count * ObservationSize);

    /// <summary>Actions of some rows, [count, A].</summary>
    public ReadOnlySpan<double> Actions(int start, int count) =>
        _actions.AsSpan(start * ActionSize, count * ActionSize);

    /// <summary>One column of the observations, [T].</summary>
    public double[] ObservationColumn(int column) => Column(_observations, column, ObservationSize);

    /// <summary>One column of the actions, [T].</summary>
    public double[] ActionColumn(int column) => Column(_actions, column, ActionSize);

    private double[] Column(double[] values, int column, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, size);
        var result = new double[Rows];
        for (int row = 0; row < Rows; row++)
            result[row] = values[(row * size) + column];
        return result;
    }
}
