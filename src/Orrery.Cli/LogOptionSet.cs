using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Logs;

namespace Orrery.Cli;

/// <summary>The options that say how a log is read; the same for every command that reads one.</summary>
internal sealed class LogOptionSet
{
    private readonly Option<string[]> _observations = Names("--observations", "Columns that are observed, such as level. Repeat it or separate names by commas.");
    private readonly Option<string[]> _actions = Names("--actions", "Columns that are acted with, such as voltage.");
    private readonly Option<string[]> _disturbances = Names("--disturbances", "Columns that drive the plant and are measured, but that nobody commands, such as weather.");
    private readonly Option<string?> _separator = new("--separator") { Description = "What separates cells: , ; tab or space. Found out when left out." };
    private readonly Option<string[]> _missing = new("--missing") { Description = "Cells that mean 'no value', such as n/a; rows with one end an episode.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _words = new("--word") { Description = "A word that stands for a number, such as ON=1 OFF=0.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool?> _header = new("--header") { Description = "Whether the first row names the columns; without a header they are c1, c2, ... Found out when left out." };
    private readonly Option<string?> _timeColumn = new("--time-column") { Description = "Column of the time, or \"date time\" for two columns; gaps in it end an episode." };
    private readonly Option<double?> _samplingTime = new("--sampling-time") { Description = "Time between two rows, when no column tells." };
    private readonly Option<string> _timeUnit = new("--time-unit") { Description = "Unit of the sampling time.", DefaultValueFactory = _ => "s" };
    private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "Numbers are written 1,5." };
    private readonly Option<bool> _thousands = new("--thousands") { Description = "Numbers are written 1,234.5, or 1.234,5 with a decimal comma." };
    private readonly Option<string?> _sheet = new("--sheet") { Description = "Sheet of an Excel workbook; the only one when left out." };
    private readonly Option<string?> _table = new("--table") { Description = "Table of a SQLite or PostgreSQL database." };
    private readonly Option<string?> _query = new("--query") { Description = "What to ask a database instead, such as \"select * from log order by time\"; it cannot change anything." };
    private readonly Option<string?> _timeFormat = new("--time-format") { Description = "How time stamps are written, such as \"dd.MM.yyyy HH:mm:ss\"; the usual forms are found out." };
    private readonly Option<DuplicateRule> _duplicates = new("--duplicates") { Description = "Rows of the same time: error, first, last or mean." };
    private readonly Option<RowOrder> _order = new("--order") { Description = "Rows out of order: error, sort (none more than 65,536 rows out of place), or restart (the time begins anew; an episode ends)." };
    private readonly Option<double?> _gap = new("--gap") { Description = "A longer time between two rows ends an episode; 1.5 sampling times when left out." };
    private readonly Option<double?> _resample = new("--resample") { Description = "Make rows this far apart in time, never across a gap." };
    private readonly Option<ResampleRule> _resampleRule = new("--resample-rule") { Description = "How they are made: mean, last or linear." };

    private readonly Option<int?> _headerRow = new("--header-row") { Description = "Row of the file that names the columns, when a title stands above it. Found out when left out." };
    private readonly Option<string[]> _leaveOut = new("--leave-out") { Description = "Rows of the file that do not count, such as 4822 or 2502-2701, as 'orrery inspect' numbers them; an episode ends there.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _episodeColumn = new("--episode-column") { Description = "Column of batches or tests; an episode ends where its value changes, and the time may begin anew there." };

    private readonly ColumnOptionSet _columns = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            _observations, _actions, _disturbances, _separator, _missing, _words, _header, _headerRow, _decimalComma, _thousands, _sheet, _table, _query, _timeColumn, _timeFormat,
            _samplingTime, _timeUnit, _duplicates, _order, _gap, _leaveOut, _episodeColumn, _resample, _resampleRule, .. _columns.All,
        ])
        {
            command.Options.Add(option);
        }
    }

    public LogOptions Read(ParseResult parsed) => _columns.Apply(parsed, new LogOptions(
        Split(parsed.GetValue(_observations)),
        Split(parsed.GetValue(_actions)),
        parsed.GetValue(_separator),
        parsed.GetValue(_missing) is { Length: > 0 } missing ? missing : null,
        parsed.GetValue(_header),
        parsed.GetValue(_timeColumn),
        parsed.GetValue(_samplingTime),
        parsed.GetValue(_timeUnit)!,
        parsed.GetValue(_decimalComma),
        Split(parsed.GetValue(_disturbances)),
        parsed.GetValue(_sheet),
        parsed.GetValue(_table),
        parsed.GetValue(_query),
        Timing: new TimeRules(
            parsed.GetValue(_timeFormat), parsed.GetValue(_duplicates), parsed.GetValue(_order), parsed.GetValue(_gap), parsed.GetValue(_resample),
            parsed.GetValue(_resampleRule)),
        HeaderRow: parsed.GetValue(_headerRow),
        LeaveOut: parsed.GetValue(_leaveOut) is { Length: > 0 } rows ? Typed.Read(() => RowSet.Parse(rows)) : null,
        EpisodeColumn: parsed.GetValue(_episodeColumn),
        Words: parsed.GetValue(_words) is { Length: > 0 } words ? Words(words) : null,
        Thousands: parsed.GetValue(_thousands)));

    /// <summary>Reads words such as ON=1.</summary>
    /// <exception cref="UsageException">One is not of that form, or stands for two numbers.</exception>
    internal static Dictionary<string, double> Words(IEnumerable<string> texts)
    {
        Dictionary<string, double> words = new(StringComparer.OrdinalIgnoreCase);
        foreach (string text in texts)
        {
            int equals = text.LastIndexOf('=');
            if (equals < 1 || !double.TryParse(text[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
                throw new UsageException($"--word {text}: a word and the number that it stands for were needed, such as ON=1.");
            if (!words.TryAdd(text[..equals].Trim(), number) && words[text[..equals].Trim()] != number)
                throw new UsageException($"--word {text}: '{text[..equals].Trim()}' stands for {words[text[..equals].Trim()].ToString(CultureInfo.InvariantCulture)} already. Give one number.");
        }

        return words;
    }

    private static Option<string[]> Names(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static string[] Split(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
