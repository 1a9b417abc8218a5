using Orrery.Data;
using Orrery.Models.Checkpoints;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Training;

/// <summary>
/// One pass of training from starting weights to a number of updates, with everything that must be saved to go on with it to the
/// same bits.
/// </summary>
internal sealed class TrainingPhase : IDisposable
{
    private const string WeightPrefix = "weights.";
    private const string OptimizerPrefix = "optimizer";
    private const string AverageName = "average";
    private const string BestName = "best";
    private const string BestNumbers = "best.numbers";

    // Parameters that only the loss needs; they are no part of the model.
    private const string LossPrefix = "inverse.";

    // Held-out rows are few; among errors that hardly differ, the longer training counts.
    private const double NearlyBest = 1.05;

    private readonly TrainingProblem _problem;
    private readonly Tensor _scratch;
    private readonly Tensor _best;
    private double _leastError = double.PositiveInfinity;

    /// <param name="name">What it is called, such as <c>fit</c>.</param>
    /// <param name="problem">What to minimise; disposed of with the phase.</param>
    /// <param name="recipe">How.</param>
    /// <param name="limit">Updates to make.</param>
    /// <param name="keepsBest">Whether the best validated weights are the result, rather than the last.</param>
    public TrainingPhase(string name, TrainingProblem problem, TrainingRecipe recipe, long limit, bool keepsBest)
    {
        Name = name;
        Limit = limit;
        KeepsBest = keepsBest;
        _problem = problem;
        Trainer = new Trainer(problem, recipe);
        _scratch = problem.Parameters.AllocateLike();
        _best = keepsBest ? problem.Parameters.AllocateLike() : default;
    }

    public string Name { get; }

    public Trainer Trainer { get; }

    /// <summary>Updates to make.</summary>
    public long Limit { get; }

    public bool KeepsBest { get; }

    /// <summary>Updates after which the best weights were found; 0 when none were yet.</summary>
    public long BestUpdate { get; private set; }

    /// <summary>Validation error of the best weights.</summary>
    public double BestError { get; private set; } = double.PositiveInfinity;

    public bool IsFinite => _problem.Parameters.Backend.IsFinite(_problem.Parameters.Values);

    /// <summary>Judges the averaged weights, or the weights where no average is kept.</summary>
    public ValidationResult Validate() => With(Trainer.Average?.Values ?? default, _problem.Validate);

    /// <summary>Remembers the weights that were just judged, if they are the best so far, or nearly.</summary>
    public void Remember(ValidationResult result)
    {
        if (!KeepsBest || !double.IsFinite(result.Error))
            return;
        _leastError = Math.Min(_leastError, result.Error);
        if (!(result.Error <= NearlyBest * _leastError))
            return;
        BestError = result.Error;
        BestUpdate = Trainer.Updates;
        _problem.Parameters.Backend.Copy(Trainer.Average?.Values ?? _problem.Parameters.Values, _best);
    }

    /// <summary>The weights of the model as it stands: the best, the averaged or the last.</summary>
    public IReadOnlyList<SafetensorsEntry> Model() => With(
        Kept,
        () => (IReadOnlyList<SafetensorsEntry>)[.. ParameterFile.Save(_problem.Parameters)
            .Where(entry => !entry.Name.StartsWith(LossPrefix, StringComparison.Ordinal))]);

    /// <summary>How far linear models are trusted; empty where there are none.</summary>
    public IReadOnlyList<BlendedColumn> Blend => _problem.Blend;

    /// <summary>How the state is filtered; null where the recipe asks for no filter.</summary>
    public StateFilter? Filter => _problem.Filter;

    /// <summary>Settles what is fitted to the weights that are kept and not trained.</summary>
    public float[] Settle() => With(Kept, _problem.Settle);

    /// <summary>Takes over what an earlier phase has settled.</summary>
    public void TakeOver(ReadOnlySpan<float> settled) => _problem.TakeOver(settled);

    /// <summary>Everything that <see cref="Restore"/> needs.</summary>
    public IReadOnlyList<SafetensorsEntry> Save()
    {
        List<SafetensorsEntry> entries = [];
        foreach (SafetensorsEntry entry in ParameterFile.Save(_problem.Parameters))
            entries.Add(SafetensorsEntry.Create(WeightPrefix + entry.Name, entry.Values<float>(), entry.Dimensions));
        entries.AddRange(Trainer.Optimizer.SaveState(OptimizerPrefix));
        if (Trainer.Average is { } average)
            entries.Add(SafetensorsEntry.Create<float>(AverageName, average.Values.Span, average.Values.Count));
        if (KeepsBest)
        {
            entries.Add(SafetensorsEntry.Create<float>(BestName, _best.Span, _best.Count));
            entries.Add(SafetensorsEntry.Create<double>(BestNumbers, [BestUpdate, BestError, _leastError], 3));
        }

        return entries;
    }

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="OrreryDataException">It does not fit.</exception>
    public void Restore(LoadedCheckpoint checkpoint)
    {
        SafetensorsFile file = checkpoint.Training ?? throw new OrreryDataException(
            $"The checkpoint '{checkpoint.Folder}' holds a model but nothing to resume training from. Choose another folder for the run.");
        try
        {
            foreach (var parameter in _problem.Parameters.Parameters.Concat(_problem.Parameters.Buffers))
                Fill(file, WeightPrefix + parameter.Name, parameter.Value);
            Trainer.Optimizer.LoadState(file, OptimizerPrefix);
            if (Trainer.Average is { } average)
                Fill(file, AverageName, average.Values);
            if (KeepsBest)
            {
                Fill(file, BestName, _best);
                ReadOnlySpan<double> numbers = file[BestNumbers].Values<double>();
                // Checkpoints of before nearly best weights were taken hold the best error alone.
                (BestUpdate, BestError, _leastError) = ((long)numbers[0], numbers[1], numbers[numbers.Length > 2 ? 2 : 1]);
            }

            Trainer.ResumeAt(Trainer.Optimizer.StepCount);
        }
        catch (InvalidDataException problem)
        {
            throw new OrreryDataException(
                $"The checkpoint '{checkpoint.Folder}' cannot be resumed from: {problem.Message} {CheckpointStore.Remedy}", problem);
        }
    }

    public void Dispose()
    {
        Trainer.Dispose();
        _problem.Dispose();
    }

    private Tensor Kept => KeepsBest && BestUpdate > 0 ? _best : Trainer.Average?.Values ?? default;

    private void Fill(SafetensorsFile file, string name, Tensor tensor)
    {
        ReadOnlySpan<float> values = file[name].Values<float>();
        if (values.Length != tensor.Count)
            throw new InvalidDataException($"'{name}' has {values.Length} numbers; {tensor.Count} are needed");
        _problem.Parameters.Backend.Upload(values, tensor);
    }

    /// <summary>Does something while other weights are in place; none given means the present ones.</summary>
    private T With<T>(Tensor values, Func<T> action)
    {
        if (values.IsNull)
            return action();
        Backend backend = _problem.Parameters.Backend;
        backend.Copy(_problem.Parameters.Values, _scratch);
        backend.Copy(values, _problem.Parameters.Values);
        try
        {
            return action();
        }
        finally
        {
            backend.Copy(_scratch, _problem.Parameters.Values);
        }
    }
}
