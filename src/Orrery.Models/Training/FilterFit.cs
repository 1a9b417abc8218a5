using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Training;

/// <summary>
/// What a <see cref="LatentFilter"/> must know: how its states spread and how far a prediction of the next row errs, from the rows that were
/// trained on; and how far the states wander from the model, chosen on validation rows by how well the filter's states predict.
/// </summary>
internal static class FilterFit
{
    private const int MostTrainingStarts = 1_000;
    private const int MostValidationStarts = 150;
    private const int FewestStarts = 20;
    private const int LongestRun = 32;
    private const double SmallestNoise = 1e-8;

    // Most of the error is the measurements' noise, which no filter can take away, so that much more trust in the model hardly shows.
    private const double NearlyBest = 1.02;

    // A loop will see rows that the log lacks, where an encoder errs more than held-out rows tell.
    private const double WorseThanEncoded = 1.1;

    private static readonly float[] Starts = [0.01f, 0.03f, 0.1f, 0.3f];
    private static readonly float[] Drifts = [0, 0.001f, 0.003f, 0.01f, 0.03f, 0.1f];

    /// <summary>Measures spreads and errors of the weights that are in place; leaves the filter unset where the rows are too few.</summary>
    /// <returns>Whether there were enough.</returns>
    public static bool Measure(LogNetwork network, LatentFilter filter, LogRows rows, IReadOnlyList<EpisodeRange> training, int history)
    {
        List<long> starts = FirstRows(rows, training, history, 1, MostTrainingStarts);
        if (starts.Count < FewestStarts)
            return false;
        using Tape tape = new(network.Block.Backend) { Recording = false };
        Tensor window = Windows(tape, rows, starts, history);
        for (int member = 0; member < network.Deep.Members.Count; member++)
        {
            DeepSubspace model = network.Deep.Members[member];
            Tensor states = model.Encode(tape, window);
            Spread(states.Span, starts.Count, filter.Covariance(member));
            ReadOnlySpan<float> read = model.Read(tape, model.Predict(tape, states, Actions(tape, rows, starts, 0))).Span;
            Span<float> noise = filter.Noise(member);
            double[] squares = new double[starts.Count * noise.Length];
            AddSquares(rows, starts, 0, read, squares);
            for (int output = 0; output < noise.Length; output++)
            {
                double sum = 0;
                for (int start = 0; start < starts.Count; start++)
                    sum += squares[(start * noise.Length) + output];
                noise[output] = (float)Math.Max(sum / starts.Count, SmallestNoise);
            }
        }

        return true;
    }

    /// <summary>Chooses how far to trust encoder and model; the encoder alone where that predicts clearly better or rows are too few.</summary>
    /// <param name="network">Whose weights and spreads are in place.</param>
    /// <param name="filter">The network's.</param>
    /// <param name="rows">The log.</param>
    /// <param name="held">The validation rows.</param>
    /// <param name="steps">Rows that the model is trained to predict.</param>
    public static void Choose(LogNetwork network, LatentFilter filter, LogRows rows, IReadOnlyList<EpisodeRange> held, int steps)
    {
        filter.Trust(0, 0);
        int run = Math.Min(steps, LongestRun);
        List<long> firsts = FirstRows(rows, held, filter.SeenRows, run, MostValidationStarts);
        if (firsts.Count < FewestStarts)
            return;
        (double encoded, double encodedRoots) = Error(network, filter, rows, firsts, run);
        double leastRoots = double.PositiveInfinity;
        double[,] errors = new double[Starts.Length, Drifts.Length];
        for (int start = 0; start < Starts.Length; start++)
            for (int drift = 0; drift < Drifts.Length; drift++)
            {
                filter.Trust(Starts[start], Drifts[drift]);
                (errors[start, drift], double roots) = Error(network, filter, rows, firsts, run);
                leastRoots = Math.Min(leastRoots, roots);
            }

        filter.Trust(0, 0);
        double least = errors.Cast<double>().Min();
        if (least > WorseThanEncoded * encoded || leastRoots > Math.Sqrt(WorseThanEncoded) * encodedRoots)
            return;
        for (int drift = 0; drift < Drifts.Length; drift++)
            for (int start = 0; start < Starts.Length; start++)
                if (errors[start, drift] <= NearlyBest * least)
                    filter.Trust(Starts[start], Drifts[drift]);
    }

