using Orrery.Data.Logs.Import;
using Orrery.Data.Logs.Inspection.Roles;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Passes every row to the scans of its columns, and puts together what they found.</summary>
internal sealed class LogScan
{
    /// <summary>Names that a column of times often has; other columns must count up evenly to be taken for one.</summary>
    private static readonly string[] ClockNames = ["t", "time", "timestamp", "date", "datetime", "seconds", "zeit", "uhrzeit", "datum"];

    /// <summary>A column without such a name tells the time when so much of its steps are equal.</summary>
    private const double EvenShare = 0.9;

    // FNV-1a: equal rows have equal hashes, and two others in a row practically never.
    private const ulong HashSeed = 14695981039346656037;
    private const ulong HashPrime = 1099511628211;

    private readonly LogHeader _header;
    private readonly LogOptions _options;
    private readonly ColumnScan[] _columns;
    private readonly double[] _row;
    private readonly RowBlocks? _blocks;
    private readonly RowList _ragged = new();
    private readonly RowList _repeated = new();
    private ulong _lastHash;
    private readonly LogOpening _opening;
    private readonly RowList _leftOut = new();
    private long _lastRow;

    public LogScan(LogHeader header, LogOptions options, bool keepRows, LogOpening opening)
    {
        _opening = opening;
        _header = header;
        _options = options;
        foreach (var name in options.Observations.Concat(options.Inputs).Concat(options.TimeColumn is { } time ? [time] : []).Concat((options.Columns ?? []).Select(column => column.Name)))
            header.Find(name);
        var missing = new HashSet<string>(options.MissingTokens ?? [], StringComparer.OrdinalIgnoreCase);
        var words = new WordNumbers(options.Words);
        _columns = [.. Enumerable.Range(0, header.Count).Select(i => new ColumnScan(header.Name(i), options.Declared(header, i), missing, words, options.Rules.Format))];
        _row = new double[header.Count];
        _blocks = keepRows ? new RowBlocks(header.Count) : null;
    }

    public long Rows { get; private set; }

    /// <summary>Passes over a row that does not count.</summary>
    public void LeaveOut(long row)
    {
        _leftOut.Add(row);
        foreach (var column in _columns)
        {
            column.Break(row);
            column.Clock.Break();
        }

        Array.Fill(_row, double.NaN);
        _lastHash = 0;
        _blocks?.Add(_row);
    }

