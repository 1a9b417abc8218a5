using System.Globalization;
using System.Text;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>Writes the command line that trains with suggested roles.</summary>
internal static class SuggestedCommand
{
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:+%@";

    public static string For(string path, IReadOnlyList<SuggestedRole> roles, LogClock? clock, IReadOnlyList<LogFinding> findings, LogOptions options)
    {
        // A connection string may hold a password, which must not be printed.
        var text = new StringBuilder("orrery train ").Append(PostgresLog.Knows(path) ? "CONNECTION" : Quoted(path));
        Names(ColumnRole.Observation, "--observations");
        Names(ColumnRole.Action, "--actions");
        Given("--time-column", options.TimeColumn ?? clock?.Column);
        Given("--time-format", options.Rules.Format ?? clock?.Format);
        if (clock is null && options.TimeColumn is null && findings.FirstOrDefault(finding => finding.Kind == FindingKind.DateFormat) is { } day)
            text.Append(' ').Append(day.Decision);
        if (options.TimeUnit != "s")
            Given("--time-unit", options.TimeUnit);
        else if (clock is { IsDate: false, Unit: "" } && TimeUnits.Of(clock.Column[(clock.Column.LastIndexOf('_') + 1)..]) is { } named && named != "s")
            Given("--time-unit", named);
        Given("--episode-column", options.EpisodeColumn);
        if (options.EpisodeColumn is null && options.Rules.Order == RowOrder.Error
            && findings.FirstOrDefault(finding => finding.Kind == FindingKind.OutOfOrder) is { Decision: var back } && (back == ClockFindings.Restart || back.StartsWith(ClockFindings.EpisodeColumn, StringComparison.Ordinal)))
            text.Append(' ').Append(back);
        Given("--header-row", options.HeaderRow?.ToString(CultureInfo.InvariantCulture));
        Given("--leave-out", options.LeaveOut?.ToString());
        if (options.Rules.Order != RowOrder.Error)
            Given("--order", options.Rules.Order.ToString().ToLowerInvariant());
        if (options.Rules.Duplicates != DuplicateRule.Error)
            Given("--duplicates", options.Rules.Duplicates.ToString().ToLowerInvariant());
        if (options.Rules.Resample is null && findings.FirstOrDefault(finding => finding.Kind == FindingKind.IrregularSampling) is { } irregular)
            text.Append(' ').Append(irregular.Decision);
        if (options.Rules.Resample is { } step)
            text.Append(CultureInfo.InvariantCulture, $" --resample {step:R} --resample-rule {options.Rules.ResampleRule.ToString().ToLowerInvariant()}");
        Given("--gap", options.Rules.Gap?.ToString("R", CultureInfo.InvariantCulture));
        if (options.Words is { Count: > 0 } words)
            text.Append(" --word ").AppendJoin(' ', words.Select(word => Quoted(string.Create(CultureInfo.InvariantCulture, $"{word.Key}={word.Value:R}"))));
        Given("--separator", options.Separator);
        Given("--sheet", options.Sheet);
        Given("--table", options.Table);
        Given("--query", options.Query);
        if (options.HasHeader is { } header)
            text.Append(header ? " --header true" : " --header false");
        if (options.Thousands)
            text.Append(" --thousands");
        if (options.DecimalComma)
            text.Append(" --decimal-comma");
        foreach (var column in options.Columns ?? [])
            Declared(column);
        if (options.Outside == OutsideRange.Gap)
            text.Append(" --outside gap");
        string[] missing =
        [
            .. (options.MissingTokens ?? []).Select(Quoted),
            .. findings.Where(finding => finding.Kind is FindingKind.Missing or FindingKind.Code && finding.Decision.StartsWith("--missing ", StringComparison.Ordinal)
                    && roles.Any(role => role.Role is not null && role.Column == finding.Column))
                .Select(finding => finding.Decision["--missing ".Length..]).Distinct(),
        ];
        if (missing.Length > 0)
            text.Append(" --missing ").AppendJoin(' ', missing);
        return text.ToString();

        void Declared(ColumnDeclaration column)
        {
            if (column.Unit is { } declared)
                Given("--unit", $"{column.Name}={declared}");
            if (column.RangeText().Length > 0)
                Given("--range", $"{(double.IsFinite(column.Low) ? $"{column.Low:R}<=" : "")}{column.Name}{(double.IsFinite(column.High) ? $"<={column.High:R}" : "")}");
        }

        void Given(string option, string? value)
        {
            if (value is not null)
                text.Append(' ').Append(option).Append(' ').Append(Quoted(value));
        }

        void Names(ColumnRole role, string option)
        {
            string[] names = [.. roles.Where(suggested => suggested.Role == role).Select(suggested => suggested.Column)];
            text.Append(' ').Append(option).Append(' ').Append(Quoted(string.Join(',', names)));
        }
    }

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(letter => Plain.Contains(letter, StringComparison.Ordinal)) ? text : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
