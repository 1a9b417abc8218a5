using System.Text;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Tests.Serialization;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_with_its_type_and_dimensions()
    {
        var path = _folder.File("a.npy");
        Npy.Write<float>(path, [1, 2, 3, 4, 5, 6], 2, 3);
        var array = Npy.Read(path);
        Assert.Equal(NpyType.Float32, array.Type);
        Assert.Equal([2, 3], array.Dimensions.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], array.Values<float>().ToArray());
        Npy.Write<byte>(path, [7, 8, 9]);
        Assert.Equal([7, 8, 9], Npy.Read(path).Values<byte>().ToArray());
        Npy.Write<long>(path, [long.MinValue, long.MaxValue], 2, 1);
        Assert.Equal([long.MinValue, long.MaxValue], Npy.Read(path).Values<long>().ToArray());
        Npy.Write<double>(path, [Math.PI]);
        Assert.Equal([Math.PI], Npy.Read(path).Values<double>().ToArray());
        Npy.Write<int>(path, []);
        Assert.Equal(0, Npy.Read(path).Values<int>().Length);
        Assert.Equal(["a.npy"], _folder.Names());
    }

    [Fact]
    public void The_bytes_are_those_that_NumPy_writes()
    {
        var path = _folder.File("a.npy");
        Npy.Write<float>(path, [1.5f], 1);
        var bytes = File.ReadAllBytes(path);
        var text = "\u0093NUMPY\u0001\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }".PadRight(127) + "\n";
        Assert.Equal(Encoding.Latin1.GetBytes(text), bytes[..128]);
        Assert.Equal(BitConverter.GetBytes(1.5f), bytes[128..]);
    }

    [Fact]
    public void A_column_grows_row_by_row_and_is_mapped_back()
    {
        var path = _folder.File("pixels.npy");
        using (var writer = new NpyWriter(path, NpyType.UInt8, 2, 3))
        {
            writer.Append<byte>([1, 2, 3, 4, 5, 6]);
            writer.Append<byte>([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
            Assert.Equal(3, writer.Rows);
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        using var column = NpyColumn.Open(path);
        Assert.Equal(3, column.Rows);
        Assert.Equal(6, column.RowLength);
        Assert.Equal([2, 3], column.RowDimensions.ToArray());
        Assert.Equal([7, 8, 9, 10, 11, 12], column.Row<byte>(1).ToArray());
        Assert.Equal(12, column.Span<byte>(1, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => column.Row<byte>(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => column.Row<byte>(-1).Length);
        Assert.Throws<InvalidDataException>(() => column.Row<float>(0).Length);
        Assert.Equal([3, 2, 3], Npy.Read(path).Dimensions.ToArray());
    }

    [Fact]
    public void A_column_without_rows_can_be_opened()
    {
        var path = _folder.File("empty.npy");
        using (var writer = new NpyWriter(path, NpyType.Float32, 4)) writer.Complete();
        using var column = NpyColumn.Open(path);
        Assert.Equal(0, column.Rows);
        Assert.Equal(0, column.Span<float>(0, 0).Length);
    }

    [Fact]
    public void A_writer_that_is_not_completed_leaves_what_was_there()
    {
        var path = _folder.File("a.npy");
        Npy.Write<int>(path, [1]);
        using (var writer = new NpyWriter(path, NpyType.Float32, 2))
        {
            writer.Append<float>([1, 2]);
            Assert.Throws<ArgumentException>(() => writer.Append<float>([1, 2, 3]));
            Assert.Throws<ArgumentException>(() => writer.Append<int>([1, 2]));
        }

        Assert.Equal([1], Npy.Read(path).Values<int>().ToArray());
        Assert.Equal(["a.npy"], _folder.Names());
    }

    [Fact]
    public void Dimensions_that_do_not_fit_the_numbers_are_refused_before_anything_is_written()
    {
        var path = _folder.File("a.npy");
        Assert.Throws<ArgumentException>(() => Npy.Write<float>(path, [1, 2, 3], 2, 2));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_or_too_long_is_refused()
    {
        var path = _folder.File("a.npy");
        Npy.Write<float>(path, [1, 2, 3]);
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains("a.npy", Assert.Throws<InvalidDataException>(() => Npy.Read(path)).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Throws<InvalidDataException>(() => NpyColumn.Open(path));
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", ">f4")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "Fortran")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }", "larger")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "|O")]
    [InlineData("hello", "not understood")]
    public void A_header_that_cannot_be_used_is_refused_with_its_reason(string header, string reason)
    {
        var path = _folder.File("a.npy");
        var text = header.PadRight(117) + "\n";
        File.WriteAllBytes(path, [.. Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0v\0" + text), 0, 0, 0, 0]);
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Npy.Read(path)).Message, StringComparison.Ordinal);
    }
}
