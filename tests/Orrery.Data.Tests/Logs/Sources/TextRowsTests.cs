using System.Globalization;
using System.Text;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Tests.Logs.Sources;

public sealed class TextRowsTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("# made by a logger\n% and more\nu,y\n1,2\n # in between\n3,4\n")]
    [InlineData("u,y\n\"1\",  \"2\"  \n3,4")]
    [InlineData("\"u\";\"y\"\n1,0;2,0\n3,0;4,0\n")]
    [InlineData("\"u\"  \"y\"\n1 2\n3 4\n")]
    public void Comments_quotes_and_decimal_commas_are_found_out(string text)
    {
        LogTable table = LogTable.Read(Written(text), new LogOptions(["y"], ["u"]));
        Assert.Equal([2, 4], table.Columns[0]);
        Assert.Equal([1, 3], table.Columns[1]);
    }

    [Fact]
    public void Quoted_cells_hold_separators_marks_and_lines()
    {
        Assert.Equal(
            [["a,b", "say \"no\"", "two\nlines", ""], ["1", "x\"y", "", "z"]],
            Cells("\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\"\"\r\n1, x\"y ,\"\", z\r\n"));
    }

    [Theory]
    [InlineData("u,y\n1,\"2\n3,4\n", 2)]
    [InlineData("u,y\n1,2\n\"3\"x,4\n", 3)]
    public void Quotation_marks_that_do_not_close_are_named(string text, int row) =>
        Assert.Equal(
            $"log.csv: row {row} cannot be read as cells; check its quotation marks.",
            Assert.Throws<OrreryDataException>(() => LogTable.Read(Written(text), new LogOptions(["y"], ["u"]))).Message);

    [Fact]
    public void Points_between_semicolons_are_no_decimal_commas() =>
        Assert.Equal("Column 'y' of log.csv: '1,5' in row 2 is not a number. Name it with --missing, or drop the column.",
            Assert.Throws<OrreryDataException>(() => LogTable.Read(Written("u;y\n1.5;1,5\n"), new LogOptions(["y"], ["u"]))).Message);

    [Fact]
    public void Lines_longer_than_the_buffer_and_letters_of_one_byte_are_read()
    {
        string wide = string.Join(',', Enumerable.Range(0, 100_000).Select(column => column.ToString(CultureInfo.InvariantCulture)));
        File.WriteAllBytes(_temporary.File("log.csv"), Encoding.Latin1.GetBytes($"t °C{wide[1..]}\n{wide}\n{wide}\n"));
        using LogSource log = LogSource.Open(_temporary.File("log.csv"), new LogOptions([], []));
        Assert.Equal("t °C", log.Header.Names[0]);
        Assert.True(log.Next() && log.Next());
        Assert.Equal("99999", log.Rows.Cell(99_999));
        Assert.Equal((100_000, 3L), (log.Rows.Count, log.Rows.Row));
        Assert.False(log.Next());
        Assert.False(log.Next());
    }

    [Fact]
    public void A_stream_of_any_chunks_gives_the_same_lines()
    {
        string text = "\uFEFFone\r\ntwo\n\nlonger than the buffer is\nend";
        for (int chunk = 1; chunk < 9; chunk++)
        {
            using Utf8Lines lines = new(new Chunks(Encoding.UTF8.GetBytes(text), chunk), "log", bufferBytes: 8);
            List<string> read = [];
            while (lines.Next())
                read.Add(Encoding.UTF8.GetString(lines.Line));
            Assert.Equal(["one", "two", "", "longer than the buffer is", "end"], read);
            Assert.Equal(5, lines.Count);
        }
    }

    [Fact]
    public void Numbers_are_read_to_the_last_bit()
    {
        Random random = new(5);
        NumberText point = new(decimalComma: false), comma = new(decimalComma: true);
        string[] forms = ["R", "F0", "F3", "F12", "E2", "E16", "G17", "G7", "0.#####"];
        for (int trial = 0; trial < 100_000; trial++)
        {
            double value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30));
            string text = value.ToString(forms[trial % forms.Length], CultureInfo.InvariantCulture);
            double expected = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.True(point.TryParse(Encoding.ASCII.GetBytes(text), out double read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(read));
            Assert.True(comma.TryParse(Encoding.ASCII.GetBytes(text.Replace('.', ',')), out read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(read));
        }
    }

    [Theory]
    [InlineData("+1.5", 1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1e+2", 100)]
    [InlineData("1E-2", 0.01)]
    [InlineData("-0", -0.0)]
    [InlineData("123456789012345678901234567890", 123456789012345678901234567890.0)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    public void Unusual_numbers_are_numbers(string text, double expected)
    {
        Assert.True(new NumberText(decimalComma: false).TryParse(Encoding.ASCII.GetBytes(text), out double value));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1,5")]
    [InlineData("12x")]
    [InlineData("0x10")]
    [InlineData("--1")]
    public void What_is_no_number_is_none(string text) =>
        Assert.False(new NumberText(decimalComma: false).TryParse(Encoding.ASCII.GetBytes(text), out _));

    private string Written(string text)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return _temporary.File("log.csv");
    }

    private List<string[]> Cells(string text)
    {
        using TextRows rows = TextRows.Open(Written(text), "log.csv", new LogOptions([], []));
        List<string[]> read = [];
        while (rows.Next())
            read.Add([.. Enumerable.Range(0, rows.Count).Select(column => rows.Cell(column).ToString())]);
        return read;
    }

    /// <summary>A stream that gives few bytes at a time, as pipes do.</summary>
    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(size, buffer.Length)]);
    }
}
