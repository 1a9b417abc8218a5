using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Models.Checkpoints;
using Orrery.Models.Monitoring;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Tensors;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Training;

/// <summary>
/// Trains a model into a run folder. Executing the same again goes on where it stopped, and ends with the same bits as if it had
/// not. Pictures are trained in one phase; logs are fitted with a validation stretch, then trained again on all training rows for
/// as long as validation found best.
/// </summary>
public sealed class TrainingRun
{
    private const string SessionName = "session";

    // Before this share of the updates, validation is luck, and latents may still be unfolding.
    private const double EarliestBest = 0.1;
    private const double EarliestWarning = 0.3;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly Recipe _recipe;
    private readonly Dataset _dataset;
    private readonly string _folder;
    private readonly Backend _backend;
    private readonly Split _split;
    private readonly WorldModelDescription _description;
    private readonly Stopwatch _clock = new();
    private readonly List<(string Name, double Value)> _numbers = [];
    private TimeSpan _lastReport;
    private long _updatesNow;
    private Session _session;

    /// <summary>Prepares a run; nothing is written yet.</summary>
    /// <param name="recipe">What to build and how to train it.</param>
    /// <param name="dataset">What to learn from.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="backend">Computes.</param>
    /// <exception cref="OrreryDataException">The dataset leaves nothing to train on.</exception>
    /// <exception cref="RecipeException">The recipe is for another kind of observation.</exception>
    public TrainingRun(Recipe recipe, Dataset dataset, string folder, Backend backend)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(backend);
        _recipe = recipe;
        _dataset = dataset;
        _folder = folder;
        _backend = backend;
        _split = TrainingSplit.Of(recipe, dataset);
        TrainingData.Check(recipe, dataset, _split);
        _description = TrainingData.Describe(recipe, dataset, _split);
        _session = new Session(0, 0, recipe.Training.Updates, false, false, double.NaN);
    }

    /// <summary>Trains until the end.</summary>
    /// <param name="progress">Is told where training stands, a few times a second.</param>
    /// <param name="cancellation">Stops after the present update, leaving a checkpoint.</param>
    /// <exception cref="OrreryDataException">Training diverged, or files cannot be written; the last checkpoint is kept.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; a checkpoint was left.</exception>
    public TrainingSummary Execute(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using RunFolder run = RunFolder.Open(_folder, _recipe, _dataset.Folder, _dataset.Hash);
        LoadedCheckpoint? loaded = run.Checkpoints.LoadNewest(out string? warning);
        if (loaded is not null)
            _session = Session.Read(loaded);
        bool resumed = loaded is not null;
        using MetricsLog metrics = MetricsLog.Open(run.MetricsPath, loaded?.Step ?? 0);
        if (warning is not null)
            progress?.Report(new TrainingProgress("resume", loaded!.Step, _recipe.Training.Updates, 0, TimeSpan.Zero, 0, "", Warning: warning));
        _clock.Restart();
        float[] settled = [];
        while (true)
        {
            using TrainingPhase phase = CreatePhase();
            if (loaded is not null)
                phase.Restore(loaded);
            else
                phase.TakeOver(settled);
            loaded = null;
            ValidationResult? last = _session.Finished ? null : RunPhase(phase, run, metrics, progress, cancellation);
            settled = phase.Settle();
            if (phase.KeepsBest && Refits)
            {
                long limit = phase.Trainer.LengthOf(phase.BestUpdate > 0 ? phase.BestUpdate : phase.Limit);
                _session = new Session(1, _session.Before + phase.Limit, limit, false, _session.HasWarned, phase.BestError);
                continue;
            }

            bool wasFinished = _session.Finished;
            _session = _session with { Finished = true };
            last ??= phase.Validate();
            double error = phase.KeepsBest ? phase.BestError : _session.Phase > 0 ? _session.FitError : last.Error;
            // A refit is as long as the fit only where that was best at its end.
            bool isBestAtEnd = _recipe is LogRecipe && double.IsFinite(error) && (phase.KeepsBest ? phase.BestUpdate : phase.Limit) == _recipe.Training.Updates;
            string checkpoint = wasFinished ? run.Checkpoints.List()[0] : Save(run, phase, metrics);
            return new TrainingSummary(
                checkpoint, _session.Before + phase.Trainer.Updates, _clock.Elapsed.TotalSeconds, resumed, double.IsFinite(error) ? error : null, last.Health, phase.Blend, phase.Filter, isBestAtEnd);
        }
    }

    private bool Refits => _recipe is LogRecipe { Refit: true };

    private ValidationResult? RunPhase(
        TrainingPhase phase, RunFolder run, MetricsLog metrics, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        TrainingRecipe training = _recipe.Training;
        ValidationResult? validation = null;
        while (phase.Trainer.Updates < phase.Limit)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(run, phase, metrics);
                throw new OperationCanceledException("Training was stopped; a checkpoint was kept.", cancellation);
            }

            StepResult step = phase.Trainer.Step();
            _updatesNow++;
            Log(metrics, phase, step);
            bool isLast = step.Update == phase.Limit;
            validation = null;
            if (step.Update % training.ValidateEvery == 0 || isLast)
            {
                validation = phase.Validate();
                if (step.Update >= EarliestBest * training.Updates)
                    phase.Remember(validation);
                Log(metrics, step, validation);
            }

            Report(phase, step, validation, metrics, progress);
            if (step.Update % training.CheckpointEvery == 0 && !isLast)
                Save(run, phase, metrics);
        }

        metrics.Flush();
        return validation;
    }

    private TrainingPhase CreatePhase()
    {
        WorldModelNetwork network = WorldModelNetwork.Create(_backend, _recipe, _description.Spaces, _description.Proprioception);
        try
        {
            if (_recipe is LatentRecipe latent)
            {
                LatentProblem problem = new((LatentNetwork)network, latent, _dataset, _split, _description.Observation, _description.Action);
                return new TrainingPhase("train", problem, latent.Training, _session.Limit, keepsBest: false);
            }

            LogRecipe log = (LogRecipe)_recipe;
            bool fits = _session.Phase == 0;
            Split fitted = TrainingData.Validation(log, _dataset, _split);
            Split parts = fits
                ? fitted
                : new Split(_split.Training, [], []);
            LogProblem rows = new((LogNetwork)network, log, _dataset, parts.Training, parts.Validation, _description, fitted);
            // Gradients of the members add up; each may be as large as if it were alone. A refit that ends earlier takes small steps at its end, too.
            TrainingRecipe training = log.Training with { ClipNorm = log.Training.ClipNorm * Math.Sqrt(log.Ensemble), Updates = (int)_session.Limit };
            return new TrainingPhase(fits ? "fit" : "refit", rows, training, _session.Limit, keepsBest: fits);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private string Save(RunFolder run, TrainingPhase phase, MetricsLog metrics)
    {
        // What the checkpoint counts as done must be in the metrics, too.
        metrics.Flush();
        if (!phase.IsFinite)
            throw new OrreryDataException(
                $"Training diverged: weights are not finite numbers after update {phase.Trainer.Updates}. The last checkpoint is kept. "
                + $"Lower training.learningRate ({_recipe.Training.LearningRate}).");
        return run.Checkpoints.Save(new CheckpointContent(
            _session.Before + phase.Trainer.Updates,
            RecipeFile.Write(_recipe),
            _description.Write(),
            phase.Model(),
            [.. phase.Save(), _session.Write()]));
    }

    private void Log(MetricsLog metrics, TrainingPhase phase, StepResult step)
    {
        _numbers.Clear();
        _numbers.Add(("loss", step.Loss));
        _numbers.Add(("gradientNorm", step.GradientNorm));
        _numbers.Add(("learningRate", step.LearningRate));
        for (int index = 0; index < phase.Trainer.Terms.Count; index++)
            _numbers.Add(phase.Trainer.Terms[index]);
        metrics.Write(_session.Before + step.Update, phase.Name, _clock.Elapsed.TotalSeconds, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_numbers));
    }

    private void Log(MetricsLog metrics, StepResult step, ValidationResult validation)
    {
        _numbers.Clear();
        _numbers.Add(("error", validation.Error));
        if (validation.Health is { } health)
        {
            _numbers.Add(("effectiveRank", health.EffectiveRank));
            _numbers.Add(("deviation", health.MeanDeviation));
        }

        metrics.Write(_session.Before + step.Update, "validation", _clock.Elapsed.TotalSeconds, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_numbers));
        metrics.Flush();
    }

    private void Report(
        TrainingPhase phase, StepResult step, ValidationResult? validation, MetricsLog metrics, IProgress<TrainingProgress>? progress)
    {
        string? warning = null;
        if (validation?.Health is { Warning: { } collapsed } && step.Update >= EarliestWarning * phase.Limit && !_session.HasWarned)
        {
            warning = collapsed;
            _session = _session with { HasWarned = true };
            metrics.Remark(_session.Before + step.Update, "warning", collapsed);
        }

        if (progress is null || (validation is null && step.Update < phase.Limit && _clock.Elapsed - _lastReport < ReportEvery))
            return;
        _lastReport = _clock.Elapsed;
        double rate = _updatesNow / Math.Max(_clock.Elapsed.TotalSeconds, 1e-9);
        double left = phase.Limit - step.Update + (phase.KeepsBest && Refits ? phase.Limit : 0);
        StringBuilder terms = new();
        for (int index = 0; index < phase.Trainer.Terms.Count; index++)
        {
            (string name, float value) = phase.Trainer.Terms[index];
            terms.Append(CultureInfo.InvariantCulture, $"{(index > 0 ? "  " : "")}{name} {value:0.####}");
        }

        progress.Report(new TrainingProgress(
            phase.Name, step.Update, phase.Limit, rate, TimeSpan.FromSeconds(left / rate), step.Loss, terms.ToString(), validation, warning));
    }

    /// <summary>Which phase, how many updates earlier phases made, how many this one makes, whether all is done, whether a collapse was told, and the error that the fit reached.</summary>
    private sealed record Session(int Phase, long Before, long Limit, bool Finished, bool HasWarned, double FitError)
    {
        public static Session Read(LoadedCheckpoint checkpoint)
        {
            if (checkpoint.Training is null || !checkpoint.Training.Contains(SessionName) || checkpoint.Training[SessionName].Values<long>() is not { Length: 6 } numbers)
                throw new OrreryDataException(
                    $"The checkpoint '{checkpoint.Folder}' holds nothing to resume training from. Choose another folder for the run.");
            return new Session((int)numbers[0], numbers[1], numbers[2], numbers[3] != 0, numbers[4] != 0, BitConverter.Int64BitsToDouble(numbers[5]));
        }

        public SafetensorsEntry Write() => SafetensorsEntry.Create<long>(SessionName, [Phase, Before, Limit, Finished ? 1 : 0, HasWarned ? 1 : 0, BitConverter.DoubleToInt64Bits(FitError)], 6);
    }
}
