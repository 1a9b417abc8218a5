using Orrery.Data.Logs;

namespace Orrery.Data.Tests.Logs;

public sealed class ColumnFileTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private IReadOnlyList<ColumnDeclaration> Read(string name, string text)
    {
        File.WriteAllText(_temporary.File(name), text);
        return ColumnFile.Read(_temporary.File(name));
    }

    private string Error(string name, string text) => Assert.Throws<OrreryDataException>(() => Read(name, text)).Message;

    [Fact]
    public void Json_and_csv_say_the_same()
    {
        ColumnDeclaration[] expected =
        [
            new("level", "m", 0, 10, ColumnRole.Observation), new("valve", "%", 0, Role: ColumnRole.Action), new("weather", Role: ColumnRole.Disturbance), new("when", Role: ColumnRole.Time), new("note"),
        ];
        Assert.Equal(expected, Read("columns.json", """
            [ {"name": "level", "unit": "m", "low": 0, "high": 10, "role": "observation"}, {"name": "valve", "unit": "%", "low": 0, "role": "Action"},
              {"name": "weather", "role": "disturbance"}, {"name": "when", "role": "time"}, {"name": "note"} ]
            """));
        Assert.Equal(expected, Read("columns.csv", "name,unit,low,high,role\nlevel,m,0,10,observation\nvalve,%,0,,action\nweather,,,,disturbance\nwhen,,,,Time\nnote,,,,\n"));
    }

    [Fact]
    public void What_makes_no_sense_is_told_with_its_place()
    {
        Assert.Contains("'unt'", Error("a.json", """[{"name": "level", "unt": "m"}]"""), StringComparison.Ordinal);
        Assert.StartsWith("b.json cannot be read:", Error("b.json", """[{"unit": "m"}]"""), StringComparison.Ordinal);
        Assert.Equal("c.csv has a column 'units', but only name, unit, low, high, role are known. Did you mean 'unit'?", Error("c.csv", "name,units\nlevel,m\n"));
        Assert.Equal("d.csv, row 2: the limit 'ten' is not a number. Write it like 0.5, or leave it empty.", Error("d.csv", "name,high\nlevel,ten\n"));
        Assert.Equal("e.csv, row 3: the role 'input' is not known. Write observation, action, disturbance, time, or leave it empty.", Error("e.csv", "name,role\nlevel,observation\nvalve,input\n"));
        Assert.Equal("f.csv: the column 'level' is declared twice. Declare it once.", Error("f.csv", "name,unit\nlevel,m\nlevel,cm\n"));
        Assert.Equal("g.csv: column 'level' can be no number from 10 to 0. Swap or correct the limits.", Error("g.csv", "name,low,high\nlevel,10,0\n"));
        Assert.Equal("h.csv has no column 'name'. Begin it with the line name,unit,low,high,role.", Error("h.csv", "unit,low\nm,0\n"));
        Assert.Equal("i.json names no column. Give at least one, or leave --columns out.", Error("i.json", "[]"));
    }
}
