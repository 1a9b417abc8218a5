using System.Text;

namespace Orrery.Data.Tests.Logs.Sources;

/// <summary>
/// Writes a workbook as Excel 97 to 2003 did: records of BIFF8 ([MS-XLS]) in the stream "Workbook" of a compound file ([MS-CFB]) of version 3.
/// </summary>
internal static class OldWorkbook
{
    private const int Sector = 512;
    private const int SmallestStream = 4096;
    private const uint EndOfChain = 0xFFFFFFFE;
    private const uint Free = 0xFFFFFFFF;
    private const uint FatSector = 0xFFFFFFFD;

    /// <summary>One sheet of text and numbers.</summary>
    public static void Write(string path, string sheet, object?[][] rows)
    {
        byte[] stream = Records(sheet, rows);
        int length = Math.Max(SmallestStream, (stream.Length + Sector - 1) / Sector * Sector), sectors = length / Sector;
        using BinaryWriter writer = new(File.Create(path));
        Header(writer);

        // Sector 0 is the table of sectors, 1 the directory, the stream follows.
        uint[] table = new uint[Sector / sizeof(uint)];
        Assert.True(sectors + 2 <= table.Length, "One sector of the table holds 127 others; write a smaller sheet.");
        Array.Fill(table, Free);
        (table[0], table[1]) = (FatSector, EndOfChain);
        for (int index = 0; index < sectors; index++)
            table[index + 2] = index + 1 < sectors ? (uint)index + 3 : EndOfChain;
        foreach (uint next in table)
            writer.Write(next);
        Entry(writer, "Root Entry", 5, 1, EndOfChain, 0);
        Entry(writer, "Workbook", 2, Free, 2, length);
        writer.Write(new byte[Sector - (2 * 128)]);
        writer.Write(stream);
        writer.Write(new byte[length - stream.Length]);
    }

    private static void Header(BinaryWriter writer)
    {
        writer.Write([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        writer.Write(new byte[16]);
        foreach (ushort number in (ushort[])[0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0])
            writer.Write(number);
        foreach (uint number in (uint[])[0, 1, 1, 0, SmallestStream, EndOfChain, 0, EndOfChain, 0, 0])
            writer.Write(number);
        for (int index = 1; index < 109; index++)
            writer.Write(Free);
    }

    private static void Entry(BinaryWriter writer, string name, byte type, uint child, uint start, long length)
    {
        byte[] text = new byte[64];
        Encoding.Unicode.GetBytes(name, text);
        writer.Write(text);
        writer.Write((ushort)((name.Length + 1) * 2));
        writer.Write([type, 1]);
        foreach (uint number in (uint[])[Free, Free, child])
            writer.Write(number);
        writer.Write(new byte[36]);
        writer.Write(start);
        writer.Write(length);
    }

    private static byte[] Records(string sheet, object?[][] rows)
    {
        string[] texts = [.. rows.SelectMany(row => row).OfType<string>().Distinct()];
        byte[] cells = Cells(rows, texts), globals = Globals(sheet, texts, 0);
        return [.. Globals(sheet, texts, globals.Length), .. cells];
    }

    /// <summary>What comes before the sheets; it says at which byte the sheet begins.</summary>
    private static byte[] Globals(string sheet, string[] texts, int sheetAt) =>
    [
        .. Record(0x0809, Words(0x0600, 5, 0x0DBB, 0x07CC, 0, 0, 0, 0)),
        .. Record(0x0042, Words(1200)),
        .. Record(0x00E0, new byte[20]),
        .. Record(0x0085, [.. BitConverter.GetBytes(sheetAt), 0, 0, (byte)sheet.Length, 0, .. Encoding.Latin1.GetBytes(sheet)]),
        .. Record(0x00FC,
        [
            .. BitConverter.GetBytes(texts.Length), .. BitConverter.GetBytes(texts.Length),
            .. texts.SelectMany(text => (byte[])[.. Words((ushort)text.Length), 0, .. Encoding.Latin1.GetBytes(text)]),
        ]),
        .. Record(0x000A, []),
    ];

    private static byte[] Cells(object?[][] rows, string[] texts)
    {
        List<byte> records = [.. Record(0x0809, Words(0x0600, 0x10, 0x0DBB, 0x07CC, 0, 0, 0, 0))];
        records.AddRange(Record(0x0200, [.. BitConverter.GetBytes(0), .. BitConverter.GetBytes(rows.Length), .. Words(0, (ushort)rows.Max(row => row.Length), 0)]));
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < rows[row].Length; column++)
            {
                byte[] place = Words((ushort)row, (ushort)column, 0);
                records.AddRange(rows[row][column] switch
                {
                    string text => Record(0x00FD, [.. place, .. BitConverter.GetBytes(Array.IndexOf(texts, text))]),
                    double number => Record(0x0203, [.. place, .. BitConverter.GetBytes(number)]),
                    _ => [],
                });
            }
        }

        return [.. records, .. Record(0x000A, [])];
    }

    private static byte[] Record(ushort kind, byte[] content) => [.. Words(kind, (ushort)content.Length), .. content];

    private static byte[] Words(params ushort[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
