using Orrery.Evaluation.Statistics;
using Orrery.Models;
using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Surprise;

/// <summary>How many false alarms came where so many were declared.</summary>
/// <param name="RatePerRow">Declared.</param>
/// <param name="Alarms">Came.</param>
/// <param name="Rows">In so many rows.</param>
/// <param name="PerRecord">Alarms of each calibration's record: they differ, as calibrations do.</param>
public sealed record FalseAlarmRow(double RatePerRow, long Alarms, long Rows, IReadOnlyList<long> PerRecord)
{
    /// <summary>Alarms per row that came.</summary>
    public double Measured => (double)Alarms / Rows;

    /// <summary>95 % interval of the rate, from how much the calibrations' records differ.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            double mean = PerRecord.Average(), sum = PerRecord.Sum(count => (count - mean) * (count - mean));
            double error = 1.96 * Math.Sqrt((Math.Max(sum / Math.Max(1, PerRecord.Count - 1), mean) + 0.5) / PerRecord.Count), rows = (double)Rows / PerRecord.Count;
            return (Math.Max(0, mean - error) / rows, (mean + error) / rows);
        }
    }
}

/// <summary>How a method did on a fault.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Method">The method.</param>
/// <param name="Detected">Records in which it was found in time.</param>
/// <param name="Records">Records.</param>
/// <param name="MedianDelay">Rows from the fault to the alarm, among those found.</param>
public sealed record DetectionRow(TankFault Fault, string Method, int Detected, int Records, double MedianDelay)
{
    /// <summary>95 % interval of the share.</summary>
    public WilsonInterval Interval => WilsonInterval.Of(Detected, Records);
}

/// <summary>False alarms and detections on <see cref="TwoTanks"/>, beside residual z-scores, persistence and PCA at the same measured rate of false alarms.</summary>
public sealed class TankAlarmStudy(WorldModel model, ulong seed)
{
    private const int Before = 200;
    private const int Within = 300;

    /// <summary>Errors of a fresh record of normal operation.</summary>
    public ResidualRecord Normal(string name, int rows)
    {
        TwoTanks tanks = new(new RandomStream(seed, name));
        PredictionErrors errors = new(model);
        ResidualRecord record = new(errors.Layout);
        Run(tanks, errors, rows, (_, _, row) => record.Add(row));
        return record;
    }

    /// <summary>False alarms on fresh normal operation, calibrated several times on other normal operation.</summary>
    /// <param name="calibrationRows">Rows to calibrate on.</param>
    /// <param name="rates">Declared rates per row.</param>
    /// <param name="records">Calibrations, and fresh records.</param>
    /// <param name="rows">Rows of each fresh record.</param>
    public IReadOnlyList<FalseAlarmRow> FalseAlarms(int calibrationRows, IReadOnlyList<double> rates, int records, int rows)
    {
        ArgumentNullException.ThrowIfNull(rates);
        var counts = rates.Select(_ => new long[records]).ToArray();
        for (int record = 0; record < records; record++)
        {
            SurpriseCalibration calibration = SurpriseCalibration.Fit(Normal($"calibration {record}", calibrationRows));
            ResidualRecord fresh = Normal($"fresh {record}", rows);
            for (int rate = 0; rate < rates.Count; rate++)
            {
                SurpriseMonitor monitor = calibration.Monitor(rates[rate]);
                for (int row = 0; row < fresh.Rows; row++)
                    monitor.Step(fresh.Row(row));
                counts[rate][record] = monitor.Alarms;
            }
        }

        return [.. rates.Select((rate, place) => new FalseAlarmRow(rate, counts[place].Sum(), (long)records * rows, counts[place]))];
    }