    public void Add(RowSource row)
    {
        Rows++;
        _lastRow = row.Row;
        if (!_header.Fits(row))
            _ragged.Add(row.Row);
        var cells = Math.Min(row.Count, _columns.Length);
        var hash = HashSeed;
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i < cells)
                _columns[i].Add(row, i);
            else
                _columns[i].AddNothing(row.Row);
            var last = _columns[i].Last;
            _row[i] = _options.Outside == OutsideRange.Gap && !_columns[i].Declared.Contains(last) ? double.NaN : last;
            hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(_row[i])) * HashPrime;
            if (!double.IsNaN(_row[i]) || i >= cells)
                continue;
            foreach (var letter in row.Cell(i))
                hash = (hash ^ letter) * HashPrime;
        }

        if (Rows > 1 && hash == _lastHash)
            _repeated.Add(row.Row);
        _lastHash = hash;
        _blocks?.Add(_row);
    }

    public LogInspection Finish(string path)
    {
        var source = LogSource.NameOf(path);
        if (Rows == 0)
            throw new OrreryDataException($"{source} has a header but no rows. Give a log with at least one row of numbers.");
        foreach (var column in _columns)
            column.End();
        var timer = Array.Find(_columns, IsClock);
        var clock = ClockFindings.Read(timer, _options);
        InspectedColumn[] columns = [.. _columns.Select(column => Describe(column, column == timer))];
        var findings = new List<LogFinding>();
        findings.AddRange(FileFindings.Of(_header, _opening, _ragged, _leftOut, _lastRow));
        if (clock is not null)
            findings.AddRange(ClockFindings.Of(timer!, clock, _repeated, Batches(timer!)));
        else if (TwoColumnClock.Find(_columns) is { } finding)
            findings.Add(finding);
        else if (RepeatsAreOdd())
            findings.Add(new LogFinding("", FindingKind.RepeatedRow, FindingSeverity.Misleads, _repeated.Count, _repeated.First,
                $"{CellFindings.Many(_repeated.Count, "row repeats", "rows repeat")} the row above in every cell.",
                FindingWords.LeaveOut(_repeated.First, _repeated.Count) is { Length: > 0 } cut ? cut : "correct the log, or name what tells the time with --time-column and say --duplicates first"));
        for (var i = 0; i < _columns.Length; i++)
        {
            findings.AddRange(CellFindings.Of(_columns[i], columns[i].Content, _options));
            if (columns[i].Content is ColumnContent.Number or ColumnContent.Constant)
                findings.AddRange(SensorFindings.Of(_columns[i]));
        }

        LogFinding[] ordered = [.. findings.OrderBy(finding => finding.Severity).ThenBy(finding => finding.Kind).ThenByDescending(finding => finding.Count)];
        return new LogInspection(source, Rows, clock, columns, ordered, Suggest(path, columns, clock, ordered));
    }

    /// <summary>
    /// Without a clock, a row like the one above may well be a plant at rest. It is odd when a column repeats itself there that
    /// never does so elsewhere.
    /// </summary>
    private bool RepeatsAreOdd()
    {
        const double Never = 0.001;
        return _repeated.Count > 0 && _repeated.Count < Rows / 2
            && _columns.Any(column => column.Numbers == Rows && column.Unchanged - _repeated.Count <= Never * Rows && column.Distinct > 1)
            && !_columns.Any(column => column.Runs.Longest.Count > 0 && column.Distinct > 1 && column.Runs.Longest[0].Length > Thresholds.ShortestStuck && column.Unchanged < Rows / 2);
    }

    /// <summary>A column of names that changes exactly as often as the time goes back; null for none.</summary>
    private string? Batches(ColumnScan timer) =>
        Array.Find(_columns, column => column.ChangesSeldom && column.WordChanges - 1 == timer.Clock.Backwards.Count)?.Name;

    private bool IsClock(ColumnScan column)
    {
        if (_options.TimeColumn is { } named)
            return column == _columns[_header.Find(named)];
        if (!column.Clock.IsPlausible || column.Clock.Steps == 0)
            return false;
        if (column.Dates > column.Numbers)
            return true;
        if (column.Numbers < Rows / 2)
            return false;
        var backwards = column.Clock.Backwards.Count + column.Clock.Same.Count;
        var isEven = column.Clock.Steps > 2 && backwards < column.Clock.Steps / 50 && column.Clock.OtherShare(column.Clock.MedianStep()) <= 1 - EvenShare;

        // 'time_min' counts from 0 in every batch, so it holds fewer numbers than there are rows.
        if (isEven && ClockNames.Contains(column.Name.Split('_', ' ')[0], StringComparer.OrdinalIgnoreCase))
            return true;
        if (column.Distinct < Math.Min(Rows / 2, InspectedColumn.DistinctLimit))
            return false;
        return isEven || (ClockNames.Contains(column.Name, StringComparer.OrdinalIgnoreCase)
            && backwards < column.Clock.Steps / 10);
    }

    private InspectedColumn Describe(ColumnScan column, bool isClock)
    {
        var content = column.Content(isClock);
        var hasNumbers = column.Numbers > 0;
        return new InspectedColumn(
            column.Name,
            column.Declared.Unit ?? "",
            Role(column, isClock),
            content,
            column.Numbers,
            column.Unreadable.Count + column.Nulls.Count + column.Absent,
            hasNumbers ? column.Mean : double.NaN,
            column.StandardDeviation,
            hasNumbers ? column.Minimum : double.NaN,
            hasNumbers ? column.Maximum : double.NaN,
            column.Distinct,
            column.Numbers > 1 ? column.Unchanged / (double)(column.Numbers - 1) : 0,
            column.Changes,
            content is ColumnContent.Text or ColumnContent.Empty ? [] : column.Outline.Slices(),
            column.Declared.Low,
            column.Declared.High);
    }

    private string Role(ColumnScan column, bool isClock)
    {
        bool Is(IEnumerable<string> names) => names.Any(name => _columns[_header.Find(name)] == column);
        return isClock ? "time" : Is(_options.Observations) ? "observation" : Is(_options.Actions) ? "action" : Is(_options.Disturbances ?? []) ? "disturbance" : "";
    }

    private RoleSuggestion? Suggest(string path, InspectedColumn[] columns, LogClock? clock, LogFinding[] findings)
    {
        if (_blocks is null)
            return null;
        int[] positions = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Content == ColumnContent.Number)];
        return RoleSuggester.Suggest(
            [.. positions.Select(i => columns[i])], [.. positions.Select(i => Plausible(_blocks.Column(i), columns[i].Name, findings))],
            roles => SuggestedCommand.For(path, roles, clock, findings, _options));
    }

    /// <summary>A column without its outliers and codes for no value: one of them would drown what the rest tells.</summary>
    private static IReadOnlyList<double[]> Plausible(IReadOnlyList<double[]> stretches, string column, LogFinding[] findings)
    {
        HashSet<double> odd =
        [
            .. findings.Where(finding => finding.Column == column && finding.Kind is FindingKind.Outlier or FindingKind.Code)
                .SelectMany(finding => finding.Rows).Select(rows => rows.Value).Where(double.IsFinite),
        ];
        return odd.Count == 0 ? stretches : [.. stretches.Select(values => Array.ConvertAll(values, value => odd.Contains(value) ? double.NaN : value))];
    }
}
