using Orrery.Data;
using Orrery.Models.Checkpoints;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private static readonly Recipe Ten = RecipeFile.Load("two-rooms/debug", "training.updates=10", "training.seed=5");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_says_what_it_was_made_of()
    {
        using (Open(Ten, "abc"))
        {
        }

        RunDocument document = RunFolder.ReadDocument(_folder.File("run"));

        Assert.Equal("abc", document.DatasetHash);
        Assert.Equal(5UL, document.Seed);
        Assert.Equal(RecipeFile.Write(Ten), File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    [Fact]
    public void The_same_recipe_and_data_go_on_with_the_run()
    {
        DateTimeOffset started;
        using (RunFolder first = Open(Ten, "abc"))
            started = first.Document.Started;

        using RunFolder second = Open(Ten, "abc");

        Assert.Equal(started, second.Document.Started);
    }

    [Fact]
    public void Another_recipe_is_refused_and_the_difference_is_named()
    {
        using (Open(Ten, "abc"))
        {
        }

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => Open(RecipeFile.Load("two-rooms/debug", "training.updates=20", "training.seed=5"), "abc"));

        Assert.Contains("training.updates was 10 and is 20 now", problem.Message, StringComparison.Ordinal);
        Assert.Equal(RecipeFile.Write(Ten), File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    [Fact]
    public void Another_way_to_search_goes_on_with_the_run()
    {
        using (Open(Ten, "abc"))
        {
        }

        Recipe other = RecipeFile.Load("two-rooms/debug", "training.updates=10", "training.seed=5", "planner.horizon=7");
        using RunFolder again = Open(other, "abc");

        Assert.Equal(RecipeFile.Write(other), File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    [Fact]
    public void A_key_that_an_older_version_did_not_write_counts_with_its_default()
    {
        using (Open(Ten, "abc"))
        {
        }

        string path = Path.Combine(_folder.File("run"), "recipe.json");
        File.WriteAllText(path, RecipeFile.Write(Ten).Replace("\"heldOutShare\": 0.05,", "", StringComparison.Ordinal).Replace(",\n  \"heldOutShare\": 0.05", "", StringComparison.Ordinal));
        Assert.DoesNotContain("heldOutShare", File.ReadAllText(path), StringComparison.Ordinal);
        using RunFolder again = Open(Ten, "abc");
    }

    [Fact]
    public void Other_data_are_refused()
    {
        using (Open(Ten, "abc"))
        {
        }

        Assert.Contains("other data", Assert.Throws<OrreryDataException>(() => Open(Ten, "xyz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using RunFolder first = Open(Ten, "abc");

        Assert.Contains("in use", Assert.Throws<OrreryDataException>(() => Open(Ten, "abc")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_other_things_is_left_alone()
    {
        Directory.CreateDirectory(_folder.File("run"));
        File.WriteAllText(Path.Combine(_folder.File("run"), "thesis.tex"), "precious");

        Assert.Contains("not a run", Assert.Throws<OrreryDataException>(() => Open(Ten, "abc")).Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.File("run")));
    }

    [Fact]
    public void A_run_of_a_newer_version_is_refused()
    {
        using (Open(Ten, "abc"))
        {
        }

        string path = Path.Combine(_folder.File("run"), "run.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));

        Assert.Contains("newest that this Orrery knows is 1", Assert.Throws<OrreryDataException>(() => Open(Ten, "abc")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_checkpoint_may_begin_again_with_another_recipe()
    {
        using (RunFolder.Open(_folder.File("run"), Ten, "data", "abc"))
        {
        }

        Recipe other = RecipeFile.Load("two-rooms/debug");
        using RunFolder again = RunFolder.Open(_folder.File("run"), other, "data", "abc");

        Assert.Equal(RecipeFile.Write(other), File.ReadAllText(Path.Combine(_folder.File("run"), "recipe.json")));
    }

    /// <summary>Opens a run that has a checkpoint afterwards.</summary>
    private RunFolder Open(Recipe recipe, string hash)
    {
        RunFolder run = RunFolder.Open(_folder.File("run"), recipe, "data", hash);
        if (!run.Checkpoints.HasAny)
            run.Checkpoints.Save(new CheckpointContent(1, RecipeFile.Write(recipe), "{}", [SafetensorsEntry.Create<float>("w", [1], 1)], []));
        return run;
    }
}
