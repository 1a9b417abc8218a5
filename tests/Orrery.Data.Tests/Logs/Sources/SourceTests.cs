using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Tensors.Serialization;

namespace Orrery.Data.Tests.Logs.Sources;

public sealed class SourceTests : IDisposable
{
    private static readonly LogOptions Options = new(["level"], ["valve"], TimeColumn: "time");
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_same_table_is_the_same_dataset_through_every_source()
    {
        string expected = Hash(Written("plant.csv", TableFiles.Separated(",")));
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        Assert.Equal(expected, Hash(Written("plant.tsv", TableFiles.Separated("\t"))));
        Assert.Equal(expected, Hash(Written("plant.txt", TableFiles.Separated("   "))));
        Assert.Equal(expected, Hash(Written("plant.csv", TableFiles.Separated(";", german))));
        Assert.Equal(expected, Hash(Written("plant.csv", TableFiles.Separated(",").ReplaceLineEndings("\r\n"), new UTF8Encoding(true))));
        Assert.Equal(expected, Hash(Written("plant.csv", TableFiles.Separated(","), Encoding.Unicode)));
        Assert.Equal(expected, Hash(Written("plant.csv", TableFiles.Separated(","), Encoding.BigEndianUnicode)));
        Assert.Equal(expected, Hash(
            Written("plant.jsonl", TableFiles.JsonLines()), Options with { Observations = ["plant.level"], Actions = ["plant.valve"] }, renamed: true));

        TableFiles.Workbook(_temporary.File("plant.xlsx"), ("Sheet1", TableFiles.Sheet()));
        Assert.Equal(expected, Hash(_temporary.File("plant.xlsx")));
        OldWorkbook.Write(_temporary.File("plant.xls"), "Sheet1", TableFiles.Sheet());
        Assert.Equal(expected, Hash(_temporary.File("plant.xls")));
        TableFiles.Sqlite(_temporary.File("plant.db"));
        Assert.Equal(expected, Hash(_temporary.File("plant.db")));
        Assert.Equal(expected, Hash(_temporary.File("plant.db"), Options with { Query = "select level, time, valve from log order by time" }));
    }

    [Fact]
    public void Arrays_are_the_same_dataset_as_a_table_without_a_header()
    {
        LogOptions options = new(["c3"], ["c2"], TimeColumn: "c1");
        string expected = Hash(Written("plant.dat", TableFiles.Separated(" ", header: false)), options);
        double[] cells = [.. TableFiles.Rows.SelectMany(row => row)];
        Npy.Write<double>(_temporary.File("plant.npy"), cells, TableFiles.Rows.Length, 3);
        Assert.Equal(expected, Hash(_temporary.File("plant.npy"), options));

        Npy.Write<int>(_temporary.File("whole.npy"), [1, 2, 3, 4], 2, 2);
        Npy.Write<float>(_temporary.File("single.npy"), [1, 2, 3, 4], 2, 2);
        Npy.Write<long>(_temporary.File("one.npy"), [1, 2, 3]);
        Assert.Equal([2, 4], Column("whole.npy", 1));
        Assert.Equal([2, 4], Column("single.npy", 1));
        Assert.Equal([1, 2, 3], Column("one.npy", 0));
        Npy.Write<float>(_temporary.File("cube.npy"), new float[8], 2, 2, 2);
        Assert.Equal(
            "cube.npy holds an array of [2, 2, 2] numbers, but [rows] or [rows, columns] was needed. Reshape it before saving (numpy: array.reshape(len(array), -1)).",
            Error("cube.npy"));
    }

    [Fact]
    public void An_old_workbook_is_read_too()
    {
        // Excel 2.1: one stream of records. Text in the first row, numbers below.
        using (BinaryWriter writer = new(File.Create(_temporary.File("old.xls"))))
        {
            Record(writer, 0x0009, [2, 0, 0x10, 0]);
            Label(writer, 0, 0, "valve");
            Label(writer, 0, 1, "level");
            Number(writer, 1, 0, 0.5);
            Number(writer, 1, 1, 7.25);
            Record(writer, 0x000A, []);
        }

        LogTable table = LogTable.Read(_temporary.File("old.xls"), new LogOptions(["level"], ["valve"]));
        Assert.Equal([7.25], table.Columns[0]);
        Assert.Equal([0.5], table.Columns[1]);
    }

