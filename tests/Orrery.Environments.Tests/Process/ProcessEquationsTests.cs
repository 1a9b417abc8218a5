using Orrery.Environments.Process;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Process;

public class ProcessEquationsTests
{
    public static TheoryData<string> Names => [.. EnvironmentCatalogue.Processes];

    private static double[] Nominal(ProcessEquations equations) => [.. equations.States.Select(state => state.Nominal)];

    private static double[] NominalInputs(ProcessEquations equations) => [.. equations.Inputs.Select(input => input.Nominal)];

    private static double[] Derivative(ProcessEquations equations, double[] state, double[] inputs)
    {
        var derivative = new double[state.Length];
        equations.Derivative(state, inputs, derivative);
        return derivative;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_nominal_operating_point_is_an_equilibrium(string name)
    {
        var equations = EnvironmentCatalogue.CreateProcess(name);
        var state = Nominal(equations);
        var derivative = Derivative(equations, state, NominalInputs(equations));
        for (var i = 0; i < state.Length; i++)
            Assert.True(Math.Abs(derivative[i]) * equations.SamplingTime < 2e-3 * Math.Abs(state[i]), $"{equations.States[i].Dimension.Name} moves by {derivative[i]}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Halving_the_sub_step_changes_a_trajectory_by_less_than_a_ten_thousandth(string name)
    {
        var equations = EnvironmentCatalogue.CreateProcess(name);
        double[] coarse = Nominal(equations), fine = Nominal(equations), inputs = NominalInputs(equations), outputs = new double[equations.Outputs.Count];
        var controller = new MediocreController(equations, new RandomStream(3, "controller"));
        for (var step = 0; step < 400; step++)
        {
            equations.Measure(coarse, outputs);
            inputs[equations.Loop.Input] = controller.Act(outputs[equations.Loop.Output]);
            equations.Advance(coarse, inputs);
            equations.Advance(fine, inputs, refinement: 2);
            for (var i = 0; i < coarse.Length; i++)
                Assert.True(Math.Abs(coarse[i] - fine[i]) <= 1e-4 * Math.Abs(fine[i]), $"step {step}: {coarse[i]} and {fine[i]}");

            // An unstable process would magnify any difference without end.
            if (step % 20 == 19)
                coarse.CopyTo(fine, 0);
        }
    }

    [Fact]
    public void The_reactor_of_the_textbooks_is_unstable_at_half_conversion_and_350_K()
    {
        var reactor = new StirredTankReactor();
        var derivative = Derivative(reactor, [0.5, 350], [300]);
        Assert.True(Math.Abs(derivative[0]) < 1e-3 && Math.Abs(derivative[1]) < 0.02);

        foreach (var push in (double[])[-0.1, 0.1])
        {
            double[] state = [0.5, 350 + push];
            for (var step = 0; step < 40; step++)
                reactor.Advance(state, [300]);
            Assert.True(Math.Abs(state[1] - 350) > 10 * Math.Abs(push), $"{push} K became {state[1] - 350} K");
            Assert.Equal(Math.Sign(push), Math.Sign(state[1] - 350));
        }
    }

    [Fact]
    public void The_tanks_settle_where_Torricelli_says_and_conserve_water()
    {
        var tanks = new CascadedTanks();
        double[] state = [4, 7];
        for (var step = 0; step < 3000; step++)
            tanks.Advance(state, [4]);

        // Inflow 0.032 u equals outflow 0.05 sqrt(level) in both.
        var settled = Math.Pow(0.032 * 4 / 0.05, 2);
        Assert.Equal(settled, state[0], 1e-6);
        Assert.Equal(settled, state[1], 1e-6);

        // What the two gain together is what comes in less what leaves the lower one.
        var derivative = Derivative(tanks, [6, 3], [5]);
        Assert.Equal((0.032 * 5) - (0.05 * Math.Sqrt(3)), derivative[0] + derivative[1], 1e-12);
    }

    [Fact]
    public void What_spills_over_the_upper_rim_falls_partly_into_the_lower_tank()
    {
        var tanks = new CascadedTanks();
        double[] state = [10.2, 2];
        double[] full = Derivative(tanks, state, [10]), level = Derivative(tanks, [CascadedTanks.Rim, 2], [10]);
        var spill = Math.Pow(0.2, 1.5);
        Assert.Equal(0.32 - (0.05 * Math.Sqrt(10.2)) - spill, full[0], 1e-12);
        Assert.Equal((0.05 * Math.Sqrt(10.2)) + (CascadedTanks.CaughtShare * spill) - (0.05 * Math.Sqrt(2)), full[1], 1e-12);
        Assert.True(level[0] > 0);

        for (var step = 0; step < 500; step++)
            tanks.Advance(state, [10]);
        Assert.InRange(state[0], CascadedTanks.Rim, CascadedTanks.Rim + 0.5);
        var output = new double[1];
        tanks.Measure(state, output);
        Assert.Equal(CascadedTanks.Rim, output[0]);
    }

    [Fact]
    public void The_neutralisation_tank_has_the_papers_pH_at_its_nominal_flows()
    {
        Assert.Equal(7, NeutralisationTank.Acidity(-4.32e-4, 5.28e-4), 0.05);
        Assert.Equal(7, NeutralisationTank.Acidity(0, 0), 1e-6);
        Assert.Equal(3, NeutralisationTank.Acidity(1e-3, 0), 1e-3);
    }

    [Fact]
    public void The_pH_balances_the_charges_wherever_the_invariants_lie()
    {
        var random = new RandomStream(1, "invariants");
        for (var i = 0; i < 2000; i++)
        {
            double charge = -3e-2 + (3.3e-2 * random.NextDouble()), carbonate = 3e-2 * random.NextDouble();
            var acidity = NeutralisationTank.Acidity(charge, carbonate);
            double first = Math.Pow(10, 6.35 - acidity), second = Math.Pow(10, acidity - 10.25);
            var balance = charge + Math.Pow(10, acidity - 14) - Math.Pow(10, -acidity) + (carbonate * (1 + (2 * second)) / (1 + first + second));
            Assert.True(Math.Abs(balance) < 1e-8, $"W_a {charge}, W_b {carbonate}: pH {acidity} leaves {balance}");
        }
    }

    [Fact]
    public void The_room_settles_where_heat_in_equals_heat_out()
    {
        var room = new RoomHeating();
        double[] state = [20, 20];
        for (var step = 0; step < 4000; step++)
            room.Advance(state, [4, 0, 0.1]);

        // 4 kW and the sun's 0.2 kW leave through 1 and 4 K/kW.
        Assert.Equal(4.2 * 5, state[0], 1e-6);
        Assert.Equal(4.2 * 4, state[1], 1e-6);
    }
}
