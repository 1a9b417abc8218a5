using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Logs;
using Orrery.Planning.Constraints;

namespace Orrery.Cli;

/// <summary>The options that say what a log does not: units, ranges and roles of its columns.</summary>
internal sealed class ColumnOptionSet
{
    private readonly Option<FileInfo?> _file = new("--columns") { Description = "A file with units, limits and roles of columns: JSON, or CSV with the header name,unit,low,high,role." };
    private readonly Option<string[]> _units = new("--unit") { Description = "Unit of a column, such as level=m. Found in headers like level (m) too.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _ranges = new("--range") { Description = "What values of a column can be, such as 0<=level<=10; others are errors.", AllowMultipleArgumentsPerToken = true };

    private readonly Option<OutsideRange> _outside = new("--outside")
    {
        Description = "What becomes of a value outside its column's range: stop names its row, gap leaves the row out.",
        DefaultValueFactory = _ => OutsideRange.Stop,
    };

    public Option[] All => [_file, _units, _ranges, _outside];

    /// <summary>Adds what was declared; roles of the file fill in those that the command line does not name.</summary>
    public LogOptions Apply(ParseResult parsed, LogOptions options)
    {
        List<ColumnDeclaration> columns = parsed.GetValue(_file) is { } file ? [.. ColumnFile.Read(file.FullName)] : [];
        foreach (string text in parsed.GetValue(_units) ?? [])
        {
            int equals = text.LastIndexOf('=');
            if (equals <= 0 || equals == text.Length - 1)
                throw new UsageException($"--unit {text}: a column and its unit were needed. Write it like level=m.");
            Change(columns, text[..equals].Trim(), column => column with { Unit = text[(equals + 1)..].Trim() });
        }

        foreach (string text in parsed.GetValue(_ranges) ?? [])
        {
            LimitExpression range = Range(text);
            Change(columns, range.Name, column => column with { Low = range.Low, High = range.High });
        }

        HashSet<string> named = [.. options.Observations, .. options.Inputs];
        return options with
        {
            Observations = Roles(options.Observations, ColumnRole.Observation),
            Actions = Roles(options.Actions, ColumnRole.Action),
            Disturbances = Roles(options.Disturbances ?? [], ColumnRole.Disturbance),
            TimeColumn = options.TimeColumn ?? columns.Find(column => column.Role == ColumnRole.Time)?.Name,
            Columns = columns.Count > 0 ? columns : null,
            Outside = parsed.GetValue(_outside),
        };

        IReadOnlyList<string> Roles(IReadOnlyList<string> given, ColumnRole role) => given.Count > 0
            ? given
            : [.. columns.Where(column => column.Role == role && !named.Contains(column.Name)).Select(column => column.Name)];
    }

    private static void Change(List<ColumnDeclaration> columns, string name, Func<ColumnDeclaration, ColumnDeclaration> change)
    {
        int at = columns.FindIndex(column => column.IsOf(name));
        if (at < 0)
            columns.Add(change(new ColumnDeclaration(name)));
        else
            columns[at] = change(columns[at]);
    }

    /// <summary>Reads a range before the log's columns are known: what is no number is the name.</summary>
    private static LimitExpression Range(string text)
    {
        string[] names = [.. text.Split('<', '>', '=').Select(part => part.Trim())
            .Where(part => part.Length > 0 && !double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _))];
        return Typed.Read(() => LimitExpression.Parse(text, names));
    }
}
