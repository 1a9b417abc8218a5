using Orrery.Data.Trajectories;
using Orrery.Models.Networks;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Training;

/// <summary>
/// Free runs over the validation rows: one over each whole stretch, and several that begin throughout it and go over half of it. A
/// single run can be lucky; the mean of both is what early stopping can trust. Where a plant's errors grow by themselves, many short ones, and
/// each counts by its root mean square: by squares, a single run that got away would outweigh all others.
/// </summary>
internal sealed class FreeRunValidation : IDisposable
{
    private const int Starts = 8;
    private const int ShortRuns = 64;
    private const int LongestRun = 20_000;
    private const int ShortestStretch = 4;
    private const int ChunkSteps = 128;

    private readonly DeepEnsemble _network;
    private readonly LogRows _rows;
    private readonly int _history;
    private readonly bool _runsAreShort;
    private readonly List<(long[] Starts, int Length)> _whole = [];
    private readonly List<(long[] Starts, int Length)> _several = [];
    private readonly Tape _tape;

    private FreeRunValidation(LogNetwork network, LogRows rows, int history, bool runsAreShort)
    {
        _network = network.Deep;
        _rows = rows;
        _history = history;
        _runsAreShort = runsAreShort;
        _tape = new Tape(network.Block.Backend) { Recording = false };
    }

    /// <summary>Lays out the runs; null when no stretch is long enough.</summary>
    /// <param name="network">What to judge.</param>
    /// <param name="rows">The log.</param>
    /// <param name="stretches">The validation rows; the encoder may look back beyond their beginning.</param>
    /// <param name="history">n.</param>
    /// <param name="run">Rows of each run; 0 for whole stretches and halves of them.</param>
    public static FreeRunValidation? Create(LogNetwork network, LogRows rows, IReadOnlyList<EpisodeRange> stretches, int history, int run = 0)
    {
        FreeRunValidation validation = new(network, rows, history, run > 0);
        int perStretch = Math.Max(1, Starts / Math.Max(1, stretches.Count));
        foreach (EpisodeRange stretch in stretches)
        {
            long first = rows.FirstPredicted(stretch, history);
            int length = (int)Math.Min(LongestRun, stretch.Start + stretch.Length - first);
            if (length < ShortestStretch)
                continue;
            if (run > 0 && run <= length)
            {
                int most = Math.Max(1, Math.Min(ShortRuns, length / run));
                validation._several.Add(([.. Enumerable.Range(0, most).Select(index => first + ((long)index * (length - run) / most))], run));
                continue;
            }

            int half = length / 2;
            validation._whole.Add(([first], length));
            validation._several.Add(
                ([.. Enumerable.Range(0, perStretch).Select(index => first + (long)index * (length - half) / perStretch)], half));
        }

        if (validation._whole.Count + validation._several.Count > 0)
            return validation;
        validation.Dispose();
        return null;
    }

    /// <summary>Root mean square error in standard deviations of the observations, of short runs the mean of theirs; infinite when a run diverged.</summary>
    public double Error()
    {
        double error = Math.Sqrt(_whole.Count == 0 ? MeanSquare(_several) : (MeanSquare(_whole) + MeanSquare(_several)) / 2);
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }

    public void Dispose() => _tape.Dispose();

    private double MeanSquare(List<(long[] Starts, int Length)> runs)
    {
        double sum = 0;
        double count = 0;
        foreach ((long[] starts, int length) in runs)
        {
            double values = (double)length * _rows.ObservationSize;
            double[] squares = SumsOfSquares(starts, length);
            sum += _runsAreShort ? squares.Sum(square => Math.Sqrt(square / values)) : squares.Sum();
            count += _runsAreShort ? starts.Length : starts.Length * values;
        }

        double mean = sum / count;
        return _runsAreShort ? mean * mean : mean;
    }

    /// <summary>Of each run; side by side from each start, in chunks of steps so that memory does not grow with the run.</summary>
    private double[] SumsOfSquares(long[] starts, int length)
    {
        int batch = starts.Length;
        Shape driven = new(batch, _rows.ActionSize);
        _tape.Reset();
        Tensor window = _tape.Input(new Shape(batch, _network.WindowSize));
        for (int run = 0; run < batch; run++)
            _rows.ReadWindow(starts[run] - _history, _history, window.Span.Slice(run * _network.WindowSize, _network.WindowSize));
        float[] state = _network.Encode(_tape, window).Span.ToArray();
        float[] observed = new float[_rows.ObservationSize];
        Tensor[] latents = new Tensor[Math.Min(ChunkSteps, length)];
        double[] sums = new double[batch];
        for (int done = 0; done < length; done += ChunkSteps)
        {
            int steps = Math.Min(ChunkSteps, length - done);
            _tape.Reset();
            Tensor latent = _tape.Constant(state, new Shape(batch, _network.StateSize));
            for (int step = 0; step < steps; step++)
            {
                Tensor action = _tape.Input(driven);
                for (int run = 0; run < batch; run++)
                    _rows.ReadAction(starts[run] + done + step, action.Span.Slice(run * _rows.ActionSize, _rows.ActionSize));
                latents[step] = latent = _network.Predict(_tape, latent, action);
            }

            latent.Span.CopyTo(state);
            Span<float> predictions = _network.Read(_tape, _tape.Concat(0, latents.AsSpan(0, steps))).Span;
            for (int step = 0; step < steps; step++)
            {
                for (int run = 0; run < batch; run++)
                {
                    _rows.ReadObservation(starts[run] + done + step, observed);
                    ReadOnlySpan<float> predicted = predictions.Slice(((step * batch) + run) * observed.Length, observed.Length);
                    for (int number = 0; number < observed.Length; number++)
                        sums[run] += ((double)predicted[number] - observed[number]) * ((double)predicted[number] - observed[number]);
                }
            }
        }

        return sums;
    }
}
