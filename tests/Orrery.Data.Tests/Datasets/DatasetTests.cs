using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Data.Tests.Datasets;

public sealed class DatasetTests : IDisposable
{
    private static readonly DatasetSpaces Vectors = new(
        new VectorSpace("observation", [new Dimension("level", "V", 0, 10), new Dimension("temperature", "K")]),
        new VectorSpace("action", [new Dimension("voltage", "V", 0, 10)]));

    private static readonly DatasetSpaces Pictures = new(
        new ImageSpace("picture", 2, 5, 7),
        new VectorSpace("action", [new Dimension("dx"), new Dimension("dy")]),
        new VectorSpace("position", [new Dimension("x"), new Dimension("y")]));

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Folder => _temporary.File("data");

    private string WriteVectors(bool overwrite = false, float offset = 0)
    {
        using var writer = new DatasetWriter(Folder, Vectors, 0.5, "s", Provenance.Unknown, overwrite);
        writer.BeginEpisode("first");
        for (var row = 0; row < 5; row++)
            writer.Append([row + offset, 300 + row], [row / 10f]);
        writer.EndEpisode(EpisodeEnd.Gap);
        writer.BeginEpisode("second");
        writer.Append([9f, 9], [1]);
        writer.EndEpisode(EpisodeEnd.Terminated);
        return writer.Complete();
    }

    private string OpenError() => Assert.Throws<OrreryDataException>(() => Dataset.Open(Folder).Dispose()).Message;

