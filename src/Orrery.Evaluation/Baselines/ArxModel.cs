using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Baselines;

/// <summary>
/// The linear difference equation with a constant,
/// o(t) = c + sum over i = 1..n of A(i) o(t-i) + sum over j = d..n of B(j) a(t-j),
/// with d = 0 when the action of a row may act on the observation of the same row and 1 otherwise. Each output has its own
/// equation over all outputs and inputs (ARX; Ljung, System Identification, 2nd edition 1999, section 4.2). Run free, it
/// is the linear model that every figure for a log must be held against.
/// </summary>
public sealed class ArxModel : IFreeRunModel
{
    private readonly double[] _coefficients;

    internal ArxModel(int order, bool directInput, int observationSize, int actionSize, double[] coefficients)
    {
        Order = order;
        DirectInput = directInput;
        ObservationSize = observationSize;
        ActionSize = actionSize;
        _coefficients = coefficients;
    }

    /// <inheritdoc/>
    public string Name => $"ARX({Order})";

    /// <summary>n, the number of past rows in the equation.</summary>
    public int Order { get; }

    /// <inheritdoc/>
    public int History => Order;

    /// <summary>Whether a(t) may act on o(t) of the same row.</summary>
    public bool DirectInput { get; }

    /// <summary>O, numbers per observation.</summary>
    public int ObservationSize { get; }

    /// <summary>A, numbers per action.</summary>
    public int ActionSize { get; }

    /// <summary>Numbers in one output's equation.</summary>
    public int RegressorSize => RegressorCount(Order, DirectInput, ObservationSize, ActionSize);

    /// <summary>The equation of one output, [RegressorSize]: past observations newest first, actions newest first, constant.</summary>
    public ReadOnlySpan<double> Coefficients(int output) => _coefficients.AsSpan(output * RegressorSize, RegressorSize);

    /// <inheritdoc/>
    public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
    {
        int horizon = predictions.Length / ObservationSize;
        if (observations.Length != Order * ObservationSize || actions.Length != (Order + horizon) * ActionSize)
            throw new ArgumentException(
                $"{Name}.FreeRun: {observations.Length} observation and {actions.Length} action numbers for a horizon of {horizon}; "
                + $"needed are {Order * ObservationSize} and {(Order + horizon) * ActionSize}.", nameof(observations));

        // The known rows and the predictions in one strip, so that the equation reads both alike.
        var strip = new double[(Order + horizon) * ObservationSize];
        observations.CopyTo(strip);
        var regressors = new double[RegressorSize];
        for (int row = Order; row < Order + horizon; row++)
        {
            FillRegressors(strip, actions, row, regressors);
            for (int output = 0; output < ObservationSize; output++)
                strip[(row * ObservationSize) + output] = Dot(Coefficients(output), regressors);
        }

        strip.AsSpan(Order * ObservationSize).CopyTo(predictions);
    }

    internal static int RegressorCount(int order, bool directInput, int observationSize, int actionSize) =>
        (order * observationSize) + ((order + (directInput ? 1 : 0)) * actionSize) + 1;

    internal void FillRegressors(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, int row, Span<double> regressors) =>
        FillRegressors(observations, actions, row, Order, DirectInput, ObservationSize, ActionSize, regressors);

    internal static void FillRegressors(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, int row, int order,
        bool directInput, int observationSize, int actionSize, Span<double> regressors)
    {
        int next = 0;
        for (int lag = 1; lag <= order; lag++, next += observationSize)
            observations.Slice((row - lag) * observationSize, observationSize).CopyTo(regressors[next..]);
        for (int lag = directInput ? 0 : 1; lag <= order; lag++, next += actionSize)
            actions.Slice((row - lag) * actionSize, actionSize).CopyTo(regressors[next..]);
        regressors[next] = 1;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
