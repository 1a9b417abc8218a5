using System.Text;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Tests.Serialization;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Example()
    {
        var path = _folder.File("model.safetensors");
        Safetensors.Write(
            path,
            [
                SafetensorsEntry.Create<float>("encoder.weight", [1, 2, 3, 4, 5, 6], 2, 3),
                SafetensorsEntry.Create<byte>("mask", [1, 0, 1], 3),
                SafetensorsEntry.Create<long>("step", [long.MaxValue]),
                SafetensorsEntry.Create<int>("empty", [], 0, 4),
            ],
            new Dictionary<string, string> { ["format"] = "1", ["a \"quoted\" key"] = "größe" });
        return path;
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var file = SafetensorsFile.Read(Example());
        Assert.Equal([2, 3], file["encoder.weight"].Dimensions.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], file["encoder.weight"].Values<float>().ToArray());
        Assert.Equal([1, 0, 1], file["mask"].Values<byte>().ToArray());
        Assert.Equal([long.MaxValue], file["step"].Values<long>().ToArray());
        Assert.Equal(0, file["step"].Dimensions.Length);
        Assert.Equal(0, file["empty"].Values<int>().Length);
        Assert.Equal("größe", file.Metadata["a \"quoted\" key"]);
        Assert.True(file.Contains("mask"));
        Assert.False(file.Contains("Mask"));
        Assert.Contains("'weights'", Assert.Throws<InvalidDataException>(() => file["weights"]).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => file["mask"].Values<float>().Length);
        Assert.Equal(["model.safetensors"], _folder.Names());
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        var first = File.ReadAllBytes(Example());
        Assert.Equal(first, File.ReadAllBytes(Example()));
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_or_too_long_is_refused_and_named()
    {
        var path = Example();
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Contains("appended", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 8, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "by its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "whole number")]
    [InlineData("""{"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}}""", 4, "type F8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "larger")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not text")]
    [InlineData("[1]", 0, "object")]
    [InlineData("hello", 0, "JSON")]
    public void A_header_that_lies_is_refused_with_its_reason(string header, int dataLength, string reason)
    {
        var path = _folder.File("bad.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataLength]]);
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(9UL)]
    public void A_huge_header_length_is_refused_without_reserving_memory_for_it(ulong length)
    {
        var path = _folder.File("huge.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. "{}"u8]);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused_and_the_old_file_stays()
    {
        var path = Example();
        var before = File.ReadAllBytes(path);
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [SafetensorsEntry.Create<float>("a", [1]), SafetensorsEntry.Create<float>("a", [2])]));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Throws<ArgumentException>(() => SafetensorsEntry.Create<float>("__metadata__", [1]));
        Assert.Throws<ArgumentException>(() => SafetensorsEntry.Create<float>("x", [1, 2], 3));
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_old_file_and_nothing_else()
    {
        var path = _folder.File("text.json");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["text.json"], _folder.Names());
    }
}