    [Fact]
    public void A_sheet_is_named_where_there_are_several()
    {
        OldWorkbook.Write(_temporary.File("plant.xls"), "Old", TableFiles.Sheet());
        Assert.Equal("plant.xls has no sheet 'Data'. Its sheets are: 'Old'.", Error("plant.xls", Options with { Sheet = "Data" }));
        TableFiles.Workbook(_temporary.File("plant.xlsx"), ("Notes", [["made by", "me"]]), ("Data", TableFiles.Sheet()));
        Assert.Equal(TableFiles.Rows.Length, LogTable.Read(_temporary.File("plant.xlsx"), Options with { Sheet = "data" }).Rows);
        Assert.Equal("plant.xlsx has 2 sheets: 'Notes', 'Data'. Say which with --sheet.", Error("plant.xlsx"));
        Assert.Equal("plant.xlsx has no sheet 'Dta'. Did you mean 'Data'? Its sheets are: 'Notes', 'Data'.", Error("plant.xlsx", Options with { Sheet = "Dta" }));
        Written("plant.csv", TableFiles.Separated(","));
        Assert.Equal("--sheet names a sheet of an Excel workbook, and plant.csv is none. Leave it out.", Error("plant.csv", Options with { Sheet = "Data" }));
    }

    [Fact]
    public void Cells_of_a_workbook_may_be_dates_text_and_empty()
    {
        DateTime start = new(2024, 3, 1, 10, 0, 0, DateTimeKind.Unspecified);
        TableFiles.Workbook(_temporary.File("plant.xlsx"), ("Data", [[], ["time", "valve", "level"], [start, "1.5", 2], [start.AddSeconds(5), 1, null], [], [start.AddSeconds(10), 1, 4]]));
        LogTable table = LogTable.Read(_temporary.File("plant.xlsx"), Options with { MissingTokens = [""] });
        Assert.Equal([2, 4], table.Columns[0]);
        Assert.Equal([1.5, 1], table.Columns[1]);
        Assert.Equal([3L, 6L], table.RowNumbers);
        Assert.Equal(
            "Column 'level' of plant.xlsx: the cell in row 4 is empty. Name the empty cell with --missing \"\", or drop the column.",
            Error("plant.xlsx"));
    }

    [Fact]
    public void A_table_or_a_query_is_named_where_a_database_has_several()
    {
        TableFiles.Sqlite(_temporary.File("plant.sqlite"), "tank log");
        using (SqliteConnection connection = new($"Data Source={_temporary.File("plant.sqlite")};Pooling=False"))
        {
            connection.Open();
            TableFiles.Execute(connection, "create table words (time text, valve text, level)");
            TableFiles.Execute(connection, "insert into words values ('2024-01-01T00:00:00', '1.5', null), ('2024-01-01T00:00:01', 'shut', 2)");
        }

        Assert.Equal(
            "plant.sqlite is a database. Say which table with --table, or ask with --query \"select ...\". Its tables are: tank log, words.", Error("plant.sqlite"));
        Assert.Equal(TableFiles.Rows.Length, LogTable.Read(_temporary.File("plant.sqlite"), Options with { Table = "Tank log" }).Rows);
        Assert.Equal("plant.sqlite has no table 'word'. Did you mean 'words'? Its tables are: tank log, words.", Error("plant.sqlite", Options with { Table = "word" }));
        Assert.Equal(
            "Column 'valve' of plant.sqlite: 'shut' in row 2 is not a number. Say with --word shut=1 which number it stands for, or with --missing that it means no value, or drop the column.", Error("plant.sqlite", Options with { Table = "words" }));
        LogTable table = LogTable.Read(_temporary.File("plant.sqlite"), Options with { TimeColumn = null, Query = "select 1.5 as valve, null as level union all select 2, 3" });
        Assert.Equal((1L, 1), (table.MissingRows, table.Rows));
        Assert.StartsWith("plant.sqlite refuses the query: ", Error("plant.sqlite", Options with { Query = "select nothing from nowhere" }), StringComparison.Ordinal);
        Assert.StartsWith("plant.sqlite ", Error("plant.sqlite", Options with { Query = "drop table words" }), StringComparison.Ordinal);
        Assert.Equal(2, LogTable.Read(_temporary.File("plant.sqlite"), Options with { TimeColumn = null, Observations = ["n"], Actions = ["m"], Query = "select 1 as n, 2 as m from words" }).Rows);
        Assert.Equal("--table and --query were both given. Give one of them.", Error("plant.sqlite", Options with { Query = "select 1", Table = "words" }));
    }

