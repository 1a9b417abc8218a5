using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Training;

/// <summary>
/// Finds from validation rows how much of the last known error to carry on, and how far to trust the linear equation instead of the deep
/// model, for every observation and horizon. Each horizon counts by how well it can be predicted at all, so that near and far matter alike.
/// </summary>
internal sealed class BlendFit
{
    private const int MostStarts = 200;
    private const int LongestHorizon = 256;
    private const int ShortestHorizon = 8;
    private const int Sweeps = 500;

    // Validation rows are few and the deep part is trained once more after them: near ahead, where its errors change most, the linear
    // equation leads unless there is reason to doubt it. In shares of the least error, and rows after which a third of it is left.
    private const double Doubt = 0.5;
    private const double DoubtRows = 10;
    private const double Growth = 1.25;

    private readonly int _observationSize;
    private readonly int[] _horizons;
    private readonly int _starts;
    private readonly float[] _deep;
    private readonly float[] _linear;
    private readonly float[] _truth;
    private readonly float[] _errors;

    private BlendFit(int observationSize, int[] horizons, int starts)
    {
        (_observationSize, _horizons, _starts) = (observationSize, horizons, starts);
        int numbers = starts * horizons.Length * observationSize;
        (_deep, _linear, _truth) = (new float[numbers], new float[numbers], new float[numbers]);
        _errors = new float[starts * observationSize];
    }

    /// <summary>Fits a network's blend to what its two predictors make of the validation rows; leaves it where these are too few.</summary>
    /// <param name="network">With a linear equation; its deep part is trained.</param>
    /// <param name="rows">The log.</param>
    /// <param name="stretches">The validation rows.</param>
    /// <param name="history">n.</param>
    public static void Apply(LogNetwork network, LogRows rows, IReadOnlyList<EpisodeRange> stretches, int history)
    {
        List<(long First, long End)> known =
        [
            .. stretches.Select(stretch => (First: rows.FirstPredicted(stretch, history), End: stretch.Start + stretch.Length))
                .Where(part => part.End - part.First >= 2 * ShortestHorizon),
        ];
        if (known.Count == 0 || network.Blend is not { } blend)
            return;
        int longest = (int)Math.Min(LongestHorizon, known.Max(part => part.End - part.First) / 2);
        int[] horizons = Horizons(longest);
        long available = known.Sum(part => Math.Max(0, part.End - part.First - longest + 1));
        long stride = Math.Max(1, available / MostStarts);
        List<long> starts = [];
        foreach ((long first, long end) in known)
            for (long start = first; start + longest <= end; start += stride)
                starts.Add(start);
        BlendFit fit = new(rows.ObservationSize, horizons, starts.Count);
        fit.Predict(network, rows, starts, history);
        float[] correction = new float[rows.ObservationSize * HorizonBlend.Decays.Length], share = new float[correction.Length];
        for (int output = 0; output < rows.ObservationSize; output++)
        {
            int reach = fit.Reach(output);
            fit.FitCorrection(output, reach, correction.AsSpan(output * HorizonBlend.Decays.Length, HorizonBlend.Decays.Length));
            fit.FitShare(output, reach, share.AsSpan(output * HorizonBlend.Decays.Length, HorizonBlend.Decays.Length));
        }

        blend.Set(correction, share);
    }

    private static int[] Horizons(int longest)
    {
        List<int> horizons = [];
        for (double horizon = 1; horizon <= longest; horizon = Math.Max(horizon + 1, horizon * Growth))
            horizons.Add((int)horizon);
        return [.. horizons];
    }

    private int At(int start, int horizon, int output) => (((start * _horizons.Length) + horizon) * _observationSize) + output;

    private void Predict(LogNetwork network, LogRows rows, List<long> starts, int history)
    {
        DeepEnsemble deep = network.Deep;
        LinearCompanion linear = network.Linear!;
        using Tape tape = new(network.Block.Backend) { Recording = false };
        int batch = starts.Count;
        Tensor window = tape.Input(new Shape(batch, deep.WindowSize));
        for (int start = 0; start < batch; start++)
            rows.ReadWindow(starts[start] - history, history, window.Span.Slice(start * deep.WindowSize, deep.WindowSize));
        Tensor x = deep.Encode(tape, window), z = linear.Encode(tape, window);
        ReadOnlySpan<float> modelled = deep.Read(tape, x).Span;
        for (int start = 0; start < batch; start++)
        {
            Span<float> error = _errors.AsSpan(start * _observationSize, _observationSize);
            rows.ReadObservation(starts[start] - 1, error);
            for (int output = 0; output < _observationSize; output++)
                error[output] -= modelled[(start * _observationSize) + output];
        }

        float[] xs = x.Span.ToArray(), zs = z.Span.ToArray();
        for (int step = 1, next = 0; next < _horizons.Length; step++)
        {
            tape.Reset();
            Tensor action = tape.Input(new Shape(batch, rows.ActionSize));
            for (int start = 0; start < batch; start++)
                rows.ReadAction(starts[start] + step - 1, action.Span.Slice(start * rows.ActionSize, rows.ActionSize));
            x = deep.Predict(tape, tape.Constant(xs, new Shape(batch, deep.StateSize)), action);
            z = linear.Predict(tape, tape.Constant(zs, new Shape(batch, linear.StateSize)), action);
            x.Span.CopyTo(xs);
            z.Span.CopyTo(zs);
            if (step != _horizons[next])
                continue;
            ReadOnlySpan<float> ofDeep = deep.Read(tape, x).Span, ofLinear = linear.Read(tape, z).Span;
            for (int start = 0; start < batch; start++)
            {
                int at = At(start, next, 0);
                ofDeep.Slice(start * _observationSize, _observationSize).CopyTo(_deep.AsSpan(at));
                ofLinear.Slice(start * _observationSize, _observationSize).CopyTo(_linear.AsSpan(at));
                rows.ReadObservation(starts[start] + step - 1, _truth.AsSpan(at, _observationSize));
            }

            next++;
        }
    }

