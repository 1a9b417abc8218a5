using System.Globalization;
using Orrery.Data;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>Draws sets of hard limits of every form, such that they can be kept together.</summary>
internal static class RandomLimits
{
    public static readonly IReadOnlyList<string> Actions = ["inflow", "drain"];
    public static readonly IReadOnlyList<string> Observations = ["upper", "lower"];

    /// <summary>Draws until a set is not refused; most are not.</summary>
    public static HardLimitSet Draw(RandomStream random)
    {
        while (true)
        {
            try
            {
                HardLimitSet limits = new(Texts(random), Actions, Observations);
                _ = new HardLimitGuardrail(limits, new float[Actions.Count]);
                return limits;
            }
            catch (OrreryDataException)
            {
                // Two of them contradict each other, or forbid the start: draw again.
            }
        }
    }

    private static List<string> Texts(RandomStream random)
    {
        List<string> limits = [];
        foreach (string column in Actions)
        {
            string except = random.NextInt(2) == 0 ? " except interlocks" : "";
            limits.Add(Text($"0<={column}<={1 + random.NextInt(4)}"));
            if (random.NextInt(2) == 0)
                limits.Add(Text($"rate({column})<={0.05 + (random.NextInt(20) / 20.0)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"dwell({column})>={2 + random.NextInt(6)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"sum({column}, {2 + random.NextInt(12)})<={1 + random.NextInt(20)}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"if {Observations[random.NextInt(2)]}>{1 + random.NextInt(5)} then {column}<={random.NextInt(2)}"));
        }

        if (random.NextInt(2) == 0)
            limits.Add(Text($"not (inflow>{1 + random.NextInt(2)} and drain<{0.5 + random.NextInt(2)})"));
        return limits;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