    private void Edit(string file, Func<byte[], byte[]> change)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    private void EditText(string from, string to) =>
        Edit("dataset.json", bytes =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            Assert.Contains(from, text, StringComparison.Ordinal);
            return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        });

    [Fact]
    public void What_was_written_is_read_back()
    {
        var hash = WriteVectors();
        using var dataset = Dataset.Open(Folder);
        Assert.Equal(hash, dataset.Hash);
        Assert.Equal(Vectors, dataset.Spaces);
        Assert.Equal((0.5, "s", 6L), (dataset.SamplingTime, dataset.TimeUnit, dataset.Rows));
        Assert.Equal(
            [new EpisodeRange(0, 5, EpisodeEnd.Gap, "first"), new EpisodeRange(5, 1, EpisodeEnd.Terminated, "second")], dataset.Episodes);
        Assert.Equal([3f, 303f], dataset.Observation(3).ToArray());
        Assert.Equal([0.2f, 0.3f], dataset.Action(2, 2).ToArray());
        Assert.Equal([10.0 / 10], [Math.Round(dataset.Statistics.Action.Maximum[0], 6)]);
        Assert.False(dataset.HasState);
        Assert.Throws<InvalidOperationException>(() => dataset.Pixels(0).ToArray());
        Assert.Throws<InvalidOperationException>(() => dataset.State(0).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Observation(6).ToArray());
        dataset.VerifyHash();
    }

    [Fact]
    public void Statistics_of_the_training_part_see_nothing_else()
    {
        WriteVectors();
        using var dataset = Dataset.Open(Folder);
        var training = dataset.Measure([new EpisodeRange(0, 3, EpisodeEnd.EndOfRecord, "first")]);
        Assert.Equal([1, 301], training.Observation.Mean);
        Assert.Equal([2, 302], training.Observation.Maximum);
        Assert.Equal(dataset.Statistics.Observation.Mean, dataset.Measure(dataset.Episodes).Observation.Mean);
    }

    [Fact]
    public void Any_pictures_actions_and_states_are_read_back_bit_for_bit()
    {
        var cases = from lengths in Gen.Choose(1, 300).NonEmptyListOf()
                    from seed in Gen.Choose(0, 1_000_000)
                    where lengths.Count < 6
                    select (lengths, seed);
        var trial = 0;
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var folder = _temporary.File($"trial {trial++}");
            var random = new RandomStream((ulong)one.seed, "rows");
            var trajectories = one.lengths.Select(length => RandomEpisode(random, length)).ToList();
            using (var writer = new DatasetWriter(folder, Pictures, 1, "step", Provenance.Unknown))
            {
                foreach (var trajectory in trajectories)
                    writer.Write(trajectory);
                writer.Complete();
            }

            using var dataset = Dataset.Open(folder);
            dataset.VerifyHash();
            for (var i = 0; i < trajectories.Count; i++)
            {
                var start = dataset.Episodes[i].Start;
                for (var row = 0; row < trajectories[i].Length; row++)
                {
                    Assert.True(dataset.Pixels(start + row).SequenceEqual(trajectories[i].Pixels(row)));
                    Assert.True(dataset.Action(start + row).SequenceEqual(trajectories[i].Action(row)));
                    Assert.True(dataset.State(start + row).SequenceEqual(trajectories[i].State(row)));
                }
            }

            CheckPixelStatistics(dataset);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    private static Trajectory RandomEpisode(RandomStream random, int length)
    {
        var trajectory = new Trajectory(Pictures.Observation, Pictures.Action, Pictures.State, 1) { End = EpisodeEnd.Truncated };
        for (var row = 0; row < length; row++)
        {
            trajectory.AddRow();
            foreach (ref var pixel in trajectory.Pixels(row))
                pixel = (byte)random.NextInt(256);
            random.FillNormal(trajectory.Action(row));
            random.FillNormal(trajectory.State(row));
        }

        return trajectory;
    }

    private static void CheckPixelStatistics(Dataset dataset)
    {
        for (var channel = 0; channel < 2; channel++)
        {
            var values = new List<double>();
            for (var row = 0L; row < dataset.Rows; row++)
                values.AddRange(dataset.Pixels(row).Slice(channel * 35, 35).ToArray().Select(pixel => (double)pixel));
            var mean = values.Average();
            Assert.Equal(mean, dataset.Statistics.Observation.Mean[channel], 9);
            Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), dataset.Statistics.Observation.StandardDeviation[channel], 6);
            Assert.Equal(values.Min(), dataset.Statistics.Observation.Minimum[channel]);
            Assert.Equal(values.Max(), dataset.Statistics.Observation.Maximum[channel]);
        }
    }

    [Fact]
    public void The_hash_follows_the_contents_and_nothing_else()
    {
        var first = WriteVectors();
        var again = WriteVectors(overwrite: true);
        var other = WriteVectors(overwrite: true, offset: 1e-3f);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Matches("^[0-9a-f]{64}$", first);
    }

    [Fact]
    public void An_existing_dataset_is_only_replaced_when_asked()
    {
        var hash = WriteVectors();
        var error = Assert.Throws<OrreryDataException>(() => WriteVectors(offset: 1));
        Assert.Equal($"Cannot write the dataset '{Folder}': it exists already. Choose another name, or ask to overwrite it.", error.Message);
        using (var dataset = Dataset.Open(Folder))
            Assert.Equal(hash, dataset.Hash);
        Assert.NotEqual(hash, WriteVectors(overwrite: true, offset: 1));
        Assert.Single(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_never_replaced()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.txt"), "years of work");
        var error = Assert.Throws<OrreryDataException>(() => WriteVectors(overwrite: true));
        Assert.Equal($"Cannot write the dataset '{Folder}': the folder exists and holds something else. Choose another name.", error.Message);
        Assert.Equal("years of work", File.ReadAllText(Path.Combine(Folder, "thesis.txt")));
        File.WriteAllText(_temporary.File("file"), "x");
        Assert.Throws<OrreryDataException>(() => new DatasetWriter(_temporary.File("file"), Vectors, 1, "s", Provenance.Unknown, overwrite: true).Dispose());
    }

    [Fact]
    public void An_empty_folder_may_be_filled()
    {
        Directory.CreateDirectory(Folder);
        WriteVectors();
        using var dataset = Dataset.Open(Folder);
        Assert.Equal(6, dataset.Rows);
    }

    [Fact]
    public void Until_it_is_complete_nothing_is_seen_and_giving_up_leaves_nothing()
    {
        using (var writer = new DatasetWriter(Folder, Vectors, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("first");
            writer.Append([1f, 2], [3]);
            Assert.False(Directory.Exists(Folder));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_by_the_next_one()
    {
        var abandoned = _temporary.File("data.2147483647-0123.partial");
        var recent = _temporary.File("data.2147483646-0123.partial");
        Directory.CreateDirectory(abandoned);
        File.WriteAllText(Path.Combine(abandoned, "observation.npy"), "half");
        Directory.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddHours(-1));
        Directory.CreateDirectory(recent);
        WriteVectors();
        Assert.False(Directory.Exists(abandoned));
        Assert.True(Directory.Exists(recent));
    }

    [Fact]
    public void A_writer_refuses_rows_that_make_no_sense()
    {
        using var writer = new DatasetWriter(Folder, Vectors, 1, "s", Provenance.Unknown);
        Assert.Throws<InvalidOperationException>(() => writer.Append([1f, 2], [3]));
        Assert.Throws<InvalidOperationException>(() => writer.EndEpisode(EpisodeEnd.Gap));
        writer.BeginEpisode("first");
        Assert.Throws<InvalidOperationException>(() => writer.EndEpisode(EpisodeEnd.Gap));
        Assert.Throws<InvalidOperationException>(() => writer.BeginEpisode("second"));
        Assert.Throws<InvalidOperationException>(() => writer.Append([(byte)1, 2], [3]));
        Assert.Throws<ArgumentException>(() => writer.Append([1f], [3]));
        Assert.Throws<ArgumentException>(() => writer.Append([1f, 2], [3, 4]));
        Assert.Throws<ArgumentException>(() => writer.Append([1f, 2], [3], [4]));
        Assert.Equal(
            "DatasetWriter.Append: observation 'temperature' of row 0 is NaN; a finite number was needed.",
            Assert.Throws<ArgumentException>(() => writer.Append([1f, float.NaN], [3])).Message);
        Assert.Throws<InvalidOperationException>(() => writer.Complete());
        writer.Append([1f, 2], [3]);
        writer.EndEpisode(EpisodeEnd.EndOfRecord);
        writer.Complete();
        Assert.Throws<InvalidOperationException>(() => writer.Complete());
        Assert.Throws<ArgumentException>(() => new DatasetWriter(_temporary.File("x"), Vectors, 0, "s", Provenance.Unknown));
    }

    [Fact]
    public void An_empty_dataset_is_not_written()
    {
        using (var writer = new DatasetWriter(Folder, Vectors, 1, "s", Provenance.Unknown))
        {
            Assert.Equal(
                $"The dataset '{Folder}' would be empty, so it was not written. Give data with at least one row.",
                Assert.Throws<OrreryDataException>(() => writer.Complete()).Message);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void A_folder_that_is_missing_or_no_dataset_says_so()
    {
        Assert.Equal($"Cannot open the dataset '{Folder}': there is no such folder. Check the spelling and the current folder.", OpenError());
        Directory.CreateDirectory(Folder);
        Assert.Equal(
            $"'{Folder}' is not a dataset: it has no dataset.json. Give the folder that 'orrery import' or 'orrery collect' wrote.", OpenError());
    }

    [Fact]
    public void A_newer_version_names_the_newest_that_is_known()
    {
        WriteVectors();
        EditText("\"formatVersion\": 2,", "\"formatVersion\": 3,\n  \"moon\": true,");
        Assert.Equal(
            $"The dataset '{Folder}' has format version 3; this Orrery reads versions up to 2. Use a newer Orrery, or write the dataset again with this one.",
            OpenError());
    }

    [Theory]
    [InlineData("\"V\"", "\"mV\"")]
    [InlineData("\"Gap\"", "\"Truncated\"")]
    [InlineData("\"samplingTime\": 0.5", "\"samplingTime\": 0.6")]
    public void A_dataset_json_that_was_edited_is_noticed(string from, string to)
    {
        WriteVectors();
        EditText(from, to);
        Assert.Equal(
            $"'{Path.Combine(Folder, "dataset.json")}' was changed after the dataset was written: its hash does not match its contents. "
            + "Restore it, or import or collect the dataset again.",
            OpenError());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"formatVersion\": 1}")]
    [InlineData("{\"formatVersion\": 1, \"spaces\": null}")]
    [InlineData("{\"formatVersion\": \"one\"}")]
    public void A_damaged_dataset_json_is_one_sentence(string text)
    {
        WriteVectors();
        Edit("dataset.json", _ => Encoding.UTF8.GetBytes(text));
        var message = OpenError();
        Assert.StartsWith($"'{Path.Combine(Folder, "dataset.json")}' is damaged: ", message, StringComparison.Ordinal);
        Assert.EndsWith("Import or collect the dataset again.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_whose_bytes_changed_does_not_match_the_hash()
    {
        WriteVectors();
        Edit("action.npy", bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        });
        using var dataset = Dataset.Open(Folder);
        Assert.Equal(
            $"The dataset '{Folder}' is not what was written: the hash of 'action.npy' does not match. "
            + "The file was changed or damaged; restore it, or import or collect the dataset again.",
            Assert.Throws<OrreryDataException>(dataset.VerifyHash).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public void A_truncated_column_is_noticed_on_opening(int bytes)
    {
        WriteVectors();
        Edit("observation.npy", content => content[..^bytes]);
        Assert.StartsWith($"Cannot read the dataset's column '{Path.Combine(Folder, "observation.npy")}': ", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_missing_or_of_other_rows_is_noticed()
    {
        WriteVectors();
        File.Copy(Path.Combine(Folder, "action.npy"), Path.Combine(Folder, "observation.npy"), overwrite: true);
        Assert.Equal(
            $"The dataset '{Folder}' is damaged: 'observation.npy' holds 6 rows of 1 Float32 numbers, "
            + "but dataset.json says 6 rows of 2 Float32 numbers. Write the dataset again.",
            OpenError());
        File.Delete(Path.Combine(Folder, "observation.npy"));
        Assert.EndsWith("it does not exist. Check the spelling and the current folder.", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_one_sentence()
    {
        File.WriteAllText(_temporary.File("file"), "x");
        var error = Assert.Throws<OrreryDataException>(
            () => new DatasetWriter(Path.Combine(_temporary.File("file"), "data"), Vectors, 1, "s", Provenance.Unknown).Dispose());
        Assert.StartsWith("Cannot create the folder '", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(_temporary.File("file")));
    }

    [Fact]
    public void A_full_disk_and_refused_access_say_what_to_do()
    {
        Assert.Equal(
            "Cannot write the dataset '/d': the disk is full. Free some space or choose another folder; nothing that was there has changed.",
            FileErrors.Translate("write the dataset", "/d", new IOException("No space left on device", 28)).Message);
        Assert.Equal(
            "Cannot write the dataset '/d': access is denied. Change its permissions or choose another place.",
            FileErrors.Translate("write the dataset", "/d", new UnauthorizedAccessException()).Message);
    }

    [Fact]
    public void An_inspection_finds_constant_and_stuck_columns()
    {
        using (var writer = new DatasetWriter(Folder, Vectors, 1, "s", Provenance.Unknown))
        {
            float[] levels = [1, 5, 5, 5, 2, 2, 2, 2, 3];
            writer.BeginEpisode("first");
            for (var row = 0; row < levels.Length; row++)
            {
                if (row == 6)
                {
                    writer.EndEpisode(EpisodeEnd.Gap);
                    writer.BeginEpisode("second");
                }

                writer.Append([levels[row], row], [4]);
            }

            writer.EndEpisode(EpisodeEnd.Truncated);
            writer.Complete();
        }

        using var dataset = Dataset.Open(Folder);
        var inspection = DatasetInspection.Of(dataset, outlinePoints: 3);
        Assert.Equal(("[9, 2]", "[9, 1]"), (inspection.ObservationShape, inspection.ActionShape));
        Assert.Equal((3, 6), (inspection.ShortestEpisode, inspection.LongestEpisode));
        Assert.Equal((0, 1, 1), (inspection.Terminated, inspection.Truncated, inspection.Gaps));
        var level = inspection.Columns[0];
        Assert.Equal((3, 1L), (level.LongestRun, level.LongestRunStart));
        Assert.Equal([new OutlinePoint(1, 5), new OutlinePoint(2, 5), new OutlinePoint(2, 3)], level.Outline);
        Assert.Equal([false, false, true], inspection.Columns.Select(column => column.IsConstant));
    }
}
