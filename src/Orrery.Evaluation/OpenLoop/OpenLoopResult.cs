namespace Orrery.Evaluation.OpenLoop;

/// <summary>A column that is predicted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="TestDeviation">Standard deviation over the evaluated rows, in the column's unit; what NRMSE is taken over.</param>
/// <param name="TrainingDeviation">Standard deviation over the training rows; not a number when it is not known.</param>
public sealed record PredictedColumn(string Name, string Unit, double TestDeviation, double TrainingDeviation = double.NaN);

/// <summary>The errors of one model.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="RmseByHorizon">RMSE k steps after the last known row, [O][horizons], in each column's unit.</param>
/// <param name="FreeRunRmse">RMSE of the free run over the whole part, [O], in each column's unit.</param>
/// <param name="FreeRunNrmse">The same over the columns' standard deviation in the evaluated rows, [O].</param>
public sealed record ModelErrors(string Name, double[][] RmseByHorizon, double[] FreeRunRmse, double[] FreeRunNrmse)
{
    /// <summary>Mean over the columns of the free run's NRMSE.</summary>
    public double MeanFreeRunNrmse => FreeRunNrmse.Length == 0 ? double.NaN : FreeRunNrmse.Average();
}

/// <summary>A free run beside what was measured, for one stretch.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Stretch">Place of the stretch among those that were evaluated on; names need not be unique.</param>
/// <param name="FirstRow">Row of the stretch that the first prediction is for.</param>
/// <param name="Predictions">[rows, O] row-major, physical units.</param>
public sealed record FreeRunTrace(string Model, int Stretch, int FirstRow, double[] Predictions);

/// <summary>How well models predict a part of a log that they were not trained on.</summary>
/// <param name="Part">Name of the evaluated part, such as <c>test</c>.</param>
/// <param name="SamplingTime">Time between rows.</param>
/// <param name="TimeUnit">Unit of the sampling time.</param>
/// <param name="Columns">The predicted columns, [O].</param>
/// <param name="Horizons">The horizons of <see cref="ModelErrors.RmseByHorizon"/>, in rows.</param>
/// <param name="Windows">Number of starts that the errors by horizon are taken over.</param>
/// <param name="InitialRows">Rows at the start of each stretch that initialise the free run and are not counted.</param>
/// <param name="Models">The models, the evaluated one first.</param>
public sealed record OpenLoopResult(
    string Part,
    double SamplingTime,
    string TimeUnit,
    IReadOnlyList<PredictedColumn> Columns,
    IReadOnlyList<int> Horizons,
    int Windows,
    int InitialRows,
    IReadOnlyList<ModelErrors> Models)
{
    /// <summary>Starts below which errors by horizon are told to be few.</summary>
    public const int FewStarts = 20;

    /// <summary>
    /// How many windows of the longest horizon lie side by side in the rows: windows that overlap are no more evidence than these.
    /// </summary>
    public int DisjointWindows { get; init; }
}
