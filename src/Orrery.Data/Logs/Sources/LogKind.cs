namespace Orrery.Data.Logs.Sources;

/// <summary>What a file is, judged by how it begins.</summary>
internal enum LogKind
{
    Text,
    JsonLines,
    Workbook,
    Sqlite,
    Array,
}

/// <summary>Finds out what a file is, and tells what cannot be read.</summary>
internal static class LogKinds
{
    private static readonly string[] Workbooks = [".xlsx", ".xlsm", ".xls"];
    private static readonly string[] Databases = [".sqlite", ".sqlite3", ".db", ".db3"];
    private static readonly string[] JsonFiles = [".jsonl", ".ndjson", ".json"];

    /// <summary>Finds the kind from the first bytes, and checks that the name does not say another.</summary>
    /// <exception cref="OrreryDataException">The file is none that can be read, or not what its name says.</exception>
    public static LogKind Find(string path, string source)
    {
        Span<byte> buffer = stackalloc byte[512];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        ReadOnlySpan<byte> begin = buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        LogKind kind = Of(begin, source);
        string extension = Path.GetExtension(path).ToLowerInvariant();
        LogKind named = Workbooks.Contains(extension) ? LogKind.Workbook
            : Databases.Contains(extension) ? LogKind.Sqlite
            : JsonFiles.Contains(extension) ? LogKind.JsonLines
            : extension == ".npy" ? LogKind.Array
            : kind;
        if (kind == named)
            return kind;
        if (named == LogKind.JsonLines && kind == LogKind.Text && begin.TrimStart(" \t\r\n"u8).StartsWith("["u8))
            throw new OrreryDataException($"{source} holds one JSON array, but one object a line was needed. Convert it first: jq -c '.[]' {source} > {Path.ChangeExtension(source, ".jsonl")}");
        throw new OrreryDataException(
            begin.IsEmpty
                ? $"{source} is empty. Give a log with at least one row of numbers."
                : $"{source} is named as {Name(named)}, but it is {Name(kind)}. It may be damaged or cut off; otherwise give it the ending that fits.");
    }

    private static LogKind Of(ReadOnlySpan<byte> begin, string source)
    {
        if (begin.StartsWith("SQLite format 3\0"u8))
            return LogKind.Sqlite;
        if (begin.StartsWith("PK\u0003\u0004"u8) || begin.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]) || IsOldSheet(begin))
            return LogKind.Workbook;
        if (begin.StartsWith<byte>([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return LogKind.Array;
        string? foreign = begin.StartsWith("PAR1"u8) ? "a Parquet file"
            : begin.StartsWith<byte>([0x89, (byte)'H', (byte)'D', (byte)'F']) ? "an HDF5 file"
            : begin.StartsWith("MATLAB 5.0"u8) ? "a MATLAB file"
            : begin.StartsWith("ARROW1"u8) ? "an Arrow file"
            : begin.StartsWith("%PDF"u8) ? "a PDF document"
            : begin.StartsWith<byte>([0x1F, 0x8B]) ? "a gzip archive"
            : null;
        if (foreign is not null)
            throw new OrreryDataException($"{source} is {foreign}, which cannot be read here. Give CSV, TSV, a table with spaces, Excel, JSON lines, .npy, SQLite or PostgreSQL: {(foreign == "a gzip archive" ? "unpack it first" : "export it as one of these")}.");
        ReadOnlySpan<byte> text = begin.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? begin[3..] : begin;
        return text.TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? LogKind.JsonLines : LogKind.Text;
    }

    /// <summary>A sheet of Excel 2 to 5, which is one stream that begins with its version.</summary>
    private static bool IsOldSheet(ReadOnlySpan<byte> begin) =>
        begin.Length > 6 && begin[0] == 9 && begin[1] is 0 or 2 or 4 or 8 && begin[2] is 4 or 6 or 8 && begin[3] == 0;

    private static string Name(LogKind kind) => kind switch
    {
        LogKind.Workbook => "an Excel workbook",
        LogKind.Sqlite => "a SQLite database",
        LogKind.JsonLines => "JSON lines",
        LogKind.Array => "a NumPy array",
        _ => "text",
    };
}
