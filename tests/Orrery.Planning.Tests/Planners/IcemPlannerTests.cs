using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

public class IcemPlannerTests
{
    private static readonly SearchOptions Small = new(Horizon: 4, Candidates: 30, Iterations: 3);

    [Fact]
    public void It_solves_a_double_integrator_and_beats_random_shooting_with_as_many_evaluations()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var plan = new IcemPlanner(new SearchOptions(TestProblems.Horizon, Candidates: 60, Iterations: 12)).Plan(
                TestProblems.DoubleIntegrator(), null, new RandomStream(seed, "search"));
            var shot = TestProblems.Shoot(TestProblems.DoubleIntegrator(), plan.Evaluations, seed);
            Assert.InRange(plan.Cost, 0, 0.01);
            Assert.True(plan.Cost < shot.Cost, $"searched {plan.Cost}, shot {shot.Cost}");
        }
    }

    [Fact]
    public void Fewer_candidates_are_drawn_from_round_to_round_but_never_fewer_than_twice_the_elites()
    {
        // 100, 50, 25, then 2 x 8; the mean joins the last round.
        var plan = new IcemPlanner(Small with { Candidates = 100, Iterations = 5 }, new IcemOptions(Elites: 8, CandidateDecay: 2)).Plan(
            TestProblems.DoubleIntegrator(), null, new RandomStream(0, "rounds"));
        Assert.Equal(100 + 50 + 25 + 16 + 16 + 1, plan.Evaluations);
    }

    [Fact]
    public void The_elites_of_the_plan_before_are_tried_again_shifted_by_what_was_executed()
    {
        var dynamics = TestProblems.DoubleIntegratorDynamics();
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([6, 0])], new ActionLimits([-1], [1]));
        var planner = new IcemPlanner(Small with { Replan = 2 }, new IcemOptions(Elites: 10, Reuse: 0.3));
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var after = planner.Plan(problem, before, new RandomStream(1, "after"));
        Assert.Equal(before.Evaluations + 3, after.Evaluations);

        // Of the three, the first is the plan itself.
        var was = before.Actions.ToArray();
        Assert.Equal([was[2], was[3], was[3], was[3]], asked[30]);
        for (var elite = 1; elite <= 3; elite++)
        {
            var own = before.Carried.ToArray()[(4 * elite)..((4 * elite) + 4)];
            Assert.Equal([own[2], own[3], own[3], own[3]], asked[29 + elite]);
        }
    }

    [Fact]
    public void Another_instance_goes_on_from_a_plan_to_the_same_bits()
    {
        var problem = TestProblems.DoubleIntegrator();
        var planner = new IcemPlanner(Small);
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        var one = planner.Plan(problem, before, new RandomStream(1, "after"));
        var other = new IcemPlanner(Small).Plan(problem, before, new RandomStream(1, "after"));
        Assert.Equal(one.Actions.ToArray(), other.Actions.ToArray());
        Assert.Equal(one.Carried.ToArray(), other.Carried.ToArray());
    }

    [Fact]
    public void The_momentum_keeps_a_share_of_the_old_mean()
    {
        var dynamics = TestProblems.DoubleIntegratorDynamics();
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([6, 0])], new ActionLimits([-9], [9]), previousAction: [2]);
        var plan = new IcemPlanner(new SearchOptions(Horizon: 1, Candidates: 4, Iterations: 1, Deviation: 0.01), new IcemOptions(Elites: 2, Momentum: 0.25, Reuse: 0)).Plan(
            problem, null, new RandomStream(0, "momentum"));

        // The two that go furthest to the goal, among them perhaps the mean itself, and a quarter of the mean before, which is the action before.
        var elites = asked.Take(5).Select(actions => actions[0]).OrderDescending().Take(2).Average();
        Assert.Equal((0.25 * 2) + (0.75 * elites), plan.Carried.Span[0], 1e-5);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void Noise_has_variance_one_everywhere_and_the_power_that_its_exponent_says(double exponent)
    {
        const int moves = 12;
        const int draws = 20_000;
        var noise = new PowerLawNoise(moves, exponent);
        var random = new RandomStream(0, "noise");
        var ones = Enumerable.Repeat(1f, 2 * moves).ToArray();
        var variance = new double[2 * moves];
        var power = new double[(moves / 2) + 1];
        for (var draw = 0; draw < draws; draw++)
        {
            var proposal = new float[2 * moves];
            noise.Add(random, proposal, ones);
            for (var i = 0; i < proposal.Length; i++)
                variance[i] += (double)proposal[i] * proposal[i] / draws;
            for (var frequency = 1; frequency < moves / 2; frequency++)
                power[frequency] += Power(proposal, frequency) / draws;
        }

        Assert.All(variance, value => Assert.InRange(value, 0.95, 1.05));
        for (var frequency = 2; frequency < moves / 2; frequency++)
            Assert.InRange(power[frequency] / power[1] * Math.Pow(frequency, exponent), 0.93, 1.07);

        static double Power(float[] proposal, int frequency)
        {
            double real = 0;
            double imaginary = 0;
            for (var move = 0; move < moves; move++)
            {
                real += proposal[2 * move] * Math.Cos(2 * Math.PI * frequency * move / moves);
                imaginary += proposal[2 * move] * Math.Sin(2 * Math.PI * frequency * move / moves);
            }

            return (real * real) + (imaginary * imaginary);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void White_noise_over_few_moves_is_uncorrelated(int moves)
    {
        const int draws = 20_000;
        var noise = new PowerLawNoise(moves, 0);
        var random = new RandomStream(0, "noise");
        var ones = Enumerable.Repeat(1f, moves).ToArray();
        var products = new double[moves, moves];
        for (var draw = 0; draw < draws; draw++)
        {
            var proposal = new float[moves];
            noise.Add(random, proposal, ones);
            for (var one = 0; one < moves; one++)
            {
                for (var other = 0; other < moves; other++)
                    products[one, other] += (double)proposal[one] * proposal[other] / draws;
            }
        }

        for (var one = 0; one < moves; one++)
        {
            for (var other = 0; other < moves; other++)
                Assert.Equal(one == other ? 1 : 0, products[one, other], 0.04);
        }
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IcemPlanner(options: new IcemOptions(Elites: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IcemPlanner(options: new IcemOptions(NoiseExponent: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IcemPlanner(options: new IcemOptions(Reuse: 1.1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IcemPlanner(options: new IcemOptions(CandidateDecay: 0.9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IcemPlanner(options: new IcemOptions(Momentum: 1)));
    }
}
