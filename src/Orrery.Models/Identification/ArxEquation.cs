namespace Orrery.Models.Identification;

/// <summary>
/// y[t] = c + sum over i = 1..n of A[i] y[t-i] + sum over j = 0..n of B[j] u[t-j], normalised (ARX; Ljung, System Identification,
/// 2nd edition 1999, section 4.2).
/// </summary>
/// <param name="Order">n.</param>
/// <param name="ObservationSize">O.</param>
/// <param name="ActionSize">A.</param>
/// <param name="Coefficients">[O, n O + (n + 1) A + 1]: past observations newest first, actions newest first, the constant.</param>
internal sealed record ArxEquation(int Order, int ObservationSize, int ActionSize, double[] Coefficients)
{
    public static int RegressorSize(int order, int observationSize, int actionSize) =>
        (order * observationSize) + ((order + 1) * actionSize) + 1;

    /// <summary>y[t] = y[t-1], for when there are too few rows to fit anything.</summary>
    public static ArxEquation Persistence(int observationSize, int actionSize)
    {
        int size = RegressorSize(1, observationSize, actionSize);
        double[] coefficients = new double[observationSize * size];
        for (int output = 0; output < observationSize; output++)
            coefficients[(output * size) + output] = 1;
        return new ArxEquation(1, observationSize, actionSize, coefficients);
    }

    /// <summary>How observation <paramref name="from"/>, some rows back, acts on <paramref name="output"/>.</summary>
    public double OfObservation(int output, int lag, int from) => Coefficients[Row(output) + ((lag - 1) * ObservationSize) + from];

    /// <summary>How action <paramref name="from"/>, some rows back, acts on <paramref name="output"/>.</summary>
    public double OfAction(int output, int lag, int from) => Coefficients[Row(output) + (Order * ObservationSize) + (lag * ActionSize) + from];

    public double Constant(int output) => Coefficients[Row(output + 1) - 1];

    private int Row(int output) => output * RegressorSize(Order, ObservationSize, ActionSize);
}
