using Orrery.Environments.Process;
using Orrery.Evaluation.Tracking;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Tracking;

public sealed class StateEstimatorTests
{
    [Fact]
    public void What_no_sensor_shows_is_found_from_what_they_do()
    {
        NeutralisationTank tank = new();
        (float[] estimated, float[] state) = Run(new StateEstimator(tank), tank, 11, 60)[^1];
        for (int place = 0; place < state.Length; place++)
            Assert.InRange(Math.Abs(estimated[place] - state[place]), 0, 0.1 * tank.States[place].Spread);
    }

    [Fact]
    public void An_estimate_errs_less_than_the_sensor()
    {
        StirredTankReactor reactor = new();
        double squares = Run(new StateEstimator(reactor), reactor, 12, 120).Skip(20).Average(pair => Math.Pow(pair.Estimated[1] - pair.State[1], 2));
        Assert.True(Math.Sqrt(squares) < 0.5 * reactor.Outputs[1].Noise, $"{Math.Sqrt(squares)} against noise of {reactor.Outputs[1].Noise}");
    }

    [Fact]
    public void Another_episode_begins_anew()
    {
        NeutralisationTank tank = new();
        StateEstimator used = new(tank);
        Run(used, tank, 11, 30);
        Assert.Equal(Run(new StateEstimator(tank), tank, 13, 30)[^1].Estimated, Run(used, tank, 13, 30)[^1].Estimated);
    }

    private static List<(float[] Estimated, float[] State)> Run(StateEstimator estimator, ProcessEquations equations, ulong seed, int steps)
    {
        using ProcessEnvironment environment = new(equations);
        environment.Reset(seed);
        TrackingRows rows = new(equations.Outputs.Count, equations.Inputs.Count);
        rows.Add(environment);
        RandomStream random = new(seed, "commands");
        float[] action = [.. rows.Inputs];
        List<(float[] Estimated, float[] State)> pairs = [];
        for (int step = 0; step < steps; step++)
        {
            // A walk about the nominal command, so that the reactor does not run away.
            action[equations.Loop.Input] = (float)(equations.Inputs[equations.Loop.Input].Nominal + (0.3 * equations.Loop.RateLimit * random.NextNormal()));
            environment.Step(action);
            rows.Add(environment);
            float[] estimated = new float[equations.States.Count], state = new float[equations.States.Count];
            environment.ReadState(state);
            estimator.Estimate(rows, estimated);
            pairs.Add((estimated, state));
        }

        return pairs;
    }
}
