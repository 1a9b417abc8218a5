using Orrery.Data;
using Orrery.Models.Losses;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Optim;

namespace Orrery.Models.Training;

/// <summary>
/// Minimises a <see cref="TrainingProblem"/> with AdamW. <see cref="Step"/> is the whole of training; everything else here keeps
/// its state. A step allocates nothing after the first.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingProblem _problem;
    private readonly TrainingRecipe _recipe;
    private readonly Tape _tape;
    private readonly AdamW _optimizer;
    private readonly WarmupCosineSchedule _schedule;
    private readonly WeightAverage? _average;

    /// <summary>Begins at update 0.</summary>
    /// <param name="problem">What to minimise; the caller disposes of it.</param>
    /// <param name="recipe">How.</param>
    public Trainer(TrainingProblem problem, TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(recipe);
        _problem = problem;
        _recipe = recipe;
        _tape = new Tape(problem.Parameters.Backend);
        _optimizer = new AdamW(problem.Parameters, weightDecay: (float)recipe.WeightDecay);
        _schedule = new WarmupCosineSchedule(
            (float)recipe.LearningRate,
            (int)Math.Round(recipe.WarmUp * recipe.Updates),
            recipe.Updates,
            MinimumRate: (float)(recipe.LearningRate * recipe.FinalLearningRate));
        _average = recipe.Averaging > 0 ? new WeightAverage(problem.Parameters, recipe.Averaging) : null;
        problem.Averaged = _average?.Values ?? default;
    }

    /// <summary>Updates made so far.</summary>
    public long Updates { get; private set; }

    /// <summary>The terms of the last step's loss.</summary>
    public LossTerms Terms { get; } = new();

    internal AdamW Optimizer => _optimizer;

    internal WeightAverage? Average => _average;

    /// <summary>Makes one update: batch, forward, loss, backward, update.</summary>
    /// <exception cref="OrreryDataException">The loss or its gradient is not a finite number; the weights are those of the update before.</exception>
    public StepResult Step()
    {
        // Batch: which rows is a function of the seed and the update's number alone.
        _problem.FillBatch(Updates);

        // Forward and loss, recorded on a tape that reuses the memory of the update before.
        _tape.Reset();
        Tensor predictions = _problem.Forward(_tape);
        Tensor loss = _problem.Loss(_tape, predictions, Updates, Terms);
        float value = loss.Item();
        if (!float.IsFinite(value))
            throw Diverged("loss", value);

        // Backward.
        _problem.Parameters.ZeroGradients();
        _tape.Backward(loss);
        float norm = GradientClipping.ClipGlobalNorm(_problem.Parameters, (float)_recipe.ClipNorm);
        if (!float.IsFinite(norm))
            throw Diverged("gradient", norm);

        // Update. The first update already moves: the schedule is read at its end.
        float rate = _schedule.At(Updates + 1);
        _optimizer.Step(rate);
        _average?.Update(Updates);
        Updates++;
        return new StepResult(Updates, value, norm, rate);
    }

    /// <inheritdoc/>
    public void Dispose() => _tape.Dispose();

    internal void ResumeAt(long updates) => Updates = updates;

    /// <summary>
    /// How many updates a training has whose steps, from the first to the small ones at its end, are as large in sum as those of this
    /// one's first updates.
    /// </summary>
    /// <param name="updates">Of this one, from 1 to all.</param>
    internal long LengthOf(long updates)
    {
        double Sum(long count) => Enumerable.Range(1, (int)count).Sum(step => (double)_schedule.At(step));
        return Math.Max(1, (long)Math.Round(_recipe.Updates * Sum(updates) / Sum(_recipe.Updates)));
    }

    private OrreryDataException Diverged(string what, float value) => new(
        $"Training diverged: the {what} of update {Updates + 1} is {value}. The last checkpoint is kept. "
        + $"Lower training.learningRate ({_recipe.LearningRate}) or training.clipNorm ({_recipe.ClipNorm}), and look for outliers in the data.");
}

/// <summary>What one update came to.</summary>
/// <param name="Update">Its number, from 1.</param>
/// <param name="Loss">The loss before the update.</param>
/// <param name="GradientNorm">Global norm of the gradient before clipping.</param>
/// <param name="LearningRate">Step size.</param>
public readonly record struct StepResult(long Update, float Loss, float GradientNorm, float LearningRate);
