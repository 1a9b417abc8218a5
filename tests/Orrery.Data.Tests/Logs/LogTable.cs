using Orrery.Data.Logs;
using Orrery.Data.Logs.Import;

namespace Orrery.Data.Tests.Logs;

/// <summary>Rows of a log that follow each other without a gap.</summary>
internal readonly record struct LogStretchRange(int Start, int Length, bool EndsInGap);

/// <summary>What the importer makes of a log, before it becomes a dataset of 32-bit numbers.</summary>
internal sealed class LogTable : IStretchSink
{
    private readonly List<double>[] _columns;
    private readonly List<long> _rowNumbers = [];
    private readonly List<double> _times = [];
    private readonly List<LogStretchRange> _stretches = [];
    private int _start;
    private bool _broken;

    private LogTable(LogOptions options)
    {
        ColumnNames = [.. options.Observations, .. options.Inputs];
        _columns = [.. ColumnNames.Select(_ => new List<double>())];
    }

    public string[] ColumnNames { get; }

    public double[][] Columns => [.. _columns.Select(column => column.ToArray())];

    public long[] RowNumbers => [.. _rowNumbers];

    public double[] Times => [.. _times];

    public LogStretchRange[] Stretches => [.. _stretches];

    public int Rows => _rowNumbers.Count;

    public ImportCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0, 0);

    public long MissingRows => Counts.MissingRows;

    public IReadOnlyList<ColumnDeclaration> Declared { get; private set; } = [];

    public double SamplingTime { get; private set; }

    public string TimeUnit { get; private set; } = "";

    public static LogTable Read(string place, LogOptions options)
    {
        options.Check();
        LogTable table = new(options);
        LogPass.Clock clock = LogPass.Measure(place, options, null, CancellationToken.None);
        table.SamplingTime = clock.SamplingTime;
        table.Declared = clock.Columns;
        table.TimeUnit = clock.IsKnown ? options.TimeUnit : "step";
        table.Counts = LogPass.Run(place, clock, options, table, null, CancellationToken.None);
        Assert.Equal(table.Rows, table.Counts.RowsWritten);
        return table;
    }

    public void Row(LogRow row)
    {
        if (_broken)
            End();
        for (int column = 0; column < _columns.Length; column++)
            _columns[column].Add(row.Values[column]);
        _rowNumbers.Add(row.Number);
        _times.Add(row.Time);
    }

    public void Break() => _broken = _rowNumbers.Count > 0;

    public void Complete() => End();

    private void End()
    {
        if (_rowNumbers.Count > _start)
            _stretches.Add(new LogStretchRange(_start, _rowNumbers.Count - _start, _broken));
        _start = _rowNumbers.Count;
        _broken = false;
    }
}
