using System.Text;
using ExcelDataReader;

namespace Orrery.Data.Logs.Sources;

/// <summary>Rows of a sheet of an Excel workbook, .xlsx or .xls. Row numbers are the sheet's.</summary>
internal sealed class SheetRows : RowSource
{
    private readonly IExcelDataReader _reader;
    private readonly string _source;
    private readonly long _rows;
    private string _text = "";
    private long _row;
    private int _count;

    private SheetRows(IExcelDataReader reader, string source)
    {
        _reader = reader;
        _source = source;
        _rows = reader.RowCount;
    }

    public override long Row => _row;

    public override int Count => _count;

    public override double Share => _rows > 0 ? (double)_row / _rows : double.NaN;

    /// <summary>Opens a sheet by name; the only one when none is named.</summary>
    /// <exception cref="OrreryDataException">The workbook is damaged or there is no such sheet.</exception>
    public static SheetRows Open(string path, string source, string? sheet)
    {
        // Sheets of old workbooks are written in the code pages of Windows.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        IExcelDataReader? reader = null;
        try
        {
            reader = ExcelReaderFactory.CreateReader(stream);
            Find(reader, source, sheet);
            return new SheetRows(reader, source);
        }
        catch (Exception exception)
        {
            reader?.Dispose();
            stream.Dispose();
            if (exception is OrreryDataException or UnauthorizedAccessException)
                throw;
            throw Damaged(source, exception);
        }
    }

    public override bool Next()
    {
        try
        {
            while (_reader.Read())
            {
                _row++;
                _count = _reader.FieldCount;
                while (_count > 0 && TypedCell.Text(_reader.GetValue(_count - 1)).Length == 0)
                    _count--;
                if (_count == 0)
                    continue;
                _count = _reader.FieldCount;
                return true;
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw Damaged(_source, exception);
        }

        _count = 0;
        return false;
    }

    public override ReadOnlySpan<char> Cell(int column)
    {
        _text = TypedCell.Text(_reader.GetValue(column));
        return _text;
    }

    public override bool TryNumber(int column, out double value) => TypedCell.TryNumber(_reader.GetValue(column), out value);

    public override void Dispose() => _reader.Dispose();

    private static void Find(IExcelDataReader reader, string source, string? sheet)
    {
        List<string> names = [];
        do
        {
            names.Add(reader.Name);
            if (sheet is not null && string.Equals(reader.Name, sheet, StringComparison.OrdinalIgnoreCase))
                return;
        }
        while (reader.NextResult());

        string listed = string.Join(", ", names.Select(name => $"'{name}'"));
        if (sheet is not null)
            throw new OrreryDataException($"{source} has no sheet '{sheet}'.{NearestName.Suggest(sheet, names)} Its sheets are: {listed}.");
        if (names.Count > 1)
            throw new OrreryDataException($"{source} has {names.Count} sheets: {listed}. Say which with --sheet.");
        reader.Reset();
    }

    private static OrreryDataException Damaged(string source, Exception exception) =>
        new($"{source} cannot be read as an Excel workbook: it is damaged, cut off or locked with a password. Open and save it again in Excel.", exception);
}
