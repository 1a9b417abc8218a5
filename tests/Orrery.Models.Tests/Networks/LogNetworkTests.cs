using MathNet.Numerics.LinearAlgebra;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Models.Identification;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Tests.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Networks;

public sealed class LogNetworkTests : IDisposable
{
    private const int History = 5;
    private static readonly VectorSpace Observation = new("outputs", [new Dimension("y1"), new Dimension("y2")]);
    private static readonly VectorSpace Action = new("inputs", [new Dimension("u1"), new Dimension("u2")]);

    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_delayed_input_acts_as_the_same_input_so_many_rows_later()
    {
        LogRecipe prompt = (LogRecipe)TrainingFixtures.Log("history=5", "ensemble=2");
        LogRecipe late = prompt with { Delays = new Dictionary<string, int> { ["u2"] = 3, ["u1"] = 1 } };
        using LogNetwork plain = Network(prompt), delayed = Network(late);
        foreach (LogNetwork network in (LogNetwork[])[plain, delayed])
        {
            network.Linear!.Set(Equation(2));
            network.States!.Set(Space());
            Mixture(network).Set(0, Knots([0.4, 0.1, 0.3, 0.2], [0.1, 0.2, 0.3, 0.4]), 1);
            Mixture(network).Set(1, Knots([0, 0, 0.5, 0.5], [0.7, 0.1, 0.1, 0.1]), 1);
        }

        const int steps = 6;
        RandomStream random = new(3, "rows");
        int rows = History + 3 + steps;
        float[] observations = Normal(random, (History + 3) * 2), commanded = Normal(random, rows * 2), acting = new float[rows * 2];
        for (int row = 3; row < rows; row++)
            (acting[row * 2], acting[(row * 2) + 1]) = (commanded[(row - 1) * 2], commanded[((row - 3) * 2) + 1]);

        float[][] expected = Run(plain, [.. observations[6..], .. acting[6..^(steps * 2)]], acting[^(steps * 2)..]);
        float[][] actual = Run(delayed, [.. observations, .. commanded[..^(steps * 2)]], commanded[^(steps * 2)..]);

        Assert.Equal(expected, actual);
        Assert.Equal(LogNetwork.LatentSizeOf(prompt, Observation, Action) + 4, delayed.LatentSize);
        Assert.Equal(History + 3, LogNetwork.HistoryOf(late, Action));
    }

