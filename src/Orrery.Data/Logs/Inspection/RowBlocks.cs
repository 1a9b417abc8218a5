namespace Orrery.Data.Logs.Inspection;

/// <summary>
/// Stretches of whole rows, evenly over a log of unknown length: all of it while it is short, then every second, fourth, ...
/// block of rows.
/// </summary>
internal sealed class RowBlocks
{
    /// <summary>Long enough for the slowest response that is looked for, many times over.</summary>
    private const int RowsPerBlock = 2048;

    /// <summary>Memory for one log: 32 MB.</summary>
    private const int MostNumbers = 4 << 20;

    private readonly int _columns;
    private readonly int _mostBlocks;
    private readonly List<double[]> _blocks = [];
    private long _stride = 1;
    private long _rows;

    public RowBlocks(int columns)
    {
        _columns = columns;
        _mostBlocks = Math.Clamp(MostNumbers / (RowsPerBlock * columns), 2, 16);
    }

    /// <summary>Takes the next row; NaN where a value is missing.</summary>
    public void Add(ReadOnlySpan<double> row)
    {
        var block = _rows / RowsPerBlock;
        var place = (int)(_rows % RowsPerBlock);
        _rows++;
        if (block % _stride != 0)
            return;
        if (place == 0)
            Begin(ref block);
        if (block % _stride == 0)
            row.CopyTo(_blocks[^1].AsSpan(place * _columns, _columns));
    }

    /// <summary>A column's numbers, one array per stretch of rows that follow each other.</summary>
    public IReadOnlyList<double[]> Column(int column)
    {
        var stretches = new List<double[]>();
        for (var i = 0; i < _blocks.Count; i++)
        {
            var isLast = i == _blocks.Count - 1;
            var began = i * _stride * RowsPerBlock;
            var rows = (int)Math.Min(RowsPerBlock, isLast ? _rows - began : RowsPerBlock);
            var values = new double[rows];
            for (var row = 0; row < rows; row++)
                values[row] = _blocks[i][(row * _columns) + column];
            stretches.Add(values);
        }

        // Blocks that follow each other are one stretch.
        return _stride == 1 && stretches.Count > 0 ? [[.. stretches.SelectMany(values => values)]] : stretches;
    }

    private void Begin(ref long block)
    {
        if (_blocks.Count == _mostBlocks)
        {
            for (var i = 0; 2 * i < _blocks.Count; i++)
                _blocks[i] = _blocks[2 * i];
            _blocks.RemoveRange((_blocks.Count + 1) / 2, _blocks.Count / 2);
            _stride *= 2;
            if (block % _stride != 0)
                return;
        }

        _blocks.Add(new double[RowsPerBlock * _columns]);
    }
}