    [Fact]
    public void Nulls_and_names_that_are_not_there_are_missing_in_json_lines()
    {
        string path = Written("log.jsonl", "{\"u\": 1, \"y\": 2}\n\n{\"u\": null, \"y\": 3}\n{\"y\": 4}\n{\"y\": 5, \"u\": true, \"new\": {\"z\": 1}}\n{\"u\": \"2.5\", \"y\": 6}\n");
        LogTable table = LogTable.Read(path, new LogOptions(["y"], ["u"]));
        Assert.Equal([2, 5, 6], table.Columns[0]);
        Assert.Equal([1, 1, 2.5], table.Columns[1]);
        Assert.Equal((2L, 5L), (table.MissingRows, table.RowNumbers[1]));
        Assert.Contains("Its columns are: u, y, new.z.", Error("log.jsonl", new LogOptions(["x"], ["u"])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"u\": 1, \"y\": 2}\n{\"u\": 1, \"y\"", "Row 2 of log.jsonl is no JSON object: it breaks off or is damaged.")]
    [InlineData("{\"u\": 1, \"y\": 2}\n[1, 2]\n", "Row 2 of log.jsonl is no JSON object: an object in braces was needed.")]
    [InlineData("{\"u\": 1} {\"y\": 2}\n", "Row 1 of log.jsonl is no JSON object: it breaks off or is damaged.")]
    public void A_damaged_line_of_json_is_named(string text, string message)
    {
        Written("log.jsonl", text);
        Assert.StartsWith(message, Error("log.jsonl", new LogOptions(["y"], ["u"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_say_what_they_are()
    {
        TableFiles.Workbook(_temporary.File("cut.xlsx"), ("Data", TableFiles.Sheet()));
        byte[] whole = File.ReadAllBytes(_temporary.File("cut.xlsx"));
        File.WriteAllBytes(_temporary.File("cut.xlsx"), whole[..(whole.Length / 2)]);
        Assert.Equal(
            "cut.xlsx cannot be read as an Excel workbook: it is damaged, cut off or locked with a password. Open and save it again in Excel.", Error("cut.xlsx"));

        OldWorkbook.Write(_temporary.File("cut.xls"), "Data", TableFiles.Sheet());
        whole = File.ReadAllBytes(_temporary.File("cut.xls"));
        File.WriteAllBytes(_temporary.File("cut.xls"), whole[..2000]);
        Assert.Equal(
            "cut.xls cannot be read as an Excel workbook: it is damaged, cut off or locked with a password. Open and save it again in Excel.", Error("cut.xls"));

        Npy.Write<double>(_temporary.File("cut.npy"), new double[12], 4, 3);
        whole = File.ReadAllBytes(_temporary.File("cut.npy"));
        File.WriteAllBytes(_temporary.File("cut.npy"), whole[..^8]);
        Assert.Contains("it was cut off or appended to", Error("cut.npy"), StringComparison.Ordinal);
        whole[20] = (byte)'?';
        File.WriteAllBytes(_temporary.File("cut.npy"), whole);
        Assert.Contains("its header is not understood", Error("cut.npy"), StringComparison.Ordinal);

        Written("text.db", TableFiles.Separated(","));
        Assert.Equal("text.db is named as a SQLite database, but it is text. It may be damaged or cut off; otherwise give it the ending that fits.", Error("text.db"));
        File.WriteAllBytes(_temporary.File("bad.db"), [.. "SQLite format 3\0"u8, .. new byte[2000]]);
        Assert.StartsWith("bad.db cannot be read as a SQLite database: ", Error("bad.db"), StringComparison.Ordinal);
        Written("text.xlsx", "u,y\n1,2\n");
        Assert.StartsWith("text.xlsx is named as an Excel workbook, but it is text.", Error("text.xlsx"), StringComparison.Ordinal);
        Written("nothing.npy", "");
        Assert.Equal("nothing.npy is empty. Give a log with at least one row of numbers.", Error("nothing.npy"));
        Written("list.json", "[{\"u\": 1}]");
        Assert.Equal("list.json holds one JSON array, but one object a line was needed. Convert it first: jq -c '.[]' list.json > list.jsonl", Error("list.json"));
        File.WriteAllBytes(_temporary.File("log.parquet"), "PAR1...."u8.ToArray());
        Assert.StartsWith("log.parquet is a Parquet file, which cannot be read here.", Error("log.parquet"), StringComparison.Ordinal);
        File.WriteAllBytes(_temporary.File("log.csv.gz"), [0x1F, 0x8B, 8, 0, 0]);
        Assert.EndsWith("unpack it first.", Error("log.csv.gz"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://user:sesame@host:notaport/plant")]
    [InlineData("Host=here;Password=sesame;Colour=blue")]
    public void A_connection_string_that_is_not_understood_is_never_repeated(string place)
    {
        string message = Assert.Throws<OrreryDataException>(() => LogTable.Read(place, Options)).Message;
        Assert.StartsWith("The database's connection string is not understood.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", message, StringComparison.Ordinal);
    }

    private static void Record(BinaryWriter writer, ushort kind, byte[] content)
    {
        writer.Write(kind);
        writer.Write((ushort)content.Length);
        writer.Write(content);
    }

    private static void Label(BinaryWriter writer, byte row, byte column, string text) =>
        Record(writer, 0x0004, [row, 0, column, 0, 0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);

    private static void Number(BinaryWriter writer, byte row, byte column, double value) =>
        Record(writer, 0x0003, [row, 0, column, 0, 0, 0, 0, .. BitConverter.GetBytes(value)]);

    private string Written(string name, string text, Encoding? encoding = null)
    {
        File.WriteAllText(_temporary.File(name), text, encoding ?? new UTF8Encoding(false));
        return _temporary.File(name);
    }

    private string Hash(string path, LogOptions? options = null, bool renamed = false)
    {
        using Dataset dataset = LogImporter.Import(path, options ?? Options, _temporary.File("data"), overwrite: true);
        Assert.Equal(TableFiles.Rows.Length, dataset.Rows);
        if (!renamed)
            return dataset.Hash;
        // Nested names differ, so the table is compared with the first one under these names.
        string same = Written("plant.csv", TableFiles.Separated(",").Replace("valve,level", "plant.valve,plant.level", StringComparison.Ordinal));
        using Dataset flat = LogImporter.Import(same, options!, _temporary.File("flat"), overwrite: true);
        Assert.Equal(flat.Hash, dataset.Hash);
        return Hash(Written("plant.csv", TableFiles.Separated(",")));
    }

    private double[] Column(string name, int column)
    {
        using LogSource log = LogSource.Open(_temporary.File(name), Options);
        List<double> values = [];
        while (log.Next())
        {
            Assert.True(log.Rows.TryNumber(column, out double value));
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), log.Rows.Cell(column));
            values.Add(value);
        }

        return [.. values];
    }

    private string Error(string name, LogOptions? options = null) =>
        Assert.Throws<OrreryDataException>(() => LogTable.Read(_temporary.File(name), options ?? Options)).Message;
}
