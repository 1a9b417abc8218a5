using System.Globalization;
using System.IO.Compression;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Tests;
using Orrery.Environments.Pushing;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Pushing;

/// <summary>A test that needs the recorded data and libchipmunk7.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedPushTFactAttribute : FactAttribute
{
    public RecordedPushTFactAttribute() => Skip = ChipmunkFactAttribute.Missing ?? new RecordedDataFactAttribute().Skip;
}

public sealed class PushTReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ChipmunkFact]
    public void What_the_simulator_recorded_it_does_again()
    {
        Record(episodes: 2, rows: 40);
        var episodes = PushTDemonstration.ReadAll(_folder.Path);
        Assert.Equal(["ep000", "ep001"], episodes.Select(episode => episode.Name));
        foreach (var episode in episodes)
        {
            var differences = PushTReplay.Run(episode);
            Assert.Equal(39, differences.Count);
            Assert.All(differences, difference => Assert.True(difference is { Agent: < 0.01, Block: < 1, Angle: < 0.01 }, $"{difference}"));
            Assert.Equal(Enumerable.Range(0, 39).Select(row => (row % 10) + 1), PushTReplay.Run(episode, 10).Select(difference => difference.Steps));
        }
    }

    [ChipmunkFact]
    public void A_recording_that_was_tampered_with_parts_from_the_simulator()
    {
        Record(episodes: 1, rows: 40);
        var episode = PushTDemonstration.ReadAll(_folder.Path)[0];
        episode.States[20][2] += 5;
        Assert.InRange(PushTReplay.Run(episode)[19].Block, 4, 6);
        episode.Actions[10][0] += 100;
        Assert.True(PushTReplay.Run(episode)[10].Agent > 10);
    }

    [Fact]
    public void Recordings_become_a_dataset_with_their_pictures()
    {
        Record(episodes: 2, rows: 5);
        var pixels = Enumerable.Range(0, 5 * 96 * 96 * 3).Select(i => (byte)(i * 7)).ToArray();
        WritePictures("ep001", pixels);
        var episodes = PushTDemonstration.ReadAll(_folder.Path);
        PushTDemonstrationDataset.Write(episodes, "test", _folder.File("dataset"));
        using var dataset = Dataset.Open(_folder.File("dataset"));
        Assert.Equal(10, dataset.Rows);
        Assert.Equal([5, 5], dataset.Episodes.Select(range => range.Length));
        Assert.Equal(3 * 96 * 96, Assert.IsType<ImageSpace>(dataset.Spaces.Observation).Size);

        // Channels come first here and last there: green of the pixel at row 2, column 3.
        Assert.Equal(pixels[((((4 * 96) + 2) * 96 + 3) * 3) + 1], episodes[1].ReadPictures()[4][(96 * 96) + (2 * 96) + 3]);
    }

    [Fact]
    public void Recordings_that_do_not_fit_are_refused_in_a_sentence()
    {
        Assert.Contains("There is no 'pusht_steps.csv'", Refusal(() => PushTDemonstration.ReadAll(_folder.Path)));
        Record(episodes: 1, rows: 5);
        WritePictures("ep000", new byte[4 * 96 * 96 * 3]);
        Assert.Contains("does not hold 5 pictures", Refusal(() => PushTDemonstration.ReadAll(_folder.Path)[0].ReadPictures()));
        WritePictures("ep000", new byte[6 * 96 * 96 * 3]);
        Assert.Contains("more than the 5 pictures", Refusal(() => PushTDemonstration.ReadAll(_folder.Path)[0].ReadPictures()));
        File.WriteAllText(_folder.File("img_u8_gz/ep000.u8.gz"), "not gzip");
        Assert.Contains("gzipped", Refusal(() => PushTDemonstration.ReadAll(_folder.Path)[0].ReadPictures()));
        var table = _folder.File(PushTDemonstration.TableFile);
        File.WriteAllText(table, File.ReadAllText(table).Replace("block_angle", "turn", StringComparison.Ordinal));
        Assert.Contains("block_angle", Refusal(() => PushTDemonstration.ReadAll(_folder.Path)));
    }

    [ChipmunkFact]
    public void An_absurd_number_is_refused_before_it_reaches_the_library()
    {
        Record(episodes: 1, rows: 5);
        var episode = PushTDemonstration.ReadAll(_folder.Path)[0];
        episode.Actions[2][0] = 1e9f;
        Assert.Contains("ep000 cannot be replayed", Refusal(() => PushTReplay.Run(episode)));
    }

    [RecordedPushTFact]
    public void People_recorded_in_gym_pusht_are_replayed_to_the_end()
    {
        var ends = PushTDemonstration.ReadAll(RecordedData.PathOf("pusht_demos")).Take(60).Select(episode => PushTReplay.Run(episode)[^1]).ToArray();
        Assert.All(ends, end => Assert.True(end.Agent < 1e-3, $"{end}"));
        Assert.True(ends.Select(end => end.Block).Order().ElementAt(30) < 1e-3);
        Assert.True(ends.Count(end => end.Block < 0.1) >= 54);
    }

    private static string Refusal(Func<object> action) => Assert.Throws<OrreryDataException>(action).Message;

    private void WritePictures(string name, byte[] pixels)
    {
        Directory.CreateDirectory(_folder.File("img_u8_gz"));
        using var stream = new GZipStream(File.Create(_folder.File($"img_u8_gz/{name}.u8.gz")), CompressionLevel.Fastest);
        stream.Write(pixels);
    }

    /// <summary>A table as gym-pusht records: acted in by the simulator where it is there, standing still where it is not.</summary>
    private void Record(int episodes, int rows)
    {
        using var writer = new StreamWriter(_folder.File(PushTDemonstration.TableFile));
        writer.WriteLine("episode,frame,action_x,action_y,agent_x,agent_y,block_x,block_y,block_angle,n_contacts");
        for (var episode = 0; episode < episodes; episode++)
        {
            using var environment = new PushT(new PushTSettings(PushTConvention.GymPushT, 96));
            var (state, action) = (new float[] { 200, 150, 256, 300, 1 }, new float[] { 256, 300 });
            var simulated = ChipmunkFactAttribute.Missing is null;
            var explorer = new ScriptedPusher();
            if (simulated)
            {
                // With the agent at rest, which no recording tells otherwise.
                environment.WriteState(state);
                explorer.Begin(environment, new RandomStream((ulong)episode, "recording"));
            }

            for (var row = 0; row < rows; row++)
            {
                if (simulated)
                {
                    environment.ReadState(state);
                    explorer.Act(environment, row, action);
                    environment.Step(action);
                }

                float[] numbers = [episode, row, .. action, .. state, 0];
                writer.WriteLine(string.Join(',', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
            }
        }
    }
}
