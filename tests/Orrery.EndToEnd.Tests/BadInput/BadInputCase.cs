using System.Text;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.BadInput;

/// <summary>Something wrong that a person may hand to the tool.</summary>
/// <param name="What">What is wrong, as a sentence.</param>
/// <param name="Code">The exit code: 1 failed, 2 bad arguments or recipe.</param>
/// <param name="Says">A part of the sentence that must come back.</param>
/// <param name="Arrange">Spoils the files and says what is typed.</param>
internal sealed record BadInputCase(string What, int Code, string Says, Func<TemporaryFolder, string[]> Arrange)
{
    private static readonly string[] Columns = ["--observations", "level", "--actions", "voltage"];

    public static IReadOnlyList<BadInputCase> All { get; } = [.. Logs(), .. Recipes(), .. Files(), .. Arguments()];

    private static IEnumerable<BadInputCase> Logs() =>
    [
        new("an observation that no column has", 1, "'levle'", place => ["train", place.File("tank.csv"), "--observations", "levle", "--actions", "voltage", "-o", place.File("new")]),
        new("an action that no column has", 1, "'volts'", place => ["import", place.File("tank.csv"), "--observations", "level", "--actions", "volts", "-o", place.File("new")]),
        new("no column named as an observation", 1, "--observations", place => ["train", place.File("tank.csv"), "--actions", "voltage", "-o", place.File("new")]),
        new("one column in both roles", 1, "'level'", place => ["train", place.File("tank.csv"), "--observations", "level", "--actions", "level", "-o", place.File("new")]),
        new("a cell that is not a number", 1, "'n/a'", place => Train(place, Log(place, (row, cells) => row == 40 ? [cells[0], cells[1], "n/a"] : cells))),
        new("a cell that is NaN", 1, "NaN", place => Train(place, Log(place, (row, cells) => row == 40 ? [cells[0], "NaN", cells[2]] : cells))),
        new("a cell that is infinite", 1, "not a", place => Train(place, Log(place, (row, cells) => row == 40 ? [cells[0], "1e999", cells[2]] : cells))),
        new("a cell that is empty", 1, "--missing", place => Train(place, Log(place, (row, cells) => row == 40 ? [cells[0], cells[1], ""] : cells))),
        new("a row with a cell less", 1, "Row 41", place => Train(place, Log(place, (row, cells) => row == 40 ? cells[..2] : cells))),
        new("a row with a cell more", 1, "Row 41", place => Train(place, Log(place, (row, cells) => row == 40 ? [.. cells, "7"] : cells))),
        new("an empty file", 1, "empty", place => Train(place, Text(place, ""))),
        new("a header without rows", 1, "no rows", place => Train(place, Text(place, "time,voltage,level\n"))),
        new("a log shorter than one window", 1, "consecutive rows", place => Train(place, Log(place, (row, cells) => row > 4 ? null : cells))),
        new("a picture that is called a log", 1, "tank.csv", place => Train(place, Bytes(place))),
        new("a file that is not there", 2, "no log and no dataset", place => ["train", place.File("nowhere.csv"), .. Columns, "-o", place.File("new")]),
        new("a file to import that is not there", 1, "nowhere.csv", place => ["import", place.File("nowhere.csv"), .. Columns, "-o", place.File("new")]),
        new("a file to inspect that is not there", 1, "nowhere.csv", place => ["inspect", place.File("nowhere.csv"), .. Columns]),
        new("rows to leave out that are no rows", 2, "names no rows", place => [.. Train(place, place.File("tank.csv")), "--leave-out", "all"]),
        new("rows to leave out that are not there", 1, "Rows up to 99,999", place => [.. Train(place, place.File("tank.csv")), "--leave-out", "99999"]),
        new("a header's row that is not there", 1, "Row 99,999", place => [.. Train(place, place.File("tank.csv")), "--header-row", "99999"]),
        new("a column of episodes that is not there", 1, "'batch'", place => [.. Train(place, place.File("tank.csv")), "--episode-column", "batch"]),
        new("a time that runs backwards", 1, "time", place => ["import", Log(place, (row, cells) => row == 40 ? ["3", cells[1], cells[2]] : cells), .. Columns, "--time-column", "time", "-o", place.File("new")]),
    ];

