using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Environments.Navigation;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery quickstart</c>: from nothing to a world model that plans, with a report to look at.</summary>
internal static class QuickstartCommand
{
    private const int CollectedEpisodes = 1500;

    public static Command Create(CommandHost host)
    {
        Option<ulong> seed = new("--seed") { Description = "Decides every random number." };
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Folder of the run; runs/quickstart-SEED when left out." };
        Option<string> recipe = new("--recipe") { Description = "two-rooms/sigreg or two-rooms/vicreg, or a file.", DefaultValueFactory = _ => "two-rooms/sigreg" };
        Option<string[]> settings = RecipesCommand.Settings();
        Option<int> episodes = new("--episodes") { Description = "Held-out start/goal pairs to plan for.", DefaultValueFactory = _ => 100 };
        Option<int> collected = new("--collect") { Description = "Episodes to explore.", DefaultValueFactory = _ => CollectedEpisodes };
        Command command = new("quickstart",
            "Explore Two Rooms, learn a world model from pixels alone, plan to goal pictures in the other room, and write report.html.\n"
            + "Takes a few minutes on two cores and needs nothing but this program.\n\nExamples:\n"
            + "  orrery quickstart\n"
            + "  orrery quickstart --seed 1 --recipe two-rooms/vicreg");
        foreach (Option option in (Option[])[seed, output, recipe, settings, episodes, collected])
            command.Options.Add(option);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            ulong number = parsed.GetValue(seed);
            string folder = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(Path.Combine("runs", $"quickstart-{number}"));
            string[] changes = [.. parsed.GetValue(settings) ?? [], string.Create(CultureInfo.InvariantCulture, $"training.seed={number}")];
            Recipe what = RecipeFile.Load(parsed.GetValue(recipe)!, changes);
            if (what is not LatentRecipe { Encoder: not MlpRecipe })
                throw new UsageException($"Recipe '{what.Name}' is not for pixels; the quickstart needs two-rooms/sigreg, two-rooms/vicreg or one like them.");
            if (parsed.GetValue(episodes) < 1)
                throw new UsageException($"--episodes is {parsed.GetValue(episodes)}, but it must be 1 or more.");
            if (parsed.GetValue(collected) < 1)
                throw new UsageException($"--collect is {parsed.GetValue(collected)}, but it must be 1 or more.");
            PhaseClock clock = new();
            using Dataset dataset = clock.Time("collect", () => Collect(folder, parsed.GetValue(collected), number, session, cancellation));
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            clock.Time("train", () => TrainCommand.Train(what, dataset, folder, backend, session, cancellation));
            using WorldModel model = WorldModel.Load(folder, backend);
            TwoRoomsResult result = new TwoRoomsRun(model, dataset, folder, backend, session)
                .Evaluate(parsed.GetValue(episodes), number, cancellation, clock);
            session.Result(result.Report, CliJson.Default.TwoRoomsRunReport, () => TwoRoomsRun.Print(session, result.Report));
            return ExitCodes.Fine;
        });
    }

    /// <summary>Collects into the run's folder, or finds what an earlier call with the same seed has collected.</summary>
    private static Dataset Collect(string folder, int episodes, ulong seed, Session session, CancellationToken cancellation)
    {
        string place = Path.Combine(folder, RunFolder.DataFolder);
        TwoRoomsCollection settings = new() { Episodes = episodes, Seed = seed };
        if (Directory.Exists(place))
        {
            Dataset found = Dataset.Open(place);
            if (found.Episodes.Count == episodes)
                return RunData.Verified(found);
            found.Dispose();
            throw new UsageException($"'{place}' holds {found.Episodes.Count} episodes, but --collect asks for {episodes}. Name another folder with --output.");
        }

        using Terminal.Progress progress = session.Progress();
        progress.Begin("collect");
        TwoRoomsCollector.Collect(place, settings, cancellation: cancellation,
            progress: new Relay<int>(done => progress.Report(done, episodes, "episodes")));
        progress.End(string.Create(CultureInfo.InvariantCulture, $"{episodes:#,0} episodes of {settings.Length} pictures"));
        return Dataset.Open(place);
    }
}
