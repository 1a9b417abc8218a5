using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Logs;

public sealed class LogImporterTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Each_stretch_without_a_gap_becomes_an_episode()
    {
        var path = _temporary.File("log.csv");
        File.WriteAllText(path, "u,y\n1,2\n1,3\nn/a,4\n1,5\n");
        using var dataset = LogImporter.Import(path, new LogOptions(["y"], ["u"], MissingTokens: ["n/a"], SamplingTime: 4), _temporary.File("data"));
        Assert.Equal(
            [new EpisodeRange(0, 2, EpisodeEnd.Gap, "log from row 2"), new EpisodeRange(2, 1, EpisodeEnd.EndOfRecord, "log from row 5")],
            dataset.Episodes);
        Assert.Equal((4, "s"), (dataset.SamplingTime, dataset.TimeUnit));
        Assert.Equal([2f, 3f, 5f], dataset.Observation(0, 3).ToArray());
        Assert.Equal("y", ((Data.Spaces.VectorSpace)dataset.Spaces.Observation).Dimensions[0].Name);

        var inspection = DatasetInspection.Of(dataset);
        Assert.Equal(1, inspection.MissingRows);
        Assert.Equal(1, inspection.Gaps);
        Assert.True(inspection.Columns.Single(column => column.Name == "u").IsConstant);
        Assert.False(inspection.Columns.Single(column => column.Name == "y").IsConstant);
    }

    [Fact]
    public void Disturbances_are_inputs_after_the_actions_and_say_so()
    {
        File.WriteAllText(_temporary.File("log.csv"), "level,sun,valve\n1,5,0.1\n2,6,0.2\n");
        using var dataset = LogImporter.Import(_temporary.File("log.csv"), new LogOptions(["level"], ["valve"], Disturbances: ["sun"]), _temporary.File("data"));
        Assert.Equal(["valve", "sun"], dataset.Spaces.Action.Dimensions.Select(dimension => dimension.Name));
        Assert.Equal([false, true], dataset.Spaces.Action.Dimensions.Select(dimension => dimension.IsDisturbance));
        Assert.Equal([0.2f, 6f], dataset.Action(1).ToArray());
    }

    [Fact]
    public void Several_logs_become_one_dataset_unless_their_clocks_differ()
    {
        File.WriteAllText(_temporary.File("a.csv"), "t,u,y\n0,1,2\n1,1,3\n");
        File.WriteAllText(_temporary.File("b.csv"), "t,y,u\n0,5,6\n1,7,8\n");
        File.WriteAllText(_temporary.File("c.csv"), "t,y,u\n0,5,6\n2,7,8\n");
        var options = new LogOptions(["y"], ["u"], TimeColumn: "t");
        using var dataset = LogImporter.Import([_temporary.File("a.csv"), _temporary.File("b.csv")], options, _temporary.File("data"));
        Assert.Equal(["a", "b"], dataset.Episodes.Select(episode => episode.RecordName));
        Assert.Equal([1f, 1f, 6f, 8f], dataset.Action(0, 4).ToArray());
        var error = Assert.Throws<OrreryDataException>(
            () => LogImporter.Import([_temporary.File("a.csv"), _temporary.File("c.csv")], options, _temporary.File("other")));
        Assert.Equal("c.csv has a row every 2 s, but a.csv one every 1. Import them into separate datasets, or resample both with --resample.", error.Message);
    }

    [Fact]
    public void A_log_that_cannot_be_used_leaves_an_existing_dataset_as_it_was()
    {
        var path = _temporary.File("log.csv");
        var folder = _temporary.File("data");
        File.WriteAllText(path, "u,y\n1,2\n");
        string hash;
        using (var dataset = LogImporter.Import(path, new LogOptions(["y"], ["u"]), folder))
            hash = dataset.Hash;
        File.WriteAllText(path, "u,y\n1,oops\n");
        Assert.Throws<OrreryDataException>(() => LogImporter.Import(path, new LogOptions(["y"], ["u"]), folder, overwrite: true).Dispose());
        using var still = Dataset.Open(folder);
        still.VerifyHash();
        Assert.Equal(hash, still.Hash);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_temporary.Path).Count());
    }

    [RecordedDataFact]
    public void The_cascaded_tanks_are_imported_with_their_official_parts()
    {
        var path = RecordedData.PathOf("cascaded_tanks", "dataBenchmark.csv");
        using var training = LogImporter.Import(path, new LogOptions(["yEst"], ["uEst"], SamplingTime: 4), _temporary.File("training"));
        using var test = LogImporter.Import(path, new LogOptions(["yVal"], ["uVal"], SamplingTime: 4), _temporary.File("test"));
        Assert.Equal(1024, training.Rows);
        Assert.Equal(1024, test.Rows);
        Assert.Single(training.Episodes);
        Assert.Equal(5.205f, training.Observation(0)[0]);
        Assert.Equal(3.2567f, training.Action(0)[0]);
        Assert.Equal(4.9728f, test.Observation(0)[0]);
        Assert.InRange(training.Statistics.Observation.Maximum[0], 9.9, 10.1);
        var error = Assert.Throws<OrreryDataException>(() => LogTable.Read(path, new LogOptions(["yEst"], ["Ts"])));
        Assert.Equal(
            "Column 'Ts' of dataBenchmark.csv: the cell in row 3 is empty. Name the empty cell with --missing \"\", or drop the column.", error.Message);
    }

    [RecordedDataFact]
    public void The_heat_exchanger_is_imported_without_a_header()
    {
        using var dataset = LogImporter.Import(
            RecordedData.PathOf("daisy", "exchanger.dat"), new LogOptions(["c3"], ["c2"], SamplingTime: 1), _temporary.File("data"));
        Assert.Equal(4000, dataset.Rows);
        Assert.Equal(98.62810f, dataset.Observation(0)[0]);
        Assert.Equal(0.3f, dataset.Action(0)[0]);
    }

    [RecordedDataFact]
    public void Every_recorded_table_can_be_read()
    {
        foreach (var path in Directory.EnumerateFiles(RecordedData.PathOf("daisy"), "*.dat"))
        {
            var table = LogTable.Read(path, new LogOptions(["c3"], ["c2"]));
            Assert.True(table.Rows > 700, path);
            Assert.Single(table.Stretches);
        }
    }
}
