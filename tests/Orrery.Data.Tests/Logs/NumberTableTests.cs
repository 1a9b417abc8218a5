using Orrery.Data.Logs;

namespace Orrery.Data.Tests.Logs;

public class NumberTableTests
{
    [Fact]
    public void Columns_are_read_by_name_and_those_that_nobody_asks_for_may_hold_anything()
    {
        var table = Read("when;valve;note\n2026-01-01;1.5;good\n2026-01-02;2e1;\n");
        Assert.Equal(["when", "valve", "note"], table.Names);
        Assert.Equal(2, table.Rows);
        Assert.Equal([1.5, 20], table.Column("valve"));
    }

    [Theory]
    [InlineData("valve\n1\nNaN\n", "'NaN' in row 3 is not a finite number")]
    [InlineData("valve,other\n1,2\n,3\n", "the cell in row 3 is empty")]
    [InlineData("valve\nhigh\n", "'high' in row 2 is not a finite number")]
    [InlineData("valv\n1\n", "Did you mean 'valv'?")]
    [InlineData("valve\n", "has a header but no rows")]
    [InlineData("", "is empty")]
    [InlineData("valve,other\n1\n", "has 1 cells")]
    public void What_cannot_be_used_is_explained(string text, string expected)
    {
        var error = Assert.Throws<OrreryDataException>(() => Read(text).Column("valve"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static NumberTable Read(string text)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "table.csv");
        File.WriteAllText(path, text);
        return NumberTable.Read(path);
    }
}
