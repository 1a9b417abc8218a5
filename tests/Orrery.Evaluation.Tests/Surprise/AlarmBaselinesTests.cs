using Orrery.Evaluation.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Surprise;

public class AlarmBaselinesTests
{
    [Fact]
    public void The_threshold_gives_the_wanted_number_of_alarms_and_one_step_lower_gives_more()
    {
        RandomStream random = new(1, "scores");
        double[] scores = [.. Enumerable.Range(0, 5000).Select(row => row % 10 == 0 ? double.NaN : random.NextNormal())];
        double threshold = AlarmThreshold.For(scores, 7, 5);
        Assert.Equal(7, AlarmThreshold.Count(scores, threshold, 5));
        Assert.True(AlarmThreshold.Count(scores, scores.Where(score => score < threshold).Max(), 5) >= 7);
        Assert.Equal(0, AlarmThreshold.Count(scores, AlarmThreshold.For(scores, 0, 5), 5));
    }

    [Fact]
    public void Rows_near_each_other_are_one_alarm()
    {
        double[] scores = [0, 9, 0, 9, 0, 0, 0, 9];
        Assert.Equal(2, AlarmThreshold.Count(scores, 5, 3));
        Assert.Equal(3, AlarmThreshold.Count(scores, 5, 1));
    }

    [Fact]
    public void Principal_components_see_a_broken_correlation_that_no_single_column_shows()
    {
        RandomStream random = new(2, "components");
        List<float[]> rows = [];
        for (int row = 0; row < 1000; row++)
        {
            float level = random.NextFloat();
            rows.Add([level, level + (0.01f * (float)random.NextNormal()), random.NextFloat()]);
        }

        PrincipalComponentScore score = new(rows, 0);
        double normal = score.Next([0.3f, 0.3f], [0.5f], [0]), broken = score.Next([0.3f, 0.7f], [0.5f], [0]);
        Assert.True(broken > 20 * normal, $"{normal} {broken}");
    }

    [Fact]
    public void Faults_of_the_tanks_are_what_they_say()
    {
        float[] plain = Record(null), biased = Record(new TankFault(TankFaultKind.Bias, 10)), spiked = Record(new TankFault(TankFaultKind.Spike, 10)), frozen = Record(new TankFault(TankFaultKind.Freeze, 0));
        for (int row = 0; row < 50; row++)
        {
            Assert.Equal(plain[row] + (row < 10 ? 0 : 0.5f), biased[row], 4);
            Assert.Equal(plain[row] + (row == 10 ? 0.5f : 0), spiked[row], 4);
            Assert.Equal(row < 10 ? plain[row] : plain[9], frozen[row]);
        }
    }

    /// <summary>The lower level, a fault from row 10 on.</summary>
    private static float[] Record(TankFault? fault)
    {
        TwoTanks tanks = new(new RandomStream(9, "tanks"));
        float[] observation = new float[2], action = new float[1], lower = new float[50];
        for (int row = 0; row < lower.Length; row++)
        {
            if (row == 10 && fault is { } broken)
                tanks.Break(broken);
            tanks.Next(observation, action);
            lower[row] = observation[1];
        }

        return lower;
    }
}
