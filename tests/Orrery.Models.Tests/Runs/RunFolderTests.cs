using Orrery.Data;
using Orrery.Models.Checkpoints;
using Orrery.Models.Runs;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private const string Recipe = """{ "training": { "updates": 10, "batch": 4 } }""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_says_what_it_was_made_of()
    {
        using (Open(Recipe, "abc"))
        {
        }

        RunDocument document = RunFolder.ReadDocument(_folder.File("run"));

        Assert.Equal("abc", document.DatasetHash);
        Assert.Equal(5UL, document.Seed);
        Assert.Equal(Recipe, File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    [Fact]
    public void The_same_recipe_and_data_go_on_with_the_run()
    {
        DateTimeOffset started;
        using (RunFolder first = Open(Recipe, "abc"))
            started = first.Document.Started;

        using RunFolder second = Open(Recipe, "abc");

        Assert.Equal(started, second.Document.Started);
    }

    [Fact]
    public void Another_recipe_is_refused_and_the_difference_is_named()
    {
        using (Open(Recipe, "abc"))
        {
        }

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => Open(Recipe.Replace("10", "20", StringComparison.Ordinal), "abc"));

        Assert.Contains("training.updates was 10 and is 20 now", problem.Message, StringComparison.Ordinal);
        Assert.Equal(Recipe, File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    [Fact]
    public void Other_data_are_refused()
    {
        using (Open(Recipe, "abc"))
        {
        }

        Assert.Contains("other data", Assert.Throws<OrreryDataException>(() => Open(Recipe, "xyz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using RunFolder first = Open(Recipe, "abc");

        Assert.Contains("in use", Assert.Throws<OrreryDataException>(() => Open(Recipe, "abc")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_other_things_is_left_alone()
    {
        Directory.CreateDirectory(_folder.File("run"));
        File.WriteAllText(Path.Combine(_folder.File("run"), "thesis.tex"), "precious");

        Assert.Contains("not a run", Assert.Throws<OrreryDataException>(() => Open(Recipe, "abc")).Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.File("run")));
    }

    [Fact]
    public void A_run_of_a_newer_version_is_refused()
    {
        using (Open(Recipe, "abc"))
        {
        }

        string path = Path.Combine(_folder.File("run"), "run.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));

        Assert.Contains("newest that this Orrery knows is 1", Assert.Throws<OrreryDataException>(() => Open(Recipe, "abc")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_checkpoint_may_begin_again_with_another_recipe()
    {
        using (RunFolder.Open(_folder.File("run"), "test", Recipe, 5, "data", "abc"))
        {
        }

        using RunFolder again = RunFolder.Open(_folder.File("run"), "test", "{}", 5, "data", "abc");

        Assert.Equal("{}", File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    /// <summary>Opens a run that has a checkpoint afterwards.</summary>
    private RunFolder Open(string recipe, string hash)
    {
        RunFolder run = RunFolder.Open(_folder.File("run"), "test", recipe, 5, "data", hash);
        if (!run.Checkpoints.HasAny)
            run.Checkpoints.Save(new CheckpointContent(1, recipe, "{}", [SafetensorsEntry.Create<float>("w", [1], 1)], []));
        return run;
    }
}
