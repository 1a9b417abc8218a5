using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery train</c>: learn a world model from a log or a dataset.</summary>
internal static class TrainCommand
{
    private const string LogDefault = "plant/subspace";
    private const string PixelDefault = "two-rooms/sigreg";
    private const string UpdatesSetting = "training.updates=";

    public static Command Create(CommandHost host)
    {
        Argument<string> data = new("data") { Description = "A log (then name its columns), or a dataset folder." };
        Option<string?> recipe = new("--recipe") { Description = $"A built-in recipe or a JSON file; {LogDefault} for logs (trained for longer where a log is long), {PixelDefault} for pictures when left out." };
        Option<string[]> settings = RecipesCommand.Settings();
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Folder of the run; runs/NAME when left out. Running the same command again goes on where it stopped." };
        Option<ulong?> seed = new("--seed") { Description = "Decides every random number; the recipe's when left out." };
        Option<double?> testShare = new("--test-share") { Description = "Last share of a log's rows to hold out for 'evaluate'; 0 trains on all of it." };
        Option<int?> ensemble = new("--ensemble") { Description = "Train that many models of a log side by side and average what they predict: steadier, and as many times slower." };
        Option<string[]> delays = new("--delay") { Description = "A known dead time: valve=5 says that the input acts 5 rows after it was commanded. Repeat it for several." };
        LogOptionSet options = new();
        Command command = new("train",
            "Learn a world model. Ctrl+C leaves a checkpoint; the same command again goes on, to the same bits.\n\nExamples:\n"
            + "  orrery train log.csv --observations level --actions voltage\n"
            + "  orrery train log.csv --observations level --actions voltage --disturbances rain --ensemble 5 --delay voltage=3\n"
            + "  orrery train log.csv --observations level --actions voltage --recipe plant/linear\n"
            + "  orrery train exchanger.dat --observations c3 --actions c2 --output runs/exchanger --seed 1\n"
            + "  orrery train datasets/two-rooms --recipe two-rooms/vicreg --set training.updates=300");
        command.Arguments.Add(data);
        foreach (Option option in (Option[])[recipe, settings, output, seed, testShare, ensemble, delays])
            command.Options.Add(option);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string path = parsed.GetValue(data)!;
            string folder = parsed.GetValue(output)?.FullName
                ?? Path.GetFullPath(Path.Combine("runs", LogImporter.NameOf(Path.TrimEndingDirectorySeparator(path))));
            List<string> changes = [.. parsed.GetValue(settings) ?? []];
            if (parsed.GetValue(seed) is { } number)
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"training.seed={number}"));
            if (parsed.GetValue(testShare) is { } share)
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"testShare={share}"));
            if (parsed.GetValue(ensemble) is { } members)
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"ensemble={members}"));
            changes.AddRange((parsed.GetValue(delays) ?? []).Select(Delay));
            // A recipe that does not make sense is told before anything is written.
            Recipe? named = parsed.GetValue(recipe) is { } recipeName ? RecipeFile.Load(recipeName, changes) : null;
            bool imported = false;
            TrainReport report;
            try
            {
                using Dataset dataset = RunData.Open(path, options.Read(parsed), folder, out imported, session, cancellation);
                Recipe what = named ?? Default(dataset, changes, session);
                // Guardrails that cannot be kept are told now, not when the first plan is made.
                // A model of disturbances alone has nothing to plan; it predicts and watches.
                if (what.Guardrails is not null || dataset.Spaces.Action.Dimensions.Any(input => !input.IsDisturbance))
                    Typed.Check(() => DeclaredGuardrails.For(what.Guardrails, dataset));
                Typed.Check(() => RunFamiliarity.Check(what, dataset));
                foreach (string constant in Advice.ConstantColumns(dataset))
                    session.Warn(constant);
                if (RunFamiliarity.Lock(what, dataset) is { } warning)
                    session.Warn(warning);
                using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
                report = Train(what, dataset, folder, backend, session, cancellation);
            }
            catch when (imported)
            {
                RunData.Forget(folder);
                throw;
            }

            session.Result(report, CliJson.Default.TrainReport, () => Print(session, report));
            return report.Collapsed ? ExitCodes.Failed : ExitCodes.Fine;
        });
    }

    /// <summary>Trains with progress shown; shared with the quickstart.</summary>
    public static TrainReport Train(
        Recipe recipe, Dataset dataset, string folder, Backend backend, Session session, CancellationToken cancellation)
    {
        using Terminal.Progress progress = session.Progress();
        TrainingSummary summary;
        try
        {
            summary = new TrainingRun(recipe, dataset, folder, backend)
                .Execute(new TrainingProgressLine(session, progress), cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.End("stopped; a checkpoint was kept. The same command goes on from it");
            throw;
        }

        progress.End(string.Create(CultureInfo.InvariantCulture, $"{summary.Updates:#,0} updates{(summary.Resumed ? ", resumed from a checkpoint" : "")}"));
        return new TrainReport(
            folder, recipe.Name, summary.Updates, summary.Seconds, summary.Resumed, summary.ValidationError, summary.Health?.EffectiveRank,
            summary.Health?.Collapsed ?? false, summary.Blend, summary.Filter, summary.BestAtEnd ? 2L * recipe.Training.Updates : null,
            recipe is LatentRecipe ? TwoRoomsRun.NextStep(dataset, folder) : $"orrery evaluate {folder}");
    }

    /// <summary>What is trained where no recipe is named; on a long log for longer, unless updates were asked for.</summary>
    private static Recipe Default(Dataset dataset, List<string> changes, Session session)
    {
        Recipe recipe = RecipeFile.Load(dataset.HasPictures ? PixelDefault : LogDefault, changes);
        if (recipe is not LogRecipe log || changes.Any(change => change.StartsWith(UpdatesSetting, StringComparison.Ordinal)))
            return recipe;
        LogRecipe longer = log.ForRows(dataset.Rows);
        if (longer != log)
            session.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"{dataset.Rows:#,0} rows: {longer.Training.Updates:#,0} updates in place of {log.Name}'s {log.Training.Updates:#,0}. For a shorter training: --set {UpdatesSetting}{log.Training.Updates}"));
        return longer;
    }

    private static string Delay(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0 && int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            ? string.Create(CultureInfo.InvariantCulture, $"delays.{text[..equals].Trim()}={rows}")
            : throw new UsageException($"--delay {text}: write COLUMN=ROWS with a whole number of rows, such as --delay valve=5.");
    }

    private static void Print(Session session, TrainReport report)
    {
        if (report.ValidationError is { } error)
            session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"held-out error   {error:0.####}{(report.EffectiveRank is null ? " standard deviations of the outputs" : "")}"));
        if (report.LongerUpdates is { } longer)
            session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"                 least at the end: a longer training may lower it, --set training.updates={longer}"));
        if (report.EffectiveRank is { } rank)
            session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"effective rank   {rank:0.0}{(report.Collapsed ? " (collapsed)" : "")}"));
        foreach (BlendedColumn column in report.Blend)
            session.Output.WriteLine($"{column.Name,-16} {BlendText.Of(column)}");
        if (report.Filter is { } filter)
            session.Output.WriteLine($"state            {Told(filter)}");
        session.Output.WriteLine($"run              {report.Folder}");
        session.Output.WriteLine($"next             {report.Next}");
    }

    private static string Told(StateFilter filter) => filter.Start == 0
        ? string.Create(CultureInfo.InvariantCulture, $"the encoder's alone: on held-out rows it predicts better than a Kalman filter over {filter.Rows} rows, or these are too few to tell")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"a Kalman filter over {filter.Rows} rows; of the states' deviation, the encoder is taken to err {filter.Start:0.##} and the model {filter.Drift:0.###} a row");
}

/// <param name="Folder">The run's folder.</param>
/// <param name="Recipe">What was trained.</param>
/// <param name="Updates">Updates in all.</param>
/// <param name="Seconds">Time that this call took.</param>
/// <param name="Resumed">Whether it went on from a checkpoint.</param>
/// <param name="ValidationError">Error on held-out rows while training.</param>
/// <param name="EffectiveRank">Directions that the latents use; null for logs.</param>
/// <param name="Collapsed">Whether the latents have collapsed.</param>
/// <param name="Blend">How far linear models are trusted, per observation; empty for a latent model.</param>
/// <param name="Filter">How the state of a log's model is filtered; null where the recipe asks for no filter.</param>
/// <param name="LongerUpdates">Updates of a longer training that may err less on held-out rows; null where this one went past its best.</param>
/// <param name="Next">The command that evaluates it.</param>
internal sealed record TrainReport(
    string Folder, string Recipe, long Updates, double Seconds, bool Resumed, double? ValidationError, double? EffectiveRank, bool Collapsed,
    IReadOnlyList<BlendedColumn> Blend, StateFilter? Filter, long? LongerUpdates, string Next);
