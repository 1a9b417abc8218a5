using System.Text;
using Orrery.Data.Logs.Import;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs;

/// <summary>What a line of a stream was.</summary>
public enum LogLine
{
    /// <summary>A complete row; the numbers are in the stream's buffers.</summary>
    Row,

    /// <summary>A row of which a chosen number is missing or cannot be read.</summary>
    Missing,

    /// <summary>A row whose time is not after that of the row before.</summary>
    OutOfOrder,

    /// <summary>The names of the columns, or a blank line.</summary>
    Other,
}

/// <summary>
/// Reads a log line by line, as it comes: from a pipe, or from a file that somebody else is still writing. Where
/// <see cref="LogImporter"/> stops at the first cell that makes no sense, this goes on: a plant does not wait.
/// </summary>
public sealed class LogStream
{
    /// <summary>A time step longer than this many sampling times is a gap.</summary>
    private const double GapFactor = 1.5;

    /// <summary>A time step shorter than this many sampling times is too early.</summary>
    private const double EarlyFactor = 0.75;

    private readonly string _source;
    private readonly LogOptions _options;
    private readonly double _samplingTime;
    private readonly MissingCells _missing;
    private readonly WordNumbers _words;
    private readonly float[] _values;
    private TextFormat? _format;
    private int[] _positions = [];
    private ColumnDeclaration[] _declared = [];
    private TimeReader? _time;
    private LogOpening _opening;
    private string? _header;
    private int _episodes = -1;
    private string? _episode;

