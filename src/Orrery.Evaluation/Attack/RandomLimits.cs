using System.Globalization;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>Draws sets of hard limits of every form for a plant's columns, such that they can be kept together.</summary>
internal static class RandomLimits
{
    /// <summary>Draws until a set is not refused; most are not.</summary>
    /// <returns>The limits, and a command that they allow at the start.</returns>
    public static (HardLimitSet Limits, float[] Start) Draw(AttackedPlant plant, RandomStream random)
    {
        IReadOnlyList<Dimension> actions = plant.Actions.Dimensions, measurements = plant.Measurements.Dimensions;
        while (true)
        {
            try
            {
                double[] start = new double[actions.Count];
                HardLimitSet limits = new(
                    Texts(actions, measurements, start, random), [.. actions.Select(column => column.Name)], [.. measurements.Select(column => column.Name)]);
                float[] begins = [.. start.Select(value => (float)value)];
                _ = new HardLimitGuardrail(limits, begins);
                return (limits, begins);
            }
            catch (OrreryDataException)
            {
                // Two of them contradict each other, or forbid the start: draw again.
            }
        }
    }

    private static List<string> Texts(IReadOnlyList<Dimension> actions, IReadOnlyList<Dimension> measurements, double[] start, RandomStream random)
    {
        List<string> limits = [];
        for (int place = 0; place < actions.Count; place++)
        {
            Dimension column = actions[place];
            double span = column.High - column.Low, low = Tenth(column, random.NextInt(3)), high = Tenth(column, 4 + random.NextInt(7));
            string name = column.Name, except = random.NextInt(2) == 0 ? " except interlocks" : "";
            start[place] = column.Low < 0 ? Math.Max(low, Math.Min(high, 0)) : low;
            limits.Add(Text($"{low}<={name}<={high}"));
            if (random.NextInt(2) == 0)
                limits.Add(Text($"rate({name})<={Round(span * (1 + random.NextInt(20)) / 60)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"dwell({name})>={2 + random.NextInt(6)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(Budget(column, Math.Abs(start[place]), Math.Max(Math.Abs(low), Math.Abs(high)), random));
            if (random.NextInt(3) == 0)
                limits.Add(Interlock(name, measurements[random.NextInt(measurements.Count)], low, high, random));
        }

        if (actions.Count > 1 && random.NextInt(2) == 0)
            limits.Add(Text($"not ({actions[0].Name}>{Tenth(actions[0], 4 + random.NextInt(3))} and {actions[1].Name}<{Tenth(actions[1], 3 + random.NextInt(3))})"));
        return limits;
    }

    // At least what the least command needs, at most what the largest would.
    private static string Budget(Dimension column, double least, double most, RandomStream random)
    {
        int window = 2 + random.NextInt(12);
        double total = Round(window * (least + ((most - least) * (1 + random.NextInt(9)) / 10)));
        return column.Low < 0 ? Text($"sum(abs({column.Name}), {window})<={total}") : Text($"sum({column.Name}, {window})<={total}");
    }

    private static string Interlock(string name, Dimension measurement, double low, double high, RandomStream random)
    {
        double threshold = Tenth(measurement, 1 + random.NextInt(8)), value = Round(low + ((high - low) * random.NextInt(5) / 4));
        string above = random.NextInt(2) == 0 ? ">" : "<", relation = random.NextInt(3) switch { 0 => "=", 1 => "<=", _ => ">=" };
        return Text($"if {measurement.Name}{above}{threshold} then {name}{relation}{value}");
    }

    private static double Tenth(Dimension column, int tenths) => Round(column.Low + ((column.High - column.Low) * tenths / 10));

    private static double Round(double value) => Math.Round(value, 4);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
