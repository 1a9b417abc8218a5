using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Datasets;

/// <summary>What is measured of the body that acts, in a column beside the pictures.</summary>
public sealed class ProprioceptionColumnTests : IDisposable
{
    private static readonly DatasetSpaces Felt = new(
        new ImageSpace("picture", 1, 2, 3),
        new VectorSpace("action", [new Dimension("force", "N")]),
        new VectorSpace("state", [new Dimension("x", "m")]),
        new VectorSpace("proprioception", [new Dimension("x", "m"), new Dimension("vx", "m/s")]));

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void It_is_read_back_measured_inspected_and_part_of_the_hash()
    {
        var hash = Write("data", Felt, 0);
        Assert.NotEqual(hash, Write("other", Felt, 1));
        using var dataset = Dataset.Open(_temporary.File("data"));
        dataset.VerifyHash();
        Assert.Equal(Felt, dataset.Spaces);
        Assert.True(dataset.HasProprioception);
        Assert.Equal([2, -2], dataset.Proprioception(2).ToArray());
        Assert.Equal([1.5, -1.5], dataset.Statistics.Proprioception!.Mean);
        Assert.Equal([0.5, -0.5], dataset.Measure([new EpisodeRange(0, 2, EpisodeEnd.EndOfRecord, "part")]).Proprioception!.Mean);
        var inspected = DatasetInspection.Of(dataset).Columns.Where(column => column.Column == "proprioception").ToList();
        Assert.Equal([("x", "m", 3.0), ("vx", "m/s", 0.0)], inspected.Select(column => (column.Name, column.Unit, column.Maximum)));
    }

    [Fact]
    public void A_file_that_was_changed_is_noticed()
    {
        Write("data", Felt, 0);
        var path = Path.Combine(_temporary.File("data"), "proprioception.npy");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var dataset = Dataset.Open(_temporary.File("data"));
        Assert.Contains("'proprioception.npy'", Assert.Throws<OrreryDataException>(dataset.VerifyHash).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_is_refused_by_name(float value)
    {
        using var writer = new DatasetWriter(_temporary.File("data"), Felt, 1, "s", Provenance.Unknown);
        writer.BeginEpisode("one");
        Assert.Contains(
            "proprioception 'vx' of row 0", Assert.Throws<ArgumentException>(() => writer.Append(new byte[6], [0], [0], [0, value])).Message, StringComparison.Ordinal);
        Assert.Contains("2 were needed", Assert.Throws<ArgumentException>(() => writer.Append(new byte[6], [0], [0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_a_vector_it_is_refused()
    {
        var spaces = Felt with { Observation = new VectorSpace("observation", [new Dimension("y")]) };
        var problem = Assert.Throws<ArgumentException>(() => new DatasetWriter(_temporary.File("data"), spaces, 1, "s", Provenance.Unknown));
        Assert.Contains("beside pictures only", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_of_version_1_is_read_and_keeps_the_hash_that_it_had_then()
    {
        Write("data", Felt with { Proprioception = null }, 0);
        var path = Path.Combine(_temporary.File("data"), "dataset.json");
        var text = File.ReadAllText(path);
        Assert.DoesNotContain("proprioception", text, StringComparison.OrdinalIgnoreCase);
        File.WriteAllText(path, text.Replace("\"formatVersion\": 2", "\"formatVersion\": 1", StringComparison.Ordinal));
        using var dataset = Dataset.Open(_temporary.File("data"));
        // Computed before there was such a column.
        Assert.Equal("eb3e4988f6fbfc7034cbdf9e815f928f8bc44fe43a75deefe6d81efab2cac0eb", dataset.Hash);
        Assert.False(dataset.HasProprioception);
        Assert.Null(dataset.Statistics.Proprioception);
        Assert.Contains("no proprioception", Assert.Throws<InvalidOperationException>(() => dataset.Proprioception(0).ToArray()).Message, StringComparison.Ordinal);
    }

    private string Write(string name, DatasetSpaces spaces, float offset)
    {
        var trajectory = new Trajectory(spaces.Observation, spaces.Action, spaces.State, 1, spaces.Proprioception);
        for (var row = 0; row < 4; row++)
        {
            trajectory.AddRow();
            trajectory.Pixels(row).Fill((byte)row);
            trajectory.State(row)[0] = row;
            if (spaces.Proprioception is not null)
                (trajectory.Proprioception(row)[0], trajectory.Proprioception(row)[1]) = (row + offset, -row);
        }

        using var writer = new DatasetWriter(_temporary.File(name), spaces, 0.5, "s", Provenance.Unknown);
        writer.Write(trajectory);
        return writer.Complete();
    }
}
