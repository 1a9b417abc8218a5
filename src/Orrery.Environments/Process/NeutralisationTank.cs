using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Process;

/// <summary>
/// A stirred tank in which an acid, a buffer and a base stream meet. What is conserved are two reaction invariants (charge and carbonate);
/// the pH follows from them by the charge balance, which no formula solves. Its slope changes more than tenfold over the range.
/// </summary>
/// <remarks>
/// Equations and parameters: Henson and Seborg, "Adaptive nonlinear control of a pH neutralization process", 1994. The level's outflow
/// coefficient is the one that makes the paper's nominal flows and level an equilibrium.
/// </remarks>
public sealed class NeutralisationTank : ProcessEquations
{
    private const double Area = 207;
    private const double OutletHeight = 11.5;
    private const double OutletExponent = 0.607;
    private const double NominalLevel = 14;
    private const double AcidFlow = 16.6;
    private const double BufferFlow = 0.55;
    private const double BaseFlow = 15.6;
    private const double AcidCharge = 3e-3;
    private const double BufferCharge = -3e-2;
    private const double BaseCharge = -3.05e-3;
    private const double BufferCarbonate = 3e-2;
    private const double BaseCarbonate = 5e-5;
    private const double BufferMove = 0.005;

    // ml/s per cm^n: what leaves at the nominal level is what comes.
    private static readonly double OutletCoefficient = (AcidFlow + BufferFlow + BaseFlow) / Math.Pow(NominalLevel + OutletHeight, OutletExponent);

    /// <summary>Describes it.</summary>
    public NeutralisationTank()
        : base(
            "ph-neutralisation",
            "An acid, a buffer and a base stream meet in a tank: hold the pH by the base's flow.",
            [
                new(new Dimension("charge", "mol/l", BufferCharge, AcidCharge), Mixed(AcidCharge, BufferCharge, BaseCharge), 2e-5),
                new(new Dimension("carbonate", "mol/l", 0, BufferCarbonate), Mixed(0, BufferCarbonate, BaseCarbonate), 5e-6),
                new(new Dimension("level", "cm", 1, 40), NominalLevel, 0.2),
            ],
            [
                new(new Dimension("base", "ml/s", 0, 30), BaseFlow),
                new(new Dimension("buffer", "ml/s", 0.2, 1, IsDisturbance: true), BufferFlow),
            ],
            [new(new Dimension("ph", "", 0, 14), 0.02), new(new Dimension("level", "cm", 0, 40), 0.05)],
            samplingTime: 10,
            timeUnit: "s",
            subSteps: 2,
            new ProcessLoop(0, 0, SetPointLow: 5.5, SetPointHigh: 9, RateLimit: 3, ShortestHold: 25, LongestHold: 100, Gain: 0.4, IntegralSteps: 12, Dither: 2))
    {
    }

    /// <summary>The pH of a solution with these invariants, to 1e-9.</summary>
    /// <param name="charge">W_a, mol/l.</param>
    /// <param name="carbonate">W_b, mol/l.</param>
    public static double Acidity(double charge, double carbonate)
    {
        // The balance rises with the pH, so that its root is bracketed; Newton's step where it stays inside, bisection where it does not.
        double low = 0, high = 14, acidity = 7;
        for (var iteration = 0; iteration < 60; iteration++)
        {
            var (balance, slope) = Balance(acidity, charge, carbonate);
            if (balance > 0)
                high = acidity;
            else
                low = acidity;
            var next = acidity - (balance / slope);
            if (!(next > low && next < high))
                next = (low + high) / 2;
            if (Math.Abs(next - acidity) < 1e-9)
                return next;
            acidity = next;
        }

        return acidity;
    }

    /// <inheritdoc/>
    public override void Derivative(ReadOnlySpan<double> state, ReadOnlySpan<double> inputs, Span<double> derivative)
    {
        double level = Math.Max(1, state[2]), baseFlow = inputs[0], buffer = inputs[1], volume = Area * level;

        // mol/l, ml/s and cm3: the millilitres cancel.
        derivative[0] = ((AcidFlow * (AcidCharge - state[0])) + (buffer * (BufferCharge - state[0])) + (baseFlow * (BaseCharge - state[0]))) / volume;
        derivative[1] = ((AcidFlow * -state[1]) + (buffer * (BufferCarbonate - state[1])) + (baseFlow * (BaseCarbonate - state[1]))) / volume;
        derivative[2] = (AcidFlow + buffer + baseFlow - (OutletCoefficient * Math.Pow(level + OutletHeight, OutletExponent))) / Area;
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<double> state, Span<double> outputs)
    {
        outputs[0] = Acidity(state[0], state[1]);
        outputs[1] = Within(Outputs[1].Dimension, state[2]);
    }

    /// <summary>The buffer's flow wanders, and jumps now and then.</summary>
    public override void Disturb(RandomStream random, int step, Span<double> memory, Span<double> disturbances)
    {
        ArgumentNullException.ThrowIfNull(random);
        const double jumpChance = 0.005;
        var jumps = random.NextDouble() < jumpChance;
        var moved = jumps ? 0.3 + (0.5 * random.NextDouble()) : disturbances[0] + (BufferMove * random.NextNormal());
        disturbances[0] = step == 0 ? BufferFlow : Within(Inputs[1].Dimension, moved);
    }

    private static double Mixed(double acid, double buffer, double baseStream) =>
        ((AcidFlow * acid) + (BufferFlow * buffer) + (BaseFlow * baseStream)) / (AcidFlow + BufferFlow + BaseFlow);

    // The charge balance W_a + 10^(pH-14) - 10^-pH + W_b (1 + 2 b) / (1 + a + b) and its slope, with a = 10^(pK1-pH), b = 10^(pH-pK2).
    private static (double Balance, double Slope) Balance(double acidity, double charge, double carbonate)
    {
        const double water = 1e-14, firstConstant = 4.4668359215096345e-7, secondConstant = 5.6234132519034906e-11;
        var hydrogen = Math.Exp(-Math.Log(10) * acidity);
        double hydroxide = water / hydrogen, first = hydrogen / firstConstant, second = secondConstant / hydrogen, sum = 1 + first + second;
        var share = (1 + (2 * second)) / sum;
        // d/dpH multiplies h by -ln 10 and 1/h by +ln 10.
        var shareSlope = ((2 * second) - (share * (second - first))) / sum;
        return (charge + hydroxide - hydrogen + (carbonate * share), Math.Log(10) * (hydroxide + hydrogen + (carbonate * shareSlope)));
    }
}
