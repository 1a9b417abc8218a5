using MathNet.Numerics.LinearAlgebra;
using Orrery.Data.Spaces;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Tests.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Networks;

public sealed class LatentFilterTests : IDisposable
{
    private const int History = 4;
    private const int Rows = 6;
    private const int Width = 4;
    private static readonly VectorSpace Observation = new("outputs", [new Dimension("y1"), new Dimension("y2")]);
    private static readonly VectorSpace Action = new("inputs", [new Dimension("u1"), new Dimension("u2")]);

    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void On_a_linear_model_it_is_the_kalman_filter()
    {
        using LogNetwork network = Network("hidden=0", "linearOrder=0", "ensemble=2");
        LatentFilter filter = Set(network, start: 0.5f, drift: 0.2f);
        float[] window = Normal("rows", (History + Rows) * Width);

        float[] estimate = filter.Estimate(window, 1);

        for (int member = 0; member < 2; member++)
        {
            Vector<double> expected = Kalman(network, filter, member, window);
            for (int state = 0; state < expected.Count; state++)
                Assert.Equal(expected[state], estimate[(member * expected.Count) + state], 2e-4);
        }
    }

    [Fact]
    public void Windows_side_by_side_are_filtered_as_each_alone()
    {
        using LogNetwork network = Network("linearOrder=0", "transition=control-affine");
        LatentFilter filter = Set(network, start: 0.5f, drift: 0.2f);
        int width = (History + Rows) * Width;
        float[] windows = Normal("rows", 3 * width);
        float[] together = filter.Estimate(windows, 3);
        for (int item = 0; item < 3; item++)
            Assert.Equal(filter.Estimate(windows.AsSpan(item * width, width), 1), together[(item * network.StateSize)..((item + 1) * network.StateSize)]);
    }

    [Fact]
    public void Until_it_is_set_the_newest_rows_are_encoded()
    {
        using LogNetwork filtered = Network(), plain = Create("filterRows=0");
        float[] window = Normal("rows", (History + Rows) * Width);
        float[] newest = [.. window[(Rows * 2)..((History + Rows) * 2)], .. window[^(History * 2)..]];
        Assert.Equal(Encode(plain, newest), Encode(filtered, window));
        Assert.Equal(History + Rows, LogNetwork.HistoryOf((LogRecipe)TrainingFixtures.Log($"history={History}", $"filterRows={Rows}", "linearOrder=2"), Action));
    }

    [Fact]
    public void Where_numbers_run_away_the_newest_rows_are_encoded()
    {
        using LogNetwork network = Network("linearOrder=0");
        LatentFilter filter = Set(network, start: 0.5f, drift: 0.2f);
        float[] window = Normal("rows", (History + Rows) * Width);
        filter.Noise(0)[0] = float.NaN;
        float[] newest = [.. window[(Rows * 2)..((History + Rows) * 2)], .. window[^(History * 2)..]];
        using Tape tape = new(_backend) { Recording = false };
        Assert.Equal(
            network.Deep.Encode(tape, tape.Constant(newest, new Shape(1, newest.Length))).Span.ToArray(), filter.Estimate(window, 1));
    }

    [Fact]
    public void A_control_affine_transition_is_straight_in_the_action_and_bends_with_the_state()
    {
        using LogNetwork network = Network("linearOrder=0", "transition=control-affine", "hidden=6");
        float[] state = Normal("state", network.StateSize), other = Normal("other", network.StateSize);
        float[] none = Next(state, 0, 0), once = Next(state, 1, -2), far = Next(state, 50, -100);
        float[] noneOther = Next(other, 0, 0), onceOther = Next(other, 1, -2);
        for (int place = 0; place < state.Length; place++)
            Assert.Equal(50 * (once[place] - none[place]), far[place] - none[place], 1e-3);
        // What an action does depends on the state.
        Assert.Contains(Enumerable.Range(0, state.Length), place => Math.Abs(once[place] - none[place] - onceOther[place] + noneOther[place]) > 1e-4);

        float[] Next(float[] from, float first, float second)
        {
            using Tape tape = new(_backend) { Recording = false };
            return network.Deep.Predict(tape, tape.Constant(from, new Shape(1, from.Length)), tape.Constant([first, second], new Shape(1, 2))).Span.ToArray();
        }
    }