    /// <summary>
    /// Of free runs from the states of now, in units of what the next row's prediction errs: mean squares; and the mean of the runs' roots, which a
    /// single run through an upset cannot decide.
    /// </summary>
    private static (double Squares, double Roots) Error(LogNetwork network, LatentFilter filter, LogRows rows, List<long> starts, int run)
    {
        using Tape tape = new(network.Block.Backend) { Recording = false };
        Tensor seen = Windows(tape, rows, starts, filter.SeenRows);
        float[] states = network.EncodeDeep(tape, seen, network.Newest(tape, seen)).Span.ToArray();
        double[] squares = new double[starts.Count * rows.ObservationSize];
        for (int step = 0; step < run; step++)
        {
            tape.Reset();
            Tensor next = network.Deep.Predict(tape, tape.Constant(states, new Shape(starts.Count, network.Deep.StateSize)), Actions(tape, rows, starts, step));
            next.Span.CopyTo(states);
            AddSquares(rows, starts, step, network.Deep.Read(tape, next).Span, squares);
        }

        double sum = 0, roots = 0;
        for (int start = 0; start < starts.Count; start++)
        {
            double error = 0;
            for (int output = 0; output < rows.ObservationSize; output++)
                error += squares[(start * rows.ObservationSize) + output] / filter.Noise(0)[output];
            sum += error;
            roots += Math.Sqrt(error);
        }

        return double.IsFinite(sum) ? (sum, roots) : (double.PositiveInfinity, double.PositiveInfinity);
    }

    /// <summary>Adds to [starts, O].</summary>
    private static void AddSquares(LogRows rows, List<long> starts, int step, ReadOnlySpan<float> predicted, double[] squares)
    {
        float[] observed = new float[rows.ObservationSize];
        for (int start = 0; start < starts.Count; start++)
        {
            rows.ReadObservation(starts[start] + step, observed);
            for (int output = 0; output < observed.Length; output++)
            {
                double error = (double)predicted[(start * observed.Length) + output] - observed[output];
                squares[(start * observed.Length) + output] += error * error;
            }
        }
    }

    /// <summary>First predicted rows, spread over the stretches.</summary>
    private static List<long> FirstRows(LogRows rows, IReadOnlyList<EpisodeRange> stretches, int history, int run, int most)
    {
        (long First, long End)[] known =
            [.. stretches.Select(stretch => (rows.FirstPredicted(stretch, history), stretch.Start + stretch.Length - run + 1)).Where(part => part.Item1 < part.Item2)];
        long stride = Math.Max(1, known.Sum(part => part.End - part.First) / most);
        List<long> starts = [];
        foreach ((long first, long end) in known)
            for (long start = first; start < end; start += stride)
                starts.Add(start);
        return starts;
    }

    private static Tensor Windows(Tape tape, LogRows rows, List<long> starts, int history)
    {
        Tensor windows = tape.Input(new Shape(starts.Count, history * (rows.ObservationSize + rows.ActionSize)));
        int width = windows.Shape[1];
        for (int start = 0; start < starts.Count; start++)
            rows.ReadWindow(starts[start] - history, history, windows.Span.Slice(start * width, width));
        return windows;
    }

    private static Tensor Actions(Tape tape, LogRows rows, List<long> starts, int step)
    {
        Tensor actions = tape.Input(new Shape(starts.Count, rows.ActionSize));
        for (int start = 0; start < starts.Count; start++)
            rows.ReadAction(starts[start] + step, actions.Span.Slice(start * rows.ActionSize, rows.ActionSize));
        return actions;
    }

    private static void Spread(ReadOnlySpan<float> states, int count, Span<float> covariance)
    {
        int size = states.Length / count;
        double[] mean = new double[size], products = new double[size * size];
        for (int row = 0; row < count; row++)
            for (int one = 0; one < size; one++)
            {
                mean[one] += states[(row * size) + one] / (double)count;
                for (int other = 0; other < size; other++)
                    products[(one * size) + other] += (double)states[(row * size) + one] * states[(row * size) + other] / count;
            }

        for (int one = 0; one < size; one++)
            for (int other = 0; other < size; other++)
                covariance[(one * size) + other] = (float)(products[(one * size) + other] - (mean[one] * mean[other]));
    }
}