    private static IEnumerable<BadInputCase> Recipes() =>
    [
        new("a recipe with a misspelt key", 2, "updtes", place => Train(place, place.File("tank.csv"), Recipe(place, """{ "extends": "plant/debug", "training": { "updtes": 3 } }"""))),
        new("a recipe that is not JSON", 2, "mine.json", place => Train(place, place.File("tank.csv"), Recipe(place, "{ kind: log"))),
        new("a recipe with text for a number", 2, "history", place => Train(place, place.File("tank.csv"), Recipe(place, """{ "extends": "plant/debug", "history": "ten" }"""))),
        new("a recipe with a number that makes no sense", 2, "batch", place => Train(place, place.File("tank.csv"), Recipe(place, """{ "extends": "plant/debug", "training": { "batch": 0 } }"""))),
        new("a recipe that is not there", 2, "plant/subspase", place => Train(place, place.File("tank.csv"), "plant/subspase")),
        new("a recipe for pictures with a log", 2, "pictures", place => Train(place, place.File("tank.csv"), "two-rooms/debug")),
        new("a setting with a misspelt key", 2, "updtes", place => [.. Train(place, place.File("tank.csv")), "--set", "training.updtes=3"]),
        new("a setting without a value", 2, "training.updates", place => [.. Train(place, place.File("tank.csv")), "--set", "training.updates"]),
        new("a setting that is no number", 2, "training.updates", place => [.. Train(place, place.File("tank.csv")), "--set", "training.updates=many"]),
        new("a share of the rows above one", 2, "testShare", place => [.. Train(place, place.File("tank.csv")), "--test-share", "1.5"]),
        new("a recipe to show that is not there", 2, "plant/nothing", _ => ["recipes", "show", "plant/nothing"]),
    ];

    private static IEnumerable<BadInputCase> Files() =>
    [
        new("a checkpoint of a newer version", 1, "format version 9", place => Evaluate(place, () => Spoil.Version(place))),
        new("a checkpoint that is cut by one byte", 1, "model.safetensors", place => Evaluate(place, () => Spoil.Cut(Spoil.Model(place)))),
        new("a checkpoint that is cut by one byte, to plan with", 1, "model.safetensors", place =>
        {
            Spoil.Cut(Spoil.Model(place));
            return ["plan", place.File("run"), "--goal", "level=5"];
        }),
        new("a checkpoint whose header is no JSON", 1, "model.safetensors", place => Evaluate(place, () => Spoil.Flip(Spoil.Model(place), 8))),
        new("a run.json that is cut", 1, "run.json", place => Evaluate(place, () => Spoil.Cut(place.File("run", "run.json"), 20))),
        new("a run without checkpoints", 1, "no checkpoint", place => Evaluate(place, () => Directory.Delete(place.File("run", "checkpoints"), recursive: true))),
        new("a run whose data were deleted", 1, "not there any more", place => Evaluate(place, () => Directory.Delete(place.File("run", "data"), recursive: true))),
        new("a run whose data were changed", 1, "does not match", place => Evaluate(place, () => Spoil.Flip(place.File("run", "data", "observation.npy"), -3))),
        new("a run whose data were exchanged", 1, "hash", place => Evaluate(place, () => Spoil.Exchange(place))),
        new("a folder that is no run", 1, "dataset", place => ["evaluate", place.File("dataset")]),
        new("a run that is not there", 1, "nowhere", place => ["evaluate", place.File("nowhere")]),
        new("a dataset whose hash does not match", 1, "does not match", place => TrainDataset(place, () => Spoil.Flip(place.File("dataset", "observation.npy"), -3))),
        new("a dataset whose actions were changed", 1, "does not match", place => TrainDataset(place, () => Spoil.Flip(place.File("dataset", "action.npy"), -2))),
        new("a dataset that is cut by one byte", 1, "observation.npy", place => TrainDataset(place, () => Spoil.Cut(place.File("dataset", "observation.npy")))),
        new("a dataset without a column", 1, "action.npy", place => TrainDataset(place, () => File.Delete(place.File("dataset", "action.npy")))),
        new("a dataset.json that was edited", 1, "dataset.json", place => TrainDataset(place, () => Spoil.Replace(place.File("dataset", "dataset.json"), "\"voltage\"", "\"current\""))),
        new("a dataset of a newer version", 1, "version", place => TrainDataset(place, () => Spoil.Replace(place.File("dataset", "dataset.json"), "\"formatVersion\": 2", "\"formatVersion\": 9"))),
        new("a folder that holds no dataset", 1, "dataset.json", place => TrainDataset(place, () => File.Delete(place.File("dataset", "dataset.json")))),
        new("a dataset that is there already", 1, "exists already", place => ["import", place.File("tank.csv"), .. Columns, "-o", place.File("dataset")]),
        new("a file in the place of the dataset's folder", 1, "exists", place => ["import", place.File("tank.csv"), .. Columns, "-o", place.File("tank.csv")]),
        new("a file in the place of the run's folder", 1, "tank.csv", place => ["train", place.File("dataset"), "--recipe", "plant/debug", "-o", place.File("tank.csv")]),
        new("a file in the place of a log's run folder", 1, "tank.csv", place => ["train", place.File("tank.csv"), .. Columns, "--recipe", "plant/debug", "-o", place.File("tank.csv")]),
        new("a file on the way to the run's folder", 1, "tank.csv", place => ["train", place.File("dataset"), "--recipe", "plant/debug", "-o", place.File("tank.csv", "run")]),
        new("a file on the way to collected data", 1, "tank.csv", place => ["collect", "two-rooms", "--episodes", "1", "-o", place.File("tank.csv", "rooms")]),
        new("a file on the way to a report", 1, "tank.csv", place => ["inspect", place.File("dataset"), "--report", place.File("tank.csv", "page.html")]),
        new("a folder that holds something else, as a run", 1, "not a run", place => ["train", place.File("dataset"), "--recipe", "plant/debug", "-o", place.Root]),
        new("another recipe for a run that has begun", 1, "another recipe", place => ["train", place.File("tank.csv"), .. Columns, "--recipe", "plant/debug", "--set", "history=6", "-o", place.File("run")]),
    ];