    [Fact]
    public void The_gradient_of_a_control_affine_transition_is_right()
    {
        using LogNetwork network = Network("linearOrder=0", "transition=control-affine", "hidden=6");
        FiniteDifferences.Check(Normal("points", 3 * (network.StateSize + 2)), new Shape(3, network.StateSize + 2), (tape, x) => tape.Mean(tape.Square(
            network.Deep.Members[0].Predict(tape, tape.Slice(x, 1, 0, network.StateSize), tape.Slice(x, 1, network.StateSize, 2)))));
    }

    private LogNetwork Network(params string[] settings) => Create([$"filterRows={Rows}", .. settings]);

    private LogNetwork Create(params string[] settings)
    {
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log([$"history={History}", "linearOrder=2", .. settings]);
        LogNetwork network = new(_backend, recipe, Observation, Action, new RandomStream(1, "weights"));
        network.Block.Seal();
        return network;
    }

    private static LatentFilter Set(LogNetwork network, float start, float drift)
    {
        LatentFilter filter = network.Filter!;
        for (int member = 0; member < network.Deep.Members.Count; member++)
        {
            int size = network.Deep.StateSize / network.Deep.Members.Count;
            Matrix<double> root = Matrix<double>.Build.Dense(size, size, [.. Normal($"covariance {member}", size * size).Select(value => 0.5 * value)]);
            Matrix<double> covariance = root * root.Transpose();
            for (int place = 0; place < size * size; place++)
                filter.Covariance(member)[place] = (float)covariance[place / size, place % size];
            (filter.Noise(member)[0], filter.Noise(member)[1]) = (0.1f, 0.3f);
        }

        filter.Trust(start, drift);
        return filter;
    }

    /// <summary>The textbook's: matrices, and all outputs at once.</summary>
    private Vector<double> Kalman(LogNetwork network, LatentFilter filter, int member, float[] window)
    {
        using Tape tape = new(_backend) { Recording = false };
        DeepSubspace model = network.Deep.Members[member];
        int size = network.Deep.StateSize / 2, all = History + Rows;
        double[] zero = Predict(new float[size], [0, 0]), readZero = Read(new float[size]);
        Matrix<double> transition = Matrix<double>.Build.Dense(size, size), output = Matrix<double>.Build.Dense(2, size);
        for (int from = 0; from < size; from++)
        {
            float[] unit = new float[size];
            unit[from] = 1;
            transition.SetColumn(from, [.. Predict(unit, [0, 0]).Zip(zero, (one, other) => one - other)]);
            output.SetColumn(from, [.. Read(unit).Zip(readZero, (one, other) => one - other)]);
        }

        Matrix<double> spread = Matrix<double>.Build.Dense(size, size);
        for (int place = 0; place < size * size; place++)
            spread[place / size, place % size] = filter.Covariance(member)[place];
        Matrix<double> noise = Matrix<double>.Build.DenseOfDiagonalArray([filter.Noise(member)[0], filter.Noise(member)[1]]);
        Matrix<double> covariance = 0.25 * spread;
        float[] first = [.. window[..(History * 2)], .. window[(all * 2)..((all + History) * 2)]];
        Vector<double> state = Vector<double>.Build.Dense([.. model.Encode(tape, tape.Constant(first, new Shape(1, first.Length))).Span.ToArray().Select(value => (double)value)]);
        for (int row = History; row < all; row++)
        {
            state = Vector<double>.Build.Dense(Predict([.. state.Select(value => (float)value)], window[((all + row) * 2)..((all + row + 1) * 2)]));
            covariance = (transition * covariance * transition.Transpose()) + (0.04 * spread);
            Matrix<double> gain = covariance * output.Transpose() * ((output * covariance * output.Transpose()) + noise).Inverse();
            double[] read = Read([.. state.Select(value => (float)value)]);
            state += gain * Vector<double>.Build.Dense([window[row * 2] - read[0], window[(row * 2) + 1] - read[1]]);
            covariance -= gain * output * covariance;
        }

        return state;

        double[] Predict(float[] from, float[] action) =>
            [.. model.Predict(tape, tape.Constant(from, new Shape(1, size)), tape.Constant(action, new Shape(1, 2))).Span.ToArray().Select(value => (double)value)];

        double[] Read(float[] from) => [.. model.Read(tape, tape.Constant(from, new Shape(1, size))).Span.ToArray().Select(value => (double)value)];
    }

    private float[] Encode(LogNetwork network, float[] window)
    {
        using Tape tape = new(_backend) { Recording = false };
        return network.Encode(tape, tape.Constant(window, new Shape(1, window.Length))).Span.ToArray();
    }

    private static float[] Normal(string name, int count)
    {
        float[] values = new float[count];
        new RandomStream(2, name).FillNormal(values);
        return values;
    }
}
