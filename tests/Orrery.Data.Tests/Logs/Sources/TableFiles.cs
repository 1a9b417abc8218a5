using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Orrery.Data.Tests.Logs.Sources;

/// <summary>Writes one table of numbers in every form that can be read. NaN stands for a cell without a value.</summary>
internal static class TableFiles
{
    public static string[] Names { get; } = ["time", "valve", "level"];

    public static double[][] Rows { get; } =
        [.. Enumerable.Range(0, 40).Select(row => (double[])[row * 0.5, Math.Round(Math.Sin(row) * 3, 3), (row * row / 7.0) - 20])];

    public static string Separated(string separator, CultureInfo? culture = null, bool header = true) => string.Concat(
        (header ? string.Join(separator, Names) + "\n" : "")
        + string.Concat(Rows.Select(row => string.Join(separator, row.Select(cell => Text(cell, culture))) + "\n")));

    public static string JsonLines() => string.Concat(Rows.Select(row =>
        $"{{\"time\": {Text(row[0])}, \"plant\": {{\"valve\": {Text(row[1])}, \"level\": {Text(row[2])}}}, \"note\": \"ü\", \"list\": [1, {{}}]}}\n"));

    public static void Sqlite(string path, string table = "log")
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, $"create table \"{table}\" (time real, valve real, level real)");
        foreach (double[] row in Rows)
            Execute(connection, $"insert into \"{table}\" values ({string.Join(", ", row.Select(cell => Text(cell)))})");
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A workbook; strings, numbers, and dates (which become serial numbers with a date's format).</summary>
    public static void Workbook(string path, params (string Name, object?[][] Rows)[] sheets)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        StringBuilder types = new(), links = new(), list = new();
        for (int number = 1; number <= sheets.Length; number++)
        {
            types.Append($"<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>");
            links.Append($"<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>");
            list.Append($"<sheet name=\"{sheets[number - 1].Name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
            Part(archive, $"xl/worksheets/sheet{number}.xml", $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{Cells(sheets[number - 1].Rows)}</sheetData></worksheet>");
        }

        Part(archive, "[Content_Types].xml", $"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>");
        Part(archive, "_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        Part(archive, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{links}<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>");
        Part(archive, "xl/workbook.xml", $"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>");
        Part(archive, "xl/styles.xml", "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>");
    }

    public static object?[][] Sheet() => [[.. Names], .. Rows.Select(row => row.Select(cell => (object?)cell).ToArray())];

    private static string Cells(object?[][] rows) => string.Concat(rows.Select((row, number) => row.Length == 0 ? "" :
        $"<row r=\"{number + 1}\">{string.Concat(row.Select((cell, column) => Cell(cell, $"{(char)('A' + column)}{number + 1}")))}</row>"));

    private static string Cell(object? cell, string place) => cell switch
    {
        null => "",
        string text => $"<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>",
        DateTime moment => $"<c r=\"{place}\" s=\"1\"><v>{Text(moment.ToOADate())}</v></c>",
        _ => $"<c r=\"{place}\"><v>{Text(Convert.ToDouble(cell, CultureInfo.InvariantCulture))}</v></c>",
    };

    private static void Part(ZipArchive archive, string name, string text)
    {
        using StreamWriter writer = new(archive.CreateEntry(name).Open());
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>" + text);
    }

    private static string Text(double value, CultureInfo? culture = null) => value.ToString("R", culture ?? CultureInfo.InvariantCulture);
}
