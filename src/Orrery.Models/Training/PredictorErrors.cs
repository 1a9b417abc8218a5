using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Training;

/// <summary>What each predictor of a <see cref="HorizonMixture"/> errs on validation rows, from many starts and at a few horizons.</summary>
internal sealed class PredictorErrors
{
    private const int MostStarts = 200;
    private const int LongestHorizon = 256;
    private const int ShortestHorizon = 8;
    private const double Growth = 1.25;

    private readonly int _observationSize;
    private readonly float[] _errors;
    private readonly float[] _truth;

    /// <summary>Takes what was found.</summary>
    /// <param name="rows">How many rows it was found on.</param>
    /// <param name="observationSize">O.</param>
    /// <param name="horizons">Rows ahead, ascending.</param>
    /// <param name="truth">[starts, horizons, O], normalised.</param>
    /// <param name="errors">[starts, horizons, O, predictors], normalised.</param>
    public PredictorErrors(long rows, int observationSize, int[] horizons, float[] truth, float[] errors)
    {
        (Rows, _observationSize, Horizons, _truth, _errors) = (rows, observationSize, horizons, truth, errors);
        Starts = truth.Length / (horizons.Length * observationSize);
    }

    /// <summary>Validation rows: a horizon has so many windows side by side as it fits into them.</summary>
    public long Rows { get; }

    /// <summary>Rows ahead, ascending.</summary>
    public int[] Horizons { get; }

    /// <summary>How many starts, in the order of time.</summary>
    public int Starts { get; }

    /// <summary>Runs the predictors; null where the rows are too few to tell anything.</summary>
    /// <param name="network">With linear models; its deep part is trained.</param>
    /// <param name="rows">The log.</param>
    /// <param name="stretches">The validation rows.</param>
    public static PredictorErrors? Of(LogNetwork network, LogRows rows, IReadOnlyList<EpisodeRange> stretches)
    {
        List<(long First, long End)> known =
        [
            .. stretches.Select(stretch => (First: rows.FirstPredicted(stretch, network.SeenRows), End: stretch.Start + stretch.Length))
                .Where(part => part.End - part.First >= 2 * ShortestHorizon),
        ];
        if (known.Count == 0)
            return null;
        int longest = (int)Math.Min(LongestHorizon, known.Max(part => part.End - part.First) / 2);
        long available = known.Sum(part => Math.Max(0, part.End - part.First - longest + 1));
        long stride = Math.Max(1, available / MostStarts);
        List<long> starts = [];
        foreach ((long first, long end) in known)
            for (long start = first; start + longest <= end; start += stride)
                starts.Add(start);
        int[] horizons = HorizonsUpTo(longest);
        int numbers = starts.Count * horizons.Length * rows.ObservationSize;
        PredictorErrors errors = new(known.Sum(part => part.End - part.First), rows.ObservationSize, horizons, new float[numbers], new float[numbers * HorizonMixture.Predictors]);
        errors.Run(network, rows, starts);
        return errors;
    }

    /// <summary>What one predictor said too much, in standard deviations.</summary>
    public double Error(int start, int horizon, int output, int predictor) =>
        _errors[(At(start, horizon, output) * HorizonMixture.Predictors) + predictor];

    /// <summary>What was observed, in standard deviations from the mean of the training rows.</summary>
    public double Truth(int start, int horizon, int output) => _truth[At(start, horizon, output)];

    private static int[] HorizonsUpTo(int longest)
    {
        List<int> horizons = [];
        for (double horizon = 1; horizon <= longest; horizon = Math.Max(horizon + 1, horizon * Growth))
            horizons.Add((int)horizon);
        return [.. horizons];
    }

    private int At(int start, int horizon, int output) => (((start * Horizons.Length) + horizon) * _observationSize) + output;

    private void Run(LogNetwork network, LogRows rows, List<long> starts)
    {
        DeepEnsemble deep = network.Deep;
        LinearCompanion equation = network.Linear!;
        StateSpaceCompanion space = network.States!;
        using Tape tape = new(network.Block.Backend) { Recording = false };
        int batch = starts.Count, seenRows = network.SeenRows;
        Tensor seen = tape.Input(new Shape(batch, seenRows * (rows.ObservationSize + rows.ActionSize)));
        for (int start = 0; start < batch; start++)
            rows.ReadWindow(starts[start] - seenRows, seenRows, seen.Span.Slice(start * seen.Shape[1], seen.Shape[1]));
        Tensor window = network.Newest(tape, seen);
        Tensor x = network.EncodeDeep(tape, seen, window), z = equation.Encode(tape, window), s = space.Encode(tape, window);
        float[] carried = new float[batch * _observationSize];
        ReadOnlySpan<float> modelled = deep.Read(tape, x).Span;
        for (int start = 0; start < batch; start++)
            rows.ReadObservation(starts[start] - 1, carried.AsSpan(start * _observationSize, _observationSize));
        for (int place = 0; place < carried.Length; place++)
            carried[place] -= modelled[place];

        float[] xs = x.Span.ToArray(), zs = z.Span.ToArray(), ss = s.Span.ToArray();
        for (int step = 1, next = 0; next < Horizons.Length; step++)
        {
            tape.Reset();
            Tensor action = tape.Input(new Shape(batch, rows.ActionSize));
            for (int start = 0; start < batch; start++)
                rows.ReadAction(starts[start] + step - 1, action.Span.Slice(start * rows.ActionSize, rows.ActionSize));
            x = deep.Predict(tape, tape.Constant(xs, new Shape(batch, deep.StateSize)), action);
            z = equation.Predict(tape, tape.Constant(zs, new Shape(batch, equation.StateSize)), action);
            s = space.Predict(tape, tape.Constant(ss, new Shape(batch, space.StateSize)), action);
            x.Span.CopyTo(xs);
            z.Span.CopyTo(zs);
            s.Span.CopyTo(ss);
            if (step == Horizons[next])
                Keep(rows, starts, next++, deep.Read(tape, x).Span, carried, equation.Read(tape, z).Span, space.Read(tape, s).Span);
        }
    }

    private void Keep(
        LogRows rows, List<long> starts, int horizon, ReadOnlySpan<float> deep, ReadOnlySpan<float> carried, ReadOnlySpan<float> equation,
        ReadOnlySpan<float> space)
    {
        for (int start = 0; start < starts.Count; start++)
        {
            Span<float> truth = _truth.AsSpan(At(start, horizon, 0), _observationSize);
            rows.ReadObservation(starts[start] + Horizons[horizon] - 1, truth);
            for (int output = 0; output < _observationSize; output++)
            {
                int from = (start * _observationSize) + output;
                Span<float> errors = _errors.AsSpan(At(start, horizon, output) * HorizonMixture.Predictors, HorizonMixture.Predictors);
                errors[0] = deep[from] - truth[output];
                errors[1] = errors[0] + carried[from];
                errors[2] = equation[from] - truth[output];
                errors[3] = space[from] - truth[output];
            }
        }
    }
}
