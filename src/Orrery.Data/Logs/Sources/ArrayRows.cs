using System.Globalization;
using Orrery.Tensors.Serialization;

namespace Orrery.Data.Logs.Sources;

/// <summary>Rows of an .npy file of [rows] or [rows, columns] numbers; the columns are c1, c2, ...</summary>
internal sealed class ArrayRows : RowSource
{
    private readonly NpyColumn _array;
    private readonly string[] _names;
    private string _text = "";
    private long _row;

    private ArrayRows(NpyColumn array, int columns)
    {
        _array = array;
        _names = [.. Enumerable.Range(1, columns).Select(column => string.Create(CultureInfo.InvariantCulture, $"c{column}"))];
    }

    public override IReadOnlyList<string> Names => _names;

    public override long Row => _row;

    public override int Count => _names.Length;

    public override double Share => _array.Rows > 0 ? (double)_row / _array.Rows : double.NaN;

    public static ArrayRows Open(string path, string source)
    {
        NpyColumn array = NpyColumn.Open(path);
        if (array.RowDimensions.Length <= 1 && array.RowLength > 0)
            return new ArrayRows(array, array.RowLength);
        string shape = string.Join(", ", [array.Rows, .. array.RowDimensions]);
        array.Dispose();
        throw new OrreryDataException($"{source} holds an array of [{shape}] numbers, but [rows] or [rows, columns] was needed. Reshape it before saving (numpy: array.reshape(len(array), -1)).");
    }

    public override bool Next()
    {
        if (_row >= _array.Rows)
            return false;
        _row++;
        return true;
    }

    public override ReadOnlySpan<char> Cell(int column)
    {
        TryNumber(column, out double value);
        _text = value.ToString("R", CultureInfo.InvariantCulture);
        return _text;
    }

    public override bool TryNumber(int column, out double value)
    {
        value = _array.Type switch
        {
            NpyType.UInt8 => _array.Row<byte>(_row - 1)[column],
            NpyType.Int32 => _array.Row<int>(_row - 1)[column],
            NpyType.Int64 => _array.Row<long>(_row - 1)[column],
            NpyType.Float32 => _array.Row<float>(_row - 1)[column],
            _ => _array.Row<double>(_row - 1)[column],
        };
        return true;
    }

    public override void Dispose() => _array.Dispose();
}
