using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs;

/// <summary>Numbers with separators of thousands, as spreadsheets export them.</summary>
public sealed class ThousandsTests : IDisposable
{
    private static readonly LogOptions Options = new(["y"], ["u"]);
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("u,y\n1,\"1,234.5\"\n2,\"-12,345,678\"\n3,999.25\n", false)]
    [InlineData("u;y\n1;1.234,5\n2;-12.345.678\n3;999,25\n", true)]
    [InlineData("u;y\n1;1'234.5\n2;-12'345'678\n3;999.25\n", false)]
    public void They_are_read_when_the_user_says_so(string text, bool comma)
    {
        Assert.Equal([1234.5, -12345678, 999.25], LogTable.Read(Write(text), Options with { Thousands = true, DecimalComma = comma }).Columns[0]);
        string message = Assert.Throws<OrreryDataException>(() => LogTable.Read(Write(text), Options with { DecimalComma = comma })).Message;
        Assert.Contains("Say --thousands if its marks part thousands", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,23.5")]
    [InlineData("1234,567")]
    [InlineData(",123")]
    [InlineData("1,234,56")]
    [InlineData("1,234'567")]
    [InlineData("1,234x")]
    public void Anything_else_is_no_number(string cell) => Assert.StartsWith(
        "Column 'y' of log.csv: '", Assert.Throws<OrreryDataException>(() => LogTable.Read(Write($"u,y\n1,\"{cell}\"\n"), Options with { Thousands = true })).Message, StringComparison.Ordinal);

    [Fact]
    public void Inspect_tells_them_from_text_and_from_words_for_no_value()
    {
        string all = string.Concat(Enumerable.Range(0, 60).Select(row => $"{row};1.{100 + row},25\n")), some = string.Concat(Enumerable.Range(0, 60).Select(row => $"{row};{(row == 9 ? "1.100,25" : $"{row},5")}\n"));
        Assert.StartsWith("--thousands", LogInspector.Inspect(Write("u;y\n" + all), new LogOptions([], [])).Findings[0].Decision, StringComparison.Ordinal);
        Assert.StartsWith("--thousands", LogInspector.Inspect(Write("u;y\n" + some), new LogOptions([], [])).Findings[0].Decision, StringComparison.Ordinal);
        Assert.Equal(1159.25, LogInspector.Inspect(Write("u;y\n" + all), new LogOptions([], [], Thousands: true)).Columns[1].Maximum);
    }

    private string Write(string text)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return _temporary.File("log.csv");
    }
}
