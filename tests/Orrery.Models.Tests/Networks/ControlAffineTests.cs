using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Tests.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Networks;

/// <summary>Straight in the actions over a row, or at every instant of it.</summary>
public sealed class ControlAffineTests : IDisposable
{
    private const int States = 3;
    private const int Actions = 2;
    private const int Hidden = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_map_is_the_documented_equation(bool midpoint)
    {
        using ParameterBlock block = new(_backend);
        BypassedControlAffine map = Map(block, midpoint);
        float[] x = [0.4f, -0.7f, 0.2f, 0.9f, -1.3f];

        double[] expected = ByHand(block, x, midpoint);

        Assert.Equal(expected, Forward(map, x).Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>The second difference along an action: none for a map that is straight in it.</summary>
    [Theory]
    [InlineData(false, 0, 1e-5)]
    [InlineData(true, 1e-3, double.MaxValue)]
    public void Only_the_midpoint_lets_an_action_act_twice_within_a_row(bool midpoint, double least, double most)
    {
        using ParameterBlock block = new(_backend);
        BypassedControlAffine map = Map(block, midpoint);

        float[] low = Forward(map, [0.4f, -0.7f, 0.2f, -1, 0.5f]), middle = Forward(map, [0.4f, -0.7f, 0.2f, 0, 0.5f]), high = Forward(map, [0.4f, -0.7f, 0.2f, 1, 0.5f]);

        Assert.InRange(Math.Abs(low[0] - (2 * middle[0]) + high[0]), least, most);
    }

    [Fact]
    public void A_transition_of_no_known_name_is_refused_with_the_names_there_are()
    {
        RecipeException refused = Assert.Throws<RecipeException>(() => TrainingFixtures.Log("transition=affine"));

        Assert.Contains("'mlp', 'control-affine' or 'control-affine-midpoint'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beyond_the_flows_of_a_log_the_midpoint_predicts_a_tank_better()
    {
        using Dataset log = TankLog();

        double plain = ErrorBeyond(log, LogRecipe.ControlAffineTransition), midpoint = ErrorBeyond(log, LogRecipe.MidpointTransition);

        Assert.True(midpoint < 0.25 * plain, $"midpoint {midpoint}, control-affine {plain}");
    }

    /// <summary>A tank that reacts and is flushed, in 100 Euler steps a row: x' = u (1 - x) - .3 x.</summary>
    private static double Tank(double x, double u)
    {
        for (int step = 0; step < 100; step++)
            x += 0.01 * ((u * (1 - x)) - (0.3 * x));
        return x;
    }

    /// <summary>Flows between .1 and .5 are all that was ever seen.</summary>
    private Dataset TankLog()
    {
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("x")]), new VectorSpace("inputs", [new Dimension("u")]));
        RandomStream random = new(4, "flows");
        using (DatasetWriter writer = new(_folder.File("tank"), spaces, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("tank");
            double x = 0.5, u = 0.3;
            for (int row = 0; row < 1200; row++)
            {
                if (row % 4 == 0)
                    u = 0.1 + (0.4 * random.NextDouble());
                x = Tank(x, u);
                writer.Append([(float)x], [(float)u]);
            }

            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        return Dataset.Open(_folder.File("tank"));
    }

    /// <summary>Root mean square error of one row under flows of .7 to 1.2, from where a steady flow within the log's has led.</summary>
    private double ErrorBeyond(Dataset log, string transition)
    {
        Recipe recipe = TrainingFixtures.Log(
            $"transition={transition}", "latentSize=1", "hidden=8", "linearOrder=0", "history=4", "training.window=10", "training.updates=1500", "training.learningRate=0.01");
        TrainingFixtures.Train(recipe, log, _folder.File(transition));
        using WorldModel model = WorldModel.Load(_folder.File(transition), _backend);
        float[] latent = new float[model.LatentSize], next = new float[model.LatentSize], read = new float[1];
        double sum = 0;
        int count = 0;
        for (double flow = 0.15; flow < 0.5; flow += 0.1)
        {
            float rest = (float)(flow / (flow + 0.3));
            model.Encode([.. Enumerable.Repeat(rest, model.History)], [.. Enumerable.Repeat((float)flow, model.History)], latent);
            for (double beyond = 0.7; beyond < 1.25; beyond += 0.1, count++)
            {
                model.Rollout(latent, [(float)beyond], 1, 1, next);
                model.Read(next, 1, read);
                sum += Math.Pow(read[0] - Tank(rest, beyond), 2);
            }
        }

        return Math.Sqrt(sum / count);
    }

    private static BypassedControlAffine Map(ParameterBlock block, bool midpoint)
    {
        BypassedControlAffine map = new(block, "map", States, Actions, Hidden, midpoint, 0.3f, 1, new RandomStream(5, "weights"));
        block.Seal();
        RandomStream random = new(6, "linear");
        foreach (ref float value in map.Linear)
            value = (float)(0.5 * random.NextNormal());
        return map;
    }

    private float[] Forward(BypassedControlAffine map, float[] x)
    {
        using Tape tape = new(_backend) { Recording = false };
        return map.Forward(tape, tape.Constant(x, new Shape(1, States + Actions))).Span.ToArray();
    }

    private static double[] ByHand(ParameterBlock block, float[] x, bool midpoint)
    {
        float[] Values(string name) => block.Parameters.Single(parameter => parameter.Name == $"map.{name}").Value.Span.ToArray();
        float[] linear = Values("linear.weight"), inner = Values("inner.weight"), innerBias = Values("inner.bias"), outer = Values("outer.weight");
        double[] straight = [.. Enumerable.Range(0, States).Select(to => Enumerable.Range(0, x.Length).Sum(from => (double)linear[(to * x.Length) + from] * x[from]))];
        double[] met = [.. Enumerable.Range(0, States).Select(state => midpoint ? (x[state] + straight[state]) / 2 : x[state])];
        double[] bends = [.. Enumerable.Range(0, Hidden).Select(unit =>
            Math.Tanh(innerBias[unit] + Enumerable.Range(0, States).Sum(state => inner[(unit * States) + state] * met[state])))];
        double[] driven = [.. bends, .. Enumerable.Range(0, Actions).SelectMany(action => bends.Select(bend => bend * x[States + action]))];
        return [.. straight.Select((value, to) => value + driven.Select((bend, from) => outer[(to * driven.Length) + from] * bend).Sum())];
    }
}
