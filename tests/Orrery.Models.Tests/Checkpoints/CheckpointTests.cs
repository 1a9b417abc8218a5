using System.Text;
using Orrery.Data;
using Orrery.Models.Checkpoints;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back_to_the_bit()
    {
        CheckpointContent written = Content(7, 0.1f);
        Checkpoint.Write(_folder.File("one"), written);

        LoadedCheckpoint read = Checkpoint.Read(_folder.File("one"));

        Assert.Equal(7, read.Step);
        Assert.Equal(written.Recipe, read.Recipe);
        Assert.Equal(written.Statistics, read.Statistics);
        Assert.Equal(written.Model[0].Values<float>().ToArray(), read.Model.Entries[0].Values<float>().ToArray());
        Assert.Equal(written.Training[0].Values<long>().ToArray(), read.Training!.Entries[0].Values<long>().ToArray());
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("training.safetensors")]
    [InlineData("recipe.json")]
    [InlineData("statistics.json")]
    public void A_file_cut_off_by_one_byte_is_refused_by_name(string file)
    {
        Checkpoint.Write(_folder.File("one"), Content(7, 0.1f));
        string path = Path.Combine(_folder.File("one"), file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => Checkpoint.Read(_folder.File("one")));

        Assert.Contains("cannot be read", problem.Message, StringComparison.Ordinal);
        Assert.Contains(file, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_version_is_refused_and_the_newest_known_one_is_named()
    {
        Checkpoint.Write(_folder.File("one"), Content(7, 0.1f));
        string path = Path.Combine(_folder.File("one"), "model.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        byte[] old = Encoding.UTF8.GetBytes("\"orrery.checkpoint.version\":\"2\"");
        int at = bytes.AsSpan().IndexOf(old);
        bytes[at + old.Length - 2] = (byte)'9';
        File.WriteAllBytes(path, bytes);

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => Checkpoint.Read(_folder.File("one")));

        Assert.Contains("format version 9", problem.Message, StringComparison.Ordinal);
        Assert.Contains("newest that this Orrery knows is 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_is_no_checkpoint()
    {
        Assert.Contains("is no checkpoint", Assert.Throws<OrreryDataException>(() => Checkpoint.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_two_are_kept_and_the_newest_is_loaded()
    {
        CheckpointStore store = new(_folder.File("checkpoints"));
        Assert.False(store.HasAny);
        Assert.Null(store.LoadNewest(out _));
        foreach (int step in new[] { 10, 20, 30 })
            store.Save(Content(step, step));

        LoadedCheckpoint? newest = store.LoadNewest(out string? warning);

        Assert.Equal(30, newest!.Step);
        Assert.Null(warning);
        Assert.Equal(["step-00000030", "step-00000020"], store.List().Select(Path.GetFileName));
    }

    [Fact]
    public void When_the_newest_is_damaged_the_one_before_it_is_taken_and_said_so()
    {
        CheckpointStore store = new(_folder.File("checkpoints"));
        store.Save(Content(10, 1));
        string newest = Path.Combine(store.Save(Content(20, 2)), "model.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);

        LoadedCheckpoint? content = store.LoadNewest(out string? warning);

        Assert.Equal(10, content!.Step);
        Assert.Contains("Going on from step 10", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_was_being_written_when_the_process_died_is_ignored_and_removed()
    {
        CheckpointStore store = new(_folder.File("checkpoints"));
        store.Save(Content(10, 1));
        string torn = Path.Combine(store.Folder, "step-00000020.1234.partial");
        Directory.CreateDirectory(torn);
        File.WriteAllText(Path.Combine(torn, "recipe.json"), "{");

        Assert.Equal(10, store.LoadNewest(out string? warning)!.Step);
        Assert.Null(warning);
        store.Save(Content(20, 2));
        Assert.False(Directory.Exists(torn));
    }

    [Fact]
    public void Saving_the_same_step_again_replaces_it()
    {
        CheckpointStore store = new(_folder.File("checkpoints"));
        store.Save(Content(10, 1));
        store.Save(Content(10, 5));

        Assert.Equal(5, store.LoadNewest(out _)!.Model.Entries[0].Values<float>()[0]);
    }

    [Fact]
    public void An_unwritable_place_is_one_sentence_and_harms_nothing()
    {
        File.WriteAllText(_folder.File("taken"), "precious");

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => new CheckpointStore(_folder.File("taken")).Save(Content(1, 1)));

        Assert.Contains("cannot be written", problem.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(_folder.File("taken")));
    }

    private static CheckpointContent Content(int step, float value) => new(
        step,
        """{ "kind": "pixels" }""",
        """{ "mean": [1, 2] }""",
        [SafetensorsEntry.Create<float>("encoder.weight", [value, 2, 3, float.Epsilon], 2, 2)],
        [SafetensorsEntry.Create<long>("step", [step])]);
}