    /// <summary>Prepares to read.</summary>
    /// <param name="source">What the lines come from, for messages.</param>
    /// <param name="options">Which columns, and how lines are written.</param>
    /// <param name="samplingTime">Time between two rows; steps of time that are longer are gaps.</param>
    /// <exception cref="OrreryDataException">The options make no sense.</exception>
    public LogStream(string source, LogOptions options, double samplingTime)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _source = source;
        _options = options;
        _samplingTime = samplingTime;
        _missing = new MissingCells(options.MissingTokens);
        _words = new WordNumbers(options.Words);
        _values = new float[options.Observations.Count + options.Inputs.Count];
    }

    /// <summary>Prepares to read the lines of a file, whose first rows tell what stands above and below its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns, and how lines are written.</param>
    /// <param name="samplingTime">Time between two rows; steps of time that are longer are gaps.</param>
    /// <exception cref="OrreryDataException">The options make no sense, or the file cannot be read.</exception>
    public static LogStream OfFile(string path, LogOptions options, double samplingTime)
    {
        string name = LogSource.NameOf(path);
        LogStream stream = new(name, options, samplingTime);

        // A file that is still being written may be empty yet.
        if (new FileInfo(path).Length > 0 && options.HasHeader != false)
            stream._opening = HeaderRow.Find(TextRows.FirstLines(path, name, HeaderRow.RowsToLookAt, options.HeaderRow), options.Separator, options.HeaderRow);
        return stream;
    }

    /// <summary>Whether a file is one of lines of text, which can be read as they come; workbooks, arrays and databases cannot.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OrreryDataException">It cannot be read, or is nothing that can.</exception>
    public static bool CanRead(string path) => FileErrors.Guard("read the log", path, () =>
        new FileInfo(path).Length == 0 || LogKinds.Find(path, LogSource.NameOf(path)) == LogKind.Text);

    /// <summary>Numbers of the row that was read last: the observations.</summary>
    public ReadOnlySpan<float> Observation => _values.AsSpan(0, _options.Observations.Count);

    /// <summary>The actions, then the disturbances.</summary>
    public ReadOnlySpan<float> Action => _values.AsSpan(_options.Observations.Count);

    /// <summary>Its time, in the unit of the sampling time; time stamps count from the first. NaN when no column tells.</summary>
    public double Time { get; private set; } = double.NaN;

    /// <summary>Its time as it was written; empty when no column tells.</summary>
    public string TimeText { get; private set; } = "";

    /// <summary>Whether rows are missing between it and the row before.</summary>
    public bool AfterGap { get; private set; }

    /// <summary>Why the last row without a number could not be used; empty as long as all could.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Rows that came in less than three quarters of a sampling time after the one before.</summary>
    public long Early { get; private set; }

    /// <summary>Lines that came.</summary>
    public long Lines { get; private set; }

    /// <summary>Takes the next line.</summary>
    /// <exception cref="OrreryDataException">The first line names columns, and a chosen one is not among them.</exception>
    public LogLine Accept(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Lines++;
        if (string.IsNullOrWhiteSpace(line) || Lines < (_opening.HeaderRow ?? _options.HeaderRow) || Lines == _opening.UnitRow)
            return LogLine.Other;
        bool first = _format is null;
        _header ??= line;
        _format ??= TextFormat.Find(_options, [line]);
        LogLine kind = Accept(line, first);

        // The header does not show how numbers are written; the first row with a decimal sign does.
        if (kind != LogLine.Missing || _format.DecimalComma || TextFormat.Find(_options, [_header, line]) is not { DecimalComma: true } other)
            return kind;
        _format = other;
        return Accept(line, first: false);
    }

    private LogLine Accept(string line, bool first)
    {
        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(line);
            using TextRows cells = new(new Utf8Lines(new MemoryStream(bytes, writable: false), _source, bytes.Length + 1), _format!, _source);
            if (!cells.Next())
                return LogLine.Other;
            if (first && ReadHeader(cells))
                return LogLine.Other;
            return Read(cells);
        }
        catch (OrreryDataException) when (!first)
        {
            Problem = $"Line {Lines:N0} has quotation marks that do not close.";
            return LogLine.Missing;
        }
    }

    private bool ReadHeader(RowSource cells)
    {
        LogHeader header = LogHeader.Read(_source, cells, _options.HasHeader);
        _positions = [.. _options.Observations.Concat(_options.Inputs).Select(header.Find)];
        _declared = Array.ConvertAll(_positions, position => _options.Declared(header, position));
        _time = TimeReader.Find(_options, header, _source);
        _episodes = _options.EpisodeColumn is { } episodes ? header.Find(episodes) : -1;
        return header.IsRow;
    }

    private LogLine Read(RowSource cells)
    {
        for (int index = 0; index < _positions.Length; index++)
        {
            if (_positions[index] >= cells.Count)
                return Missing(index, $"the line has {cells.Count} cells");
            if (_missing.Matches(cells, _positions[index]) || !_words.TryRead(cells, _positions[index], out double value) || !float.IsFinite((float)value))
                return Missing(index, $"'{cells.Cell(_positions[index])}' is no number");
            if (_options.Outside == OutsideRange.Gap && !_declared[index].Contains(value))
                return Missing(index, $"{cells.Cell(_positions[index])} is outside its range");
            _values[index] = (float)value;
        }

        bool begins = IsNewEpisode(cells);
        AfterGap = begins;
        if (_time is null)
            return LogLine.Row;
        if (_time.Width > cells.Count || !_time.TryRead(cells, out double time))
        {
            Problem = $"Line {Lines:N0} has no time that can be read{(_time.Width > cells.Count ? "" : $": '{_time.Text(cells)}'")}.";
            return LogLine.Missing;
        }

        begins |= time < Time && _options.Rules.Order == RowOrder.Restart;
        if (time <= Time && !begins)
            return LogLine.OutOfOrder;
        Early += !begins && time - Time < EarlyFactor * _samplingTime ? 1 : 0;
        AfterGap = begins || time - Time > (_options.Rules.Gap ?? (GapFactor * _samplingTime));
        Time = time;
        TimeText = _time.Text(cells);
        return LogLine.Row;
    }

    private LogLine Missing(int index, string why)
    {
        Problem = $"Line {Lines:N0}, column '{_declared[index].Name}': {why}.";
        return LogLine.Missing;
    }

    /// <summary>Whether the column of episodes holds another value than in the row before.</summary>
    private bool IsNewEpisode(RowSource cells)
    {
        if (_episodes < 0 || _episodes >= cells.Count)
            return false;
        string? before = _episode;
        _episode = cells.Cell(_episodes).ToString();
        return before is not null && before != _episode;
    }
}