    [Fact]
    public void A_delay_for_no_input_is_one_sentence_with_the_nearest_name()
    {
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log() with { Delays = new Dictionary<string, int> { ["u11"] = 3 } };
        Assert.Contains("Did you mean 'u1'?", Assert.Throws<RecipeException>(() => recipe.DelaysOf(Action)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_linear_companion_is_the_difference_equation()
    {
        using LogNetwork network = Network((LogRecipe)TrainingFixtures.Log("history=5"));
        ArxEquation equation = Equation(2);
        network.Linear!.Set(equation);
        Mixture(network).Set(0, Knots([0, 0, 1, 0], [1, 0, 0, 0]), 1);
        RandomStream random = new(4, "rows");
        float[] observations = Normal(random, History * 2), actions = Normal(random, (History + 1) * 2);

        float[][] read = Run(network, [.. observations, .. actions[..^2]], actions[^2..]);

        double wanted = equation.Constant(0);
        for (int from = 0; from < 2; from++)
        {
            wanted += equation.OfAction(0, 0, from) * actions[(History * 2) + from];
            for (int lag = 1; lag <= 2; lag++)
                wanted += (equation.OfObservation(0, lag, from) * observations[((History - lag) * 2) + from])
                    + (equation.OfAction(0, lag, from) * actions[((History - lag) * 2) + from]);
        }

        Assert.Equal(wanted, read[0][0], 1e-5);
    }

    [Fact]
    public void The_state_space_companion_is_the_identified_model()
    {
        using LogNetwork network = Network((LogRecipe)TrainingFixtures.Log("history=5"));
        LinearStateSpace space = Space();
        network.States!.Set(space);
        Mixture(network).Set(1, Knots([0, 0, 0, 1], [0, 0, 0, 1]), 1);
        float[] window = Normal(new RandomStream(8, "rows"), History * 4), actions = Normal(new RandomStream(8, "actions"), 6);

        float[][] read = Run(network, window, actions);

        Vector<double> state = space.Encoder.LeftMultiply(Vector<double>.Build.Dense([.. window.Select(value => (double)value)]));
        for (int step = 0; step < 3; step++)
        {
            state = space.Transition.LeftMultiply(state) + space.Input.LeftMultiply(Vector<double>.Build.Dense([actions[step * 2], actions[(step * 2) + 1]]));
            Assert.Equal(space.Output.LeftMultiply(state)[1], read[step][1], 1e-5);
        }
    }

    [Fact]
    public void Shares_are_linear_between_the_knots_and_stay_beyond_the_last()
    {
        using LogNetwork network = Network((LogRecipe)TrainingFixtures.Log("history=5"));
        network.Linear!.Set(ArxEquation.Persistence(2, 2));
        double[] shares = Knots([0, 0, 1, 0], [1, 0, 0, 0]);
        Mixture(network).Set(0, shares, 0.8);
        // All knots from the second on have the far shares: from 1 to 2 rows ahead the equation fades away.
        float[] window = Normal(new RandomStream(9, "rows"), History * 4), actions = new float[200 * 2];
        using LogNetwork alone = Network((LogRecipe)TrainingFixtures.Log("history=5"));
        Assert.Equal(window[8], Run(network, window, actions)[0][0], 1e-5f);
        Assert.Equal(Run(alone, window, actions)[1][0], Run(network, window, actions)[1][0], 1e-5f);
        Assert.Equal(Run(alone, window, actions)[199][0], Run(network, window, actions)[199][0], 1e-5f);

        for (int knot = 1; knot < HorizonMixture.Knots.Length; knot++)
            (shares[knot * 4], shares[(knot * 4) + 2]) = (knot < 4 ? 0 : 1, knot < 4 ? 1 : 0);
        Mixture(network).Set(0, shares, 0.8);
        // Between 6 and 12 rows ahead, a third of the way: two thirds of what does not change.
        Assert.Equal((2 * window[8] / 3) + (Run(alone, window, actions)[7][0] / 3), Run(network, window, actions)[7][0], 1e-5f);
        Assert.Equal(("y1", 1.0, 0.0, 8), (network.Shares()[0].Name, network.Shares()[0].Near, network.Shares()[0].Far, network.Shares()[0].Rows!.Value));
        Assert.Equal(0.8, network.Shares()[0].LinearErrorRatio!.Value, 1e-6);
        Assert.Null(network.Shares()[1].LinearErrorRatio);
    }

    [Fact]
    public void A_model_of_before_there_was_a_state_space_predicts_as_it_did()
    {
        LogRecipe recipe = (LogRecipe)RecipeFile.Parse(
            """{"kind":"log","name":"old","description":"","history":5,"latentSize":4,"hidden":8,"validationShare":0.25,"training":{},"planner":{},"linearOrder":2}""", "old");
        using LogNetwork network = Network(recipe), deep = Network(recipe with { LinearOrder = 0 });
        network.Linear!.Set(ArxEquation.Persistence(2, 2));
        Fill("blend.correction.weight", [0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Fill("blend.share.weight", [0, 0, 0.5f, 0, 0, 0, 0, 0, 0, 1]);
        float[] window = Normal(new RandomStream(5, "rows"), History * 4), actions = Normal(new RandomStream(5, "actions"), 4);
        using Tape tape = new(_backend) { Recording = false };
        Tensor seen = tape.Constant(window, new Shape(1, window.Length));
        float error = window[8] - deep.Read(tape, deep.Encode(tape, seen)).Span[0];

        float[][] read = Run(network, window, actions), alone = Run(deep, window, actions);

        float near = alone[0][0] + (0.5f * error), far = alone[1][0] + (0.15f * error);
        Assert.Equal(near + (0.5f * (window[8] - near)), read[0][0], 1e-5f);
        Assert.Equal(far + (0.45f * (window[8] - far)), read[1][0], 1e-5f);
        Assert.Equal(window[9], read[1][1], 1e-5f);
        Assert.Equal((0, 0.5), (network.Shares()[0].Rows!.Value, Math.Round(network.Shares()[0].Near, 6)));
        Assert.Null(network.Shares()[1].Rows);

        void Fill(string name, float[] values) => values.CopyTo(network.Block.Buffers.Single(buffer => buffer.Name == name).Value.Span);
    }

    [Fact]
    public void An_ensemble_reads_the_mean_of_its_members()
    {
        using LogNetwork network = Network((LogRecipe)TrainingFixtures.Log("history=5", "ensemble=3", "linearOrder=0"));
        float[] window = Normal(new RandomStream(6, "rows"), History * 4);
        using Tape tape = new(_backend) { Recording = false };
        Tensor seen = tape.Constant(window, new Shape(1, window.Length));
        float[] read = network.Read(tape, network.Encode(tape, seen)).Span.ToArray();
        float[][] alone = [.. network.Deep.Members.Select(member => member.Read(tape, member.Encode(tape, seen)).Span.ToArray())];
        Assert.NotEqual(alone[0], alone[1]);
        Assert.Equal(alone.Average(values => values[0]), read[0], 1e-6f);
        Assert.Equal(alone.Average(values => values[1]), read[1], 1e-6f);
    }

    [Fact]
    public void A_recipe_of_before_there_was_a_companion_gives_the_network_of_before()
    {
        LogRecipe recipe = (LogRecipe)RecipeFile.Parse(
            """{"kind":"log","name":"old","description":"","history":5,"latentSize":4,"hidden":8,"validationShare":0.25,"training":{},"planner":{}}""", "old");
        using LogNetwork network = Network(recipe);
        Assert.Equal((4, null), (network.LatentSize, network.Linear));
        Assert.Empty(network.Block.Buffers);
        Assert.Contains(network.Block.Parameters, parameter => parameter.Name == "encoder.linear.weight");
    }

    private static ArxEquation Equation(int order) => new(
        order, 2, 2, [.. Normal(new RandomStream(7, "equation"), 2 * ArxEquation.RegressorSize(order, 2, 2)).Select(value => 0.2 * value)]);

    private static LinearStateSpace Space()
    {
        RandomStream random = new(10, "space");
        return new LinearStateSpace(Map(History * 4, 2), Map(2, 2), Map(2, 2), Map(2, 2));

        Matrix<double> Map(int from, int to) => Matrix<double>.Build.Dense(from, to, (_, _) => 0.3 * random.NextNormal());
    }

    private static HorizonMixture Mixture(LogNetwork network) => (HorizonMixture)network.Blend!;

    /// <summary>Shares at the first knot and at all others.</summary>
    private static double[] Knots(double[] near, double[] far) =>
        [.. near, .. Enumerable.Repeat(far, HorizonMixture.Knots.Length - 1).SelectMany(shares => shares)];

    private static float[] Normal(RandomStream random, int count)
    {
        float[] values = new float[count];
        random.FillNormal(values);
        return values;
    }

    private LogNetwork Network(LogRecipe recipe)
    {
        LogNetwork network = (LogNetwork)WorldModelNetwork.Create(_backend, recipe, new DatasetSpaces(Observation, Action));
        network.Block.Seal();
        return network;
    }

    private float[][] Run(LogNetwork network, float[] window, float[] actions)
    {
        using Tape tape = new(_backend) { Recording = false };
        Tensor latent = network.Encode(tape, tape.Constant(window, new Shape(1, window.Length)));
        float[][] read = new float[actions.Length / 2][];
        for (int step = 0; step < read.Length; step++)
        {
            latent = network.Predict(tape, latent, tape.Constant(actions.AsSpan(step * 2, 2), new Shape(1, 2)));
            read[step] = network.Read(tape, latent).Span.ToArray();
        }

        return read;
    }
}
