using Orrery.Data.Spaces;

namespace Orrery.Environments.Process;

/// <summary>
/// A continuous stirred tank in which A becomes B and gives off heat (Arrhenius), cooled through a jacket. At its nominal operating point
/// it is unstable: left alone it goes out, or runs away.
/// </summary>
/// <remarks>
/// Equations and parameters: the standard example of Uppal, Ray and Poore 1974 in the form of Henson and Seborg, "Nonlinear Process
/// Control", 1997: q = V = 100 l, k0 = 7.2e10 /min, E/R = 8750 K, dH = -5e4 J/mol, rho c_p = 239 J/(l K), UA = 5e4 J/(min K).
/// </remarks>
public sealed class StirredTankReactor : ProcessEquations
{
    /// <summary>The relief valve opens at this temperature, K, and the episode is over.</summary>
    public const double TripTemperature = 420;

    private const double Flow = 100;
    private const double Volume = 100;
    private const double Frequency = 7.2e10;
    private const double Activation = 8750;
    private const double ReactionHeat = 5e4;
    private const double HeatCapacity = 239;
    private const double HeatTransfer = 5e4;
    private const double FeedConcentration = 1;
    private const double FeedTemperature = 350;

    /// <summary>Describes it.</summary>
    public StirredTankReactor()
        : base(
            "cstr",
            "An exothermic stirred tank reactor, unstable where it is run: hold its temperature by the coolant's.",
            [new(new Dimension("concentration", "mol/l", 0, FeedConcentration), 0.5, 0.01), new(new Dimension("temperature", "K", 250, 600), 350, 1)],
            [new(new Dimension("coolant", "K", 270, 330), 300)],
            [new(new Dimension("concentration", "mol/l", 0, 1.1), 0.002), new(new Dimension("temperature", "K", 250, 600), 0.1)],
            samplingTime: 0.05,
            timeUnit: "min",
            subSteps: 10,
            new ProcessLoop(1, 0, SetPointLow: 346, SetPointHigh: 354, RateLimit: 10, ShortestHold: 40, LongestHold: 160, Gain: 3, IntegralSteps: 60, Dither: 4))
    {
    }

    /// <inheritdoc/>
    public override string TripRule => $"The relief valve opened: the temperature reached {TripTemperature} K.";

    /// <inheritdoc/>
    public override void Derivative(ReadOnlySpan<double> state, ReadOnlySpan<double> inputs, Span<double> derivative)
    {
        var rate = Frequency * Math.Exp(-Activation / Math.Max(1, state[1])) * state[0];
        derivative[0] = (Flow / Volume * (FeedConcentration - state[0])) - rate;
        derivative[1] = (Flow / Volume * (FeedTemperature - state[1]))
            + (ReactionHeat / HeatCapacity * rate)
            + (HeatTransfer / (Volume * HeatCapacity) * (inputs[0] - state[1]));
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<double> state, Span<double> outputs)
    {
        outputs[0] = Within(Outputs[0].Dimension, state[0]);
        outputs[1] = Within(Outputs[1].Dimension, state[1]);
    }

    /// <inheritdoc/>
    public override bool IsTripped(ReadOnlySpan<double> state) => state[1] >= TripTemperature;
}