    private static IEnumerable<BadInputCase> Arguments() =>
    [
        new("a goal for a column that is not there", 2, "temperature", place => ["plan", place.File("run"), "--goal", "temperature=5"]),
        new("a goal for an action", 2, "'voltage' is commanded, not predicted", place => ["plan", place.File("run"), "--goal", "voltage=5"]),
        new("a goal with a decimal comma", 2, "'level=5.5'", place => ["plan", place.File("run"), "--goal", "level=5,5"]),
        new("a plan from a log", 2, "Train one first", place => ["plan", place.File("tank.csv"), "--goal", "level=5"]),
        new("an option that what-if does not have", 2, "There is no option '--over'", place => [.. WhatIf(place, "voltage\n1\n"), "--over", "10"]),
        new("a goal without a value", 2, "level", place => ["plan", place.File("run"), "--goal", "level"]),
        new("a goal that is no number", 2, "high", place => ["plan", place.File("run"), "--goal", "level=high"]),
        new("a goal that is NaN", 2, "NaN", place => ["plan", place.File("run"), "--goal", "level=NaN"]),
        new("no goal", 2, "--goal", place => ["plan", place.File("run")]),
        new("a zone with nothing inside", 2, "swap the two numbers", place => Plan(place, "6<=level<=4")),
        new("two goals for one column", 2, "Two goals", place => Plan(place, "level=5", "--goal", "level=6")),
        new("a reference that is not there", 2, "nowhere.csv", place => Plan(place, $"level=@{place.File("nowhere.csv")}")),
        new("a reference with a gap", 2, "row 3", place => Plan(place, $"level=@{Text(place, "level,other\n5,1\n,2\n", "reference.csv")}")),
        new("a reference of another column", 2, "Did you mean 'level'", place => Plan(place, $"level=@{Text(place, "levl\n5\n", "reference.csv")}")),
        new("a weight without a goal", 2, "there is no goal 'levl'", place => Plan(place, "level=5", "--weight", "levl=3")),
        new("a negative weight", 2, "0 or more", place => Plan(place, "level=5", "--weight", "level=-3")),
        new("a weight of moves for what is not commanded", 2, "'level' is not commanded", place => Plan(place, "level=5", "--move-weight", "level=3")),
        new("a misspelt column to minimise", 2, "Did you mean 'voltage'", place => ["plan", place.File("run"), "--minimise", "2*voltge"]),
        new("a time ahead that is no time", 2, "'moons'", place => Plan(place, "level=5", "--over", "3 moons")),
        new("too many rows ahead", 2, "10,000", place => Plan(place, "level=5", "--over", "100000")),
        new("a forecast where there are no disturbances", 2, "--disturbances", place => Plan(place, "level=5", "--forecast", place.File("tank.csv"))),
        new("future inputs that are not there", 1, "nowhere.csv", place => ["whatif", place.File("run"), place.File("nowhere.csv")]),
        new("future inputs that are empty", 1, "is empty", place => WhatIf(place, "")),
        new("future inputs without rows", 1, "no rows", place => WhatIf(place, "voltage\n")),
        new("future inputs with NaN", 1, "'NaN' in row 3", place => WhatIf(place, "voltage\n1\nNaN\n")),
        new("future inputs of a misspelt column", 1, "Did you mean 'voltage'", place => WhatIf(place, "voltge\n1\n")),
        new("future inputs that are no inputs", 1, "needed is at least one of voltage", place => WhatIf(place, "level\n1\n")),
        new("a last known row that is not there", 1, "rows 1 to 600", place => [.. WhatIf(place, "voltage\n1\n"), "--from", "601"]),
        new("a last known row without a history", 1, "Start from row 5", place => [.. WhatIf(place, "voltage\n1\n"), "--from", "2"]),
        new("a limit for a column that is not there", 2, "current", place => ["plan", place.File("run"), "--goal", "level=5", "--limit", "0<=current<=1"]),
        new("a limit that cannot be read", 2, "voltage", place => ["plan", place.File("run"), "--goal", "level=5", "--limit", "voltage about 3"]),
        new("a limit that nothing can satisfy", 2, "voltage", place => ["plan", place.File("run"), "--goal", "level=5", "--limit", "5<=voltage<=1"]),
        new("no rows to plan ahead", 2, "less than a row", place => ["plan", place.File("run"), "--goal", "level=5", "--over", "0"]),
        new("no episodes to collect", 2, "pisodes", place => ["collect", "two-rooms", "--episodes", "0", "-o", place.File("new")]),
        new("episodes of no length", 2, "ength", place => ["collect", "two-rooms", "--length", "0", "-o", place.File("new")]),
        new("an environment that is not there", 2, "three-rooms", place => ["collect", "three-rooms", "-o", place.File("new")]),
        new("an environment to show that is not there", 2, "three-rooms", _ => ["environments", "show", "three-rooms"]),
        new("no start/goal pairs in the quickstart", 2, "--episodes", place => ["quickstart", "--recipe", "two-rooms/debug", "--episodes", "0", "-o", place.File("new")]),
        new("nothing to collect in the quickstart", 2, "--collect", place => ["quickstart", "--recipe", "two-rooms/debug", "--collect", "0", "-o", place.File("new")]),
        new("a log's recipe in the quickstart", 2, "plant/debug", place => ["quickstart", "--recipe", "plant/debug", "-o", place.File("new")]),
        new("an option that is not there", 2, "--epochs", place => ["train", place.File("dataset"), "--epochs", "3"]),
        new("a command that is not there", 2, "trian", place => ["trian", place.File("dataset")]),
        new("text for a number", 2, "ten", place => ["collect", "two-rooms", "--episodes", "ten"]),
        new("fewer threads than one", 2, "hreads", place => ["train", place.File("dataset"), "--recipe", "plant/debug", "--threads", "-1", "-o", place.File("new")]),
    ];

