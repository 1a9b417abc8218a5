using System.Globalization;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs;

/// <summary>Reads the chosen columns of a log: CSV, TSV or a table with white space between its columns, with or without a header.</summary>
public static class LogReader
{
    /// <summary>A time step longer than this many sampling times is a gap.</summary>
    private const double GapFactor = 1.5;

    /// <summary>Reads a log. Only the chosen columns are looked at; nothing is filled in or interpolated.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns, and how the file is written.</param>
    /// <returns>The complete rows.</returns>
    /// <exception cref="OrreryDataException">The file or the options cannot be used; the sentence says where and what to do.</exception>
    public static LogTable Read(string path, LogOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return ReadTable(path, options);
    }

    private static LogTable ReadTable(string path, LogOptions options)
    {
        using var log = LogSource.Open(path, options);
        var collector = new LogCollector(log, options);
        while (log.Next())
            collector.Add(log.Rows);
        return collector.ToTable(options);
    }

    /// <summary>Gathers the cells of the chosen columns.</summary>
    private sealed class LogCollector
    {
        private readonly string _source;
        private readonly LogHeader _header;
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
        private readonly string[] _names;
        private readonly int[] _positions;
        private readonly ColumnDeclaration[] _declared;
        private readonly OutsideRange _outside;
        private readonly List<double>[] _columns;
        private readonly List<long> _rowNumbers = [];
        private readonly List<int> _gapsBefore = [];
        private readonly double[] _values;
        private readonly int _timePosition;
        private readonly List<double> _times = [];
        private long _missingRows;
        private bool _inGap;

        public LogCollector(LogSource log, LogOptions options)
        {
            var header = _header = log.Header;
            _source = log.Name;
            _missing = new HashSet<string>(options.MissingTokens ?? [], StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
            _names = [.. options.Observations, .. options.Inputs];
            _positions = [.. _names.Select(header.Find)];
            foreach (var column in options.Columns ?? [])
                header.Find(column.Name); // A misspelt one would leave its range unchecked.
            _declared = Array.ConvertAll(_positions, position => options.Declared(header, position));
            _outside = options.Outside;
            _columns = [.. _names.Select(_ => new List<double>())];
            _values = new double[_names.Length];
            _timePosition = options.TimeColumn is { } time ? header.Find(time) : -1;
        }

        public void Add(RowSource row)
        {
            _header.CheckRow(row);
            var complete = true;
            for (var i = 0; i < _positions.Length; i++)
            {
                if (row.IsNull(_positions[i]) || _missing.Contains(row.Cell(_positions[i])))
                    complete = false;
                else
                    complete &= IsInside(_values[i] = Number(row, _positions[i], _names[i]), i, row.Row);
            }

            if (!complete)
            {
                _missingRows++;
                _inGap = true;
                return;
            }

            if (_inGap && _rowNumbers.Count > 0)
                _gapsBefore.Add(_rowNumbers.Count);
            _inGap = false;
            if (_timePosition >= 0)
                _times.Add(Time(row));
            for (var i = 0; i < _values.Length; i++)
                _columns[i].Add(_values[i]);
            _rowNumbers.Add(row.Row);
        }

        private bool IsInside(double value, int column, long row)
        {
            var declared = _declared[column];
            if (declared.Contains(value))
                return true;
            return _outside == OutsideRange.Gap ? false : throw new OrreryDataException(
                $"Column '{_names[column]}' of {_source}: {value} in row {row:N0} is outside its declared range {declared.RangeText()}. "
                + "Correct it or the range, or leave such rows out with --outside gap.");
        }

        public LogTable ToTable(LogOptions options)
        {
            if (_rowNumbers.Count == 0)
            {
                throw new OrreryDataException(
                    _missingRows > 0
                        ? $"Every one of the {_missingRows:N0} rows of {_source} has a missing value in a chosen column. Choose other columns."
                        : $"{_source} has a header but no rows. Give a log with at least one row of numbers.");
            }

            var samplingTime = options.SamplingTime ?? (_times.Count > 1 ? MedianStep() : 1);
            if (_times.Count > 0)
                AddTimeGaps(samplingTime);
            var known = options.SamplingTime is not null || _times.Count > 1;
            return new LogTable(
                _source, _names, [.. _columns.Select(column => column.ToArray())], [.. _rowNumbers], Stretches(), _missingRows,
                samplingTime, known ? options.TimeUnit : "step")
            {
                Declared = _declared,
            };
        }

        private List<LogStretchRange> Stretches()
        {
            var stretches = new List<LogStretchRange>();
            var start = 0;
            foreach (var gap in _gapsBefore.Distinct().Order())
            {
                stretches.Add(new LogStretchRange(start, gap - start, EndsInGap: true));
                start = gap;
            }

            stretches.Add(new LogStretchRange(start, _rowNumbers.Count - start, _inGap));
            return stretches;
        }

        private double MedianStep()
        {
            var steps = new double[_times.Count - 1];
            for (var i = 0; i < steps.Length; i++)
                steps[i] = _times[i + 1] - _times[i];
            Array.Sort(steps);

            // The differences of decimal numbers carry rounding; the sampling time should not.
            return double.Parse(steps[steps.Length / 2].ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        private void AddTimeGaps(double samplingTime)
        {
            for (var i = 1; i < _times.Count; i++)
            {
                var step = _times[i] - _times[i - 1];
                if (step <= 0)
                {
                    throw new OrreryDataException(
                        $"The time in row {_rowNumbers[i]:N0} of {_source} is not after the row before it. Sort the log by time and remove double rows.");
                }

                if (step > GapFactor * samplingTime)
                    _gapsBefore.Add(i);
            }
        }

        private double Time(RowSource row)
        {
            if (row.TryNumber(_timePosition, out var time) && double.IsFinite(time))
                return time;
            var cell = row.Cell(_timePosition);
            if (DateTime.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var moment))
                return (moment - DateTime.UnixEpoch).TotalSeconds;
            throw new OrreryDataException(
                $"Time column of {_source}: '{cell}' in row {row.Row:N0} is neither a number nor a date and time. Correct it, or leave the time column out.");
        }

        private double Number(RowSource row, int position, string name)
        {
            if (row.TryNumber(position, out var value))
            {
                if (float.IsFinite((float)value))
                    return value;
                throw Bad(name, $"'{row.Cell(position)}' in row {row.Row:N0} is not a finite number that fits in 32 bits");
            }

            var cell = row.Cell(position);
            throw cell.IsEmpty
                ? new OrreryDataException($"Column '{name}' of {_source}: the cell in row {row.Row:N0} is empty. Name the empty cell with --missing \"\", or drop the column.")
                : Bad(name, $"'{Shortened(cell)}' in row {row.Row:N0} is not a number");
        }

        private OrreryDataException Bad(string name, string what) =>
            new($"Column '{name}' of {_source}: {what}. Name it with --missing, or drop the column.");

        private static string Shortened(ReadOnlySpan<char> cell) => cell.Length <= 40 ? cell.ToString() : string.Concat(cell[..40], "...");
    }
}
