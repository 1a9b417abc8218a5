using Orrery.Data.Spaces;

namespace Orrery.Environments.Process;

/// <summary>
/// Two tanks above each other. A pump fills the upper one, which drains into the lower one, which drains into the reservoir (Torricelli:
/// outflow goes with the root of the level). What spills over the upper tank's rim falls partly into the lower one, and a level sensor
/// shows no more than 10 V.
/// </summary>
/// <remarks>
/// After Schoukens, Mattsson, Wigren and Noël, "Cascaded tanks benchmark combining soft and hard nonlinearities", 2016, which gives the
/// equations but no numbers: the coefficients here are ours, of the size that fits its record. The rim is a weir (spill ~ head^1.5).
/// </remarks>
public sealed class CascadedTanks : ProcessEquations
{
    /// <summary>Level of both rims, V of the level sensor.</summary>
    public const double Rim = 10;

    /// <summary>Part of the upper tank's spill that falls into the lower one.</summary>
    public const double CaughtShare = 0.6;

    private const double UpperOutlet = 0.05;
    private const double LowerOutlet = 0.05;
    private const double PumpGain = 0.032;
    private const double WeirCoefficient = 1;

    /// <summary>Describes it.</summary>
    public CascadedTanks()
        : base(
            "cascaded-tanks",
            "Two tanks above each other with overflow: hold the lower level by the pump's voltage.",
            [new(new Dimension("upper", "V", 0, 11), 5, 0.3), new(new Dimension("lower", "V", 0, 11), 5, 0.3)],
            [new(new Dimension("pump", "V", 0, 10), UpperOutlet * Math.Sqrt(5) / PumpGain)],
            [new(new Dimension("level", "V", 0, Rim), 0.02)],
            samplingTime: 4,
            timeUnit: "s",
            subSteps: 4,
            new ProcessLoop(0, 0, SetPointLow: 2, SetPointHigh: 9, RateLimit: 2, ShortestHold: 40, LongestHold: 160, Gain: 0.5, IntegralSteps: 60, Dither: 2))
    {
    }

    /// <inheritdoc/>
    public override void Derivative(ReadOnlySpan<double> state, ReadOnlySpan<double> inputs, Span<double> derivative)
    {
        var between = UpperOutlet * Math.Sqrt(Math.Max(0, state[0]));
        var spill = Spill(state[0]);
        derivative[0] = (PumpGain * inputs[0]) - between - spill;
        derivative[1] = between + (CaughtShare * spill) - (LowerOutlet * Math.Sqrt(Math.Max(0, state[1]))) - Spill(state[1]);
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<double> state, Span<double> outputs) => outputs[0] = Within(Outputs[0].Dimension, state[1]);

    /// <summary>What runs over a rim, V/s.</summary>
    private static double Spill(double level)
    {
        var head = Math.Max(0, level - Rim);
        return WeirCoefficient * head * Math.Sqrt(head);
    }
}