    /// <summary>Detections of faults by every method; the others' thresholds are set to our measured false alarms on the same rows.</summary>
    /// <param name="calibrationRows">Rows of normal operation to calibrate on.</param>
    /// <param name="normalRows">Rows of normal operation to set the others' thresholds on.</param>
    /// <param name="ratePerRow">Declared rate of ours.</param>
    /// <param name="faults">The faults.</param>
    /// <param name="records">Records of each.</param>
    public (long FalseAlarms, IReadOnlyList<DetectionRow> Rows) Detections(int calibrationRows, int normalRows, double ratePerRow, IReadOnlyList<TankFault> faults, int records)
    {
        ArgumentNullException.ThrowIfNull(faults);
        SurpriseCalibration calibration = SurpriseCalibration.Fit(Normal("calibration 0", calibrationRows));
        IAlarmScore[] others = Others(calibrationRows);
        SurpriseMonitor monitor = calibration.Monitor(ratePerRow);
        var scores = others.Select(_ => new List<double>()).ToArray();
        Run(new TwoTanks(new RandomStream(seed, "judged normal")), new PredictionErrors(model), normalRows, (observation, action, errors) =>
        {
            monitor.Step(errors);
            for (int other = 0; other < others.Length; other++)
                scores[other].Add(others[other].Next(observation, action, errors));
        });
        double[] thresholds = [.. scores.Select(list => AlarmThreshold.For(list, (int)monitor.Alarms, calibration.Hold))];
        var table = new List<DetectionRow>();
        foreach (TankFault fault in faults)
        {
            var delays = Enumerable.Range(0, others.Length + 1).Select(_ => new List<double>()).ToArray();
            for (int record = 0; record < records; record++)
                Judge(fault, record, calibration.Monitor(ratePerRow), others, thresholds, delays);
            table.Add(new DetectionRow(fault, "orrery watch", delays[^1].Count, records, Quantiles.Of(delays[^1], 0.5)));
            for (int other = 0; other < others.Length; other++)
                table.Add(new DetectionRow(fault, others[other].Name, delays[other].Count, records, Quantiles.Of(delays[other], 0.5)));
        }

        return (monitor.Alarms, table);
    }

    /// <summary>One record: normal, then the fault. An alarm that began before the fault counts for nobody.</summary>
    private void Judge(TankFault fault, int record, SurpriseMonitor monitor, IAlarmScore[] others, double[] thresholds, List<double>[] delays)
    {
        TwoTanks tanks = new(new RandomStream(seed, $"fault {fault.Kind} {record}"));
        PredictionErrors errors = new(model);
        double[] found = new double[others.Length + 1];
        Array.Fill(found, double.NaN);
        foreach (IAlarmScore other in others)
            other.Restart();
        int at = -Before;
        RowAction look = (observation, action, row) =>
        {
            if (monitor.Step(row).Change == AlarmChange.Began && double.IsNaN(found[^1]))
                found[^1] = at;
            for (int other = 0; other < others.Length; other++)
                if (others[other].Next(observation, action, row) >= thresholds[other] && double.IsNaN(found[other]))
                    found[other] = at;
            at++;
        };
        Run(tanks, errors, Before, look);
        tanks.Break(fault);
        Run(tanks, errors, Within, look);
        for (int method = 0; method < found.Length; method++)
            if (found[method] >= 0)
                delays[method].Add(found[method]);
    }

    private IAlarmScore[] Others(int rows)
    {
        var columns = new List<float[]>();
        var errorRows = new List<float[]>();
        Run(new TwoTanks(new RandomStream(seed, "calibration 0")), new PredictionErrors(model), rows, (observation, action, errors) =>
        {
            columns.Add([.. observation, .. action]);
            if (!float.IsNaN(errors[0]))
                errorRows.Add(errors.ToArray());
        });
        double[] means = [.. Enumerable.Range(0, 2).Select(output => errorRows.Average(row => (double)row[output]))];
        double[] deviations = [.. Enumerable.Range(0, 2).Select(output => Math.Sqrt(errorRows.Average(row => Math.Pow(row[output] - means[output], 2))))];
        double[] changes = [.. Enumerable.Range(0, 2).Select(output => Math.Sqrt(columns.Zip(columns.Skip(1)).Average(pair => Math.Pow(pair.Second[output] - pair.First[output], 2))))];
        return [new ResidualScore(means, deviations), new PersistenceScore(changes), new PrincipalComponentScore(columns, 0), new PrincipalComponentScore(columns, 4)];
    }

    private static void Run(TwoTanks tanks, PredictionErrors errors, int rows, RowAction look)
    {
        float[] observation = new float[2], action = new float[1], row = new float[errors.Layout.Size];
        for (int index = 0; index < rows; index++)
        {
            tanks.Next(observation, action);
            errors.Next(observation, action, row);
            look(observation, action, row);
        }
    }

    private delegate void RowAction(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> errors);
}
