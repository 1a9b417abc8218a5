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

    private readonly string _source;
    private readonly LogOptions _options;
    private readonly double _samplingTime;
    private readonly MissingCells _missing;
    private readonly float[] _values;
    private TextFormat? _format;
    private int[] _positions = [];
    private ColumnDeclaration[] _declared = [];
    private TimeReader? _time;

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
        _values = new float[options.Observations.Count + options.Inputs.Count];
    }

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

    /// <summary>Lines that came.</summary>
    public long Lines { get; private set; }

    /// <summary>Takes the next line.</summary>
    /// <exception cref="OrreryDataException">The first line names columns, and a chosen one is not among them.</exception>
    public LogLine Accept(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Lines++;
        if (string.IsNullOrWhiteSpace(line))
            return LogLine.Other;
        bool first = _format is null;
        _format ??= TextFormat.Find(_options, [line]);
        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(line);
            using TextRows cells = new(new Utf8Lines(new MemoryStream(bytes, writable: false), _source, bytes.Length + 1), _format, _source);
            if (!cells.Next())
                return LogLine.Other;
            if (first && ReadHeader(cells))
                return LogLine.Other;
            return Read(cells);
        }
        catch (OrreryDataException) when (!first)
        {
            return LogLine.Missing; // Quotation marks that do not close.
        }
    }

    private bool ReadHeader(RowSource cells)
    {
        LogHeader header = LogHeader.Read(_source, cells, _options.HasHeader);
        _positions = [.. _options.Observations.Concat(_options.Inputs).Select(header.Find)];
        _declared = Array.ConvertAll(_positions, position => _options.Declared(header, position));
        _time = TimeReader.Find(_options, header, _source);
        return header.IsRow;
    }

    private LogLine Read(RowSource cells)
    {
        for (int index = 0; index < _positions.Length; index++)
        {
            if (_positions[index] >= cells.Count)
                return LogLine.Missing;
            if (_missing.Matches(cells, _positions[index]) || !cells.TryNumber(_positions[index], out double value) || !float.IsFinite((float)value))
                return LogLine.Missing;
            if (_options.Outside == OutsideRange.Gap && !_declared[index].Contains(value))
                return LogLine.Missing;
            _values[index] = (float)value;
        }

        AfterGap = false;
        if (_time is null)
            return LogLine.Row;
        if (_time.Width > cells.Count || !_time.TryRead(cells, out double time))
            return LogLine.Missing;
        if (time <= Time)
            return LogLine.OutOfOrder;
        AfterGap = time - Time > (_options.Rules.Gap ?? (GapFactor * _samplingTime));
        Time = time;
        TimeText = _time.Text(cells);
        return LogLine.Row;
    }
}