    private static string[] Train(TemporaryFolder place, string log, string recipe = "plant/debug") =>
        ["train", log, .. Columns, "--recipe", recipe, "-o", place.File("new")];

    private static string[] TrainDataset(TemporaryFolder place, Action spoil)
    {
        spoil();
        return ["train", place.File("dataset"), "--recipe", "plant/debug", "-o", place.File("new")];
    }

    private static string[] Evaluate(TemporaryFolder place, Action spoil)
    {
        spoil();
        return ["evaluate", place.File("run")];
    }

    private static string Recipe(TemporaryFolder place, string json)
    {
        File.WriteAllText(place.File("mine.json"), json);
        return place.File("mine.json");
    }

    /// <summary>Changes rows of the log, counted from 1 after the header; null leaves a row out.</summary>
    private static string Log(TemporaryFolder place, Func<int, string[], string[]?> change)
    {
        string[] lines = File.ReadAllLines(place.File("tank.csv"));
        StringBuilder text = new(lines[0] + "\n");
        for (int row = 1; row < lines.Length; row++)
        {
            if (change(row, lines[row].Split(',')) is { } cells)
                text.Append(string.Join(',', cells)).Append('\n');
        }

        return Text(place, text.ToString());
    }

    private static string Text(TemporaryFolder place, string text, string name = "tank.csv")
    {
        File.WriteAllText(place.File(name), text);
        return place.File(name);
    }

    private static string[] WhatIf(TemporaryFolder place, string inputs) => ["whatif", place.File("run"), Text(place, inputs, "inputs.csv")];

    private static string[] Plan(TemporaryFolder place, string goal, params string[] more) => ["plan", place.File("run"), "--goal", goal, .. more];

    private static string Bytes(TemporaryFolder place)
    {
        byte[] bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(place.File("tank.csv"), bytes);
        return place.File("tank.csv");
    }
}