    /// <summary>The truth less the deep model, explained by the error at the last known row; then the deep model is corrected.</summary>
    private void FitCorrection(int output, int reach, Span<float> weights)
    {
        double[] curvature = new double[_horizons.Length], wanted = new double[_horizons.Length];
        for (int horizon = 0; horizon < _horizons.Length; horizon++)
        {
            double along = 0, square = 0, rest = 0;
            for (int start = 0; start < _starts; start++)
            {
                double error = _errors[(start * _observationSize) + output], left = _truth[At(start, horizon, output)] - _deep[At(start, horizon, output)];
                along += left * error;
                square += error * error;
                rest += left * left;
            }

            wanted[horizon] = along / Math.Max(square, 1e-12);
            curvature[horizon] = horizon <= reach ? square / Math.Max(rest, 1e-12) : 0;
        }

        float[] kept = Weights(wanted, curvature, weights);
        for (int start = 0; start < _starts; start++)
            for (int horizon = 0; horizon < _horizons.Length; horizon++)
                _deep[At(start, horizon, output)] += kept[horizon] * _errors[(start * _observationSize) + output];
    }

    /// <summary>
    /// The last horizon at which either predictor errs less than the mean would. Where errors grow by themselves, there is nothing to learn
    /// beyond; all horizons where neither ever does.
    /// </summary>
    private int Reach(int output)
    {
        for (int horizon = _horizons.Length - 1; horizon >= 0; horizon--)
        {
            double sum = 0, squares = 0, deep = 0, linear = 0;
            for (int start = 0; start < _starts; start++)
            {
                int at = At(start, horizon, output);
                double truth = _truth[at];
                sum += truth;
                squares += truth * truth;
                deep += (truth - _deep[at]) * (truth - _deep[at]);
                linear += (truth - _linear[at]) * (truth - _linear[at]);
            }

            if (Math.Min(deep, linear) < squares - (sum * sum / _starts))
                return horizon;
        }

        return _horizons.Length - 1;
    }

    private void FitShare(int output, int reach, Span<float> weights)
    {
        double[] curvature = new double[_horizons.Length], wanted = new double[_horizons.Length];
        for (int horizon = 0; horizon < _horizons.Length; horizon++)
        {
            double along = 0, square = 0, deep = 0, linear = 0;
            for (int start = 0; start < _starts; start++)
            {
                int at = At(start, horizon, output);
                double between = (double)_linear[at] - _deep[at], left = (double)_truth[at] - _deep[at];
                along += left * between;
                square += between * between;
                deep += left * left;
                linear += (left - between) * (left - between);
            }

            // As if the linear equation had been right once more where the two differ by so much.
            double less = Math.Max(Math.Min(deep, linear), 1e-12), doubt = Doubt * Math.Exp((1 - _horizons[horizon]) / DoubtRows) * less;
            wanted[horizon] = (along + doubt) / (square + doubt);
            curvature[horizon] = horizon <= reach ? (square + doubt) / less : 0;
        }

        Weights(wanted, curvature, weights);
    }

    /// <summary>
    /// Weights of the clocks, none negative and at most 1 together, whose sum comes nearest to what is wanted at each horizon: least squares
    /// by moving weight between two clocks at a time, where a last clock that always stands at nothing holds what is left.
    /// </summary>
    private float[] Weights(double[] wanted, double[] curvature, Span<float> weights)
    {
        int clocks = HorizonBlend.Decays.Length;
        double[] w = new double[clocks + 1], sums = new double[_horizons.Length];
        w[clocks] = 1;
        double[,] left = new double[clocks + 1, _horizons.Length];
        for (int clock = 0; clock < clocks; clock++)
            for (int horizon = 0; horizon < _horizons.Length; horizon++)
                left[clock, horizon] = Math.Pow(HorizonBlend.Decays[clock], _horizons[horizon] - 1);
        for (int sweep = 0; sweep < Sweeps; sweep++)
            for (int to = 0; to <= clocks; to++)
                for (int from = 0; from < to; from++)
                    Move(to, from);
        for (int clock = 0; clock < clocks; clock++)
            weights[clock] = (float)w[clock];
        return [.. sums.Select(sum => (float)sum)];

        void Move(int to, int from)
        {
            double slope = 0, square = 1e-12;
            for (int horizon = 0; horizon < _horizons.Length; horizon++)
            {
                double change = left[to, horizon] - left[from, horizon];
                slope += curvature[horizon] * change * (Math.Clamp(wanted[horizon], 0, 1) - sums[horizon]);
                square += curvature[horizon] * change * change;
            }

            double moved = Math.Clamp(slope / square, -w[to], w[from]);
            w[to] += moved;
            w[from] -= moved;
            for (int horizon = 0; horizon < _horizons.Length; horizon++)
                sums[horizon] += moved * (left[to, horizon] - left[from, horizon]);
        }
    }
}
