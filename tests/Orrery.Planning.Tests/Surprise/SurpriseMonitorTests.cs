using Orrery.Data;
using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Surprise;

public class SurpriseMonitorTests
{
    private static readonly ResidualLayout Layout = new([new("level", "V"), new("flow", "l/min")], [1, 4]);

    [Theory]
    [InlineData(0.7, 0.005)]
    [InlineData(0.0, 0.002)]
    [InlineData(0.7, 0.002)]
    public void False_alarms_keep_to_the_declared_rate_whether_errors_are_independent_or_not(double correlation, double rate)
    {
        World world = new(correlation, 11);
        long alarms = 0, rows = 0;
        for (int trial = 0; trial < 5; trial++)
        {
            SurpriseMonitor monitor = SurpriseCalibration.Fit(world.Record(2500)).Monitor(rate);
            for (int row = 0; row < 3 / rate; row++)
                monitor.Step(world.Next());
            alarms += monitor.Alarms;
            rows += monitor.Rows;
        }

        Assert.True(alarms <= rows * rate, $"{alarms} alarms in {rows} rows, {rate} were declared");
    }

    [Theory]
    [InlineData(1, SurpriseKind.Above)]
    [InlineData(-1, SurpriseKind.Below)]
    public void A_shift_is_named_with_its_output_direction_onset_and_size(int sign, SurpriseKind kind)
    {
        World world = new(0, 3);
        SurpriseMonitor monitor = SurpriseCalibration.Fit(world.Record(2000)).Monitor(1e-3);
        SurpriseAlarm? alarm = null;
        for (int row = 0; row < 400 && alarm is null; row++)
        {
            world.Shift = row < 200 ? 0 : 1.5 * sign;
            SurpriseStep step = monitor.Step(world.Next());
            alarm = step.Change == AlarmChange.Began ? step.Alarm : null;
        }

        Assert.NotNull(alarm);
        Assert.Equal((kind, "level"), (alarm.Kind, alarm.Name));
        Assert.InRange(alarm.Row, 200, 225);
        Assert.InRange(alarm.Onset, 193, 212);
        Assert.Equal(sign, Math.Sign(alarm.Size));
        string sentence = alarm.Sentence(2, "s");
        Assert.Contains(sign > 0 ? " V above what was predicted" : " V below what was predicted", sentence, StringComparison.Ordinal);
        Assert.Contains($"since about row {alarm.Onset + 1} ({2 * (alarm.Row - alarm.Onset)} s before the alarm)", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spike_of_one_row_is_seen_in_that_row_and_is_over_soon()
    {
        World world = new(0, 5);
        SurpriseCalibration calibration = SurpriseCalibration.Fit(world.Record(3000));
        SurpriseMonitor monitor = calibration.Monitor(1e-3);
        long ended = -1;
        for (int row = 0; row < 200; row++)
        {
            world.Shift = row == 100 ? 15 : 0;
            SurpriseStep step = monitor.Step(world.Next());
            Assert.Equal(row == 100, step.Change == AlarmChange.Began);
            if (step.Change == AlarmChange.Ended)
                (ended, _) = (row, step.Alarm!.LastRow);
            if (row == 100)
            {
                Assert.Equal(1.0 / 2997, step.JointPValue, 12);
                Assert.Equal(1.0 / 2997, monitor.PValue(0), 12);
            }
        }

        Assert.InRange(ended, 100 + calibration.Hold, 100 + calibration.Hold + 40);
    }

    [Fact]
    public void Errors_that_become_too_small_are_called_quiet()
    {
        World world = new(0, 6);
        SurpriseMonitor monitor = SurpriseCalibration.Fit(world.Record(3000)).Monitor(1e-3);
        SurpriseAlarm? alarm = null;
        for (int row = 0; row < 300 && alarm is null; row++)
        {
            world.Scale = row < 100 ? 1 : 0.05;
            alarm = monitor.Step(world.Next()).Alarm;
        }

        Assert.Equal(SurpriseKind.Quieter, alarm?.Kind);
        Assert.Equal("level", alarm!.Name);
    }

    [Fact]
    public void Missing_errors_are_no_surprise_and_a_gap_forgets()
    {
        World world = new(0, 7);
        SurpriseMonitor monitor = SurpriseCalibration.Fit(world.Record(500)).Monitor(1e-3);
        for (int row = 0; row < 100; row++)
        {
            SurpriseStep step = monitor.Step([float.NaN, float.PositiveInfinity, float.NaN, float.NaN]);
            Assert.True(double.IsNaN(step.Level) && step.Alarm is null);
        }

        monitor.Step(world.Next());
        monitor.Restart();
        Assert.Equal((101, 0), (monitor.Rows, monitor.Alarms));
    }

    [Fact]
    public void Slow_drift_raises_alarms_unless_it_is_declared_normal()
    {
        World world = new(0, 8);
        ResidualRecord record = world.Record(2000);
        long[] alarms = new long[2];
        for (int adaptive = 0; adaptive < 2; adaptive++)
        {
            SurpriseMonitor monitor = SurpriseCalibration.Fit(record, new SurpriseOptions(adaptive == 0 ? 0 : 500)).Monitor(1e-4);
            for (int row = 0; row < 4000; row++)
            {
                world.Shift = row * 0.00025;
                monitor.Step(world.Next());
            }

            alarms[adaptive] = monitor.Alarms;
        }

        Assert.True(alarms[0] >= 1);
        Assert.Equal(0, alarms[1]);
    }

    [Fact]
    public void A_row_allocates_nothing()
    {
        World world = new(0, 9);
        SurpriseMonitor monitor = SurpriseCalibration.Fit(world.Record(500)).Monitor(1e-6);
        float[][] errors = [.. Enumerable.Range(0, 100).Select(_ => world.Next())];
        monitor.Step(errors[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int row = 0; row < 100; row++)
            monitor.Step(errors[row]);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void What_normal_operation_cannot_vouch_for_is_said()
    {
        SurpriseCalibration calibration = SurpriseCalibration.Fit(new World(0, 10).Record(1000));
        Assert.True(calibration.Supports(1e-3));
        Assert.False(calibration.Supports(0.9e-3));
        Assert.Equal(1e-3, calibration.LowestSupportedRate);
        Assert.Equal(86_400, SurpriseCalibration.RowsNeeded(FalseAlarmRate.OncePerDay.PerRow(1, "s")));
        Assert.True(calibration.Threshold(1e-5) > calibration.Threshold(1e-4));
        ArgumentException problem = Assert.Throws<ArgumentException>(() => SurpriseCalibration.Fit(new World(0, 10).Record(59)));
        Assert.Contains("59 rows of prediction errors came; at least 60", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_normal_operation_are_kept_and_give_the_same_threshold()
    {
        string path = Path.Combine(Path.GetTempPath(), $"orrery-surprise-{Guid.NewGuid():N}.safetensors");
        try
        {
            ResidualRecord record = new World(0, 12).Record(300);
            SurpriseSource source = new("m", "held-out rows", "s", "time");
            SurpriseStore.Save(path, record, source);
            (ResidualRecord again, SurpriseSource from) = SurpriseStore.Load(path);
            Assert.Equal(source, from);
            Assert.Equal(SurpriseCalibration.Fit(record).Threshold(1e-3), SurpriseCalibration.Fit(again).Threshold(1e-3));
            File.WriteAllText(path, "not this");
            Assert.Throws<OrreryDataException>(() => SurpriseStore.Load(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(1, "s", "60 s")]
    [InlineData(60, "s", "60 min")]
    [InlineData(900, "s", "15 h")]
    [InlineData(1, "min", "60 min")]
    [InlineData(5, "min", "5 h")]
    [InlineData(1, "step", "60 steps")]
    public void The_time_since_the_onset_is_told_as_people_say_it(double samplingTime, string unit, string expected) =>
        Assert.Contains(
            $"({expected} before the alarm)",
            new SurpriseAlarm(100, 40, null, SurpriseKind.Above, 0, "level", "m", 1, 0.5, 3, 10, 1e-5).Sentence(samplingTime, unit), StringComparison.Ordinal);

    /// <summary>Two outputs whose errors are autocorrelated, and 4 rows ahead the sum of the last 4.</summary>
    private sealed class World(double correlation, ulong seed)
    {
        private readonly RandomStream _random = new(seed, "errors");
        private readonly double[] _state = new double[2];
        private readonly double[,] _last = new double[4, 2];
        private int _row;

        public double Shift { get; set; }

        public double Scale { get; set; } = 1;

        public float[] Next()
        {
            float[] errors = new float[4];
            for (int output = 0; output < 2; output++)
            {
                _state[output] = (correlation * _state[output]) + (Math.Sqrt(1 - (correlation * correlation)) * _random.NextNormal());
                double scale = output == 0 ? Scale : 1;
                _last[_row % 4, output] = (scale * _state[output]) + (output == 0 ? Shift : 0);
                errors[output] = (float)_last[_row % 4, output];
                for (int back = 0; back < 4; back++)
                    errors[2 + output] += (float)_last[back, output];
            }

            _row++;
            return errors;
        }

        public ResidualRecord Record(int rows)
        {
            ResidualRecord record = new(Layout);
            for (int row = 0; row < rows; row++)
                record.Add(Next());
            return record;
        }
    }
}
