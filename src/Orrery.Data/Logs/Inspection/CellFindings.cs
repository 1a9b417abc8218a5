using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Findings about what the cells of a column hold: words where numbers should be, and values that cannot be.</summary>
internal static class CellFindings
{
    /// <summary>Cells that are quoted in a sentence are not longer.</summary>
    private const int LongestToken = 24;

    /// <summary>A column of numbers has no more words for "no value" than this; the rest are counted together.</summary>
    private const int TokensToName = 6;

    /// <summary>More words than this are no states of a device.</summary>
    private const int WordsToNumber = 6;

    /// <summary>Words for the state that 0 stands for.</summary>
    private static readonly HashSet<string> AtRest = new(
        ["off", "false", "no", "closed", "close", "zu", "aus", "nein", "stop", "stopped", "idle", "manual", "hand", "disabled", "down", "low", "none", "standby"], StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<LogFinding> Of(ColumnScan column, ColumnContent content, LogOptions options)
    {
        if (content == ColumnContent.Text && column.DecimalCommas.Count > column.Unreadable.Count / 2)
        {
            yield return new LogFinding(
                column.Name, FindingKind.DecimalComma, FindingSeverity.Stops, column.DecimalCommas.Count, column.DecimalCommas.First,
                $"{column.DecimalCommas.Count:N0} cells are numbers with a decimal comma.", "--decimal-comma");
            yield break;
        }

        if (content == ColumnContent.Text)
        {
            string[] words = [.. column.Unreadable.Tokens.Where(token => token.Token.Length > 0).Select(token => Quoted(token.Token)).Take(TokensToName)];
            yield return new LogFinding(
                column.Name, FindingKind.Text, FindingSeverity.Note, column.Unreadable.Count, [],
                $"It holds text, such as {string.Join(", ", words)}; only numbers can be learned from.",
                TextDecision(column));
            yield break;
        }

        foreach (var finding in Missing(column, content, options.MissingTokens ?? []))
            yield return finding;
        if (column.OutsideRange.Count > 0)
        {
            var declared = column.Declared;
            var isDecided = options.Outside == OutsideRange.Gap;
            yield return new LogFinding(
                column.Name, FindingKind.OutsideRange, isDecided ? FindingSeverity.Note : FindingSeverity.Stops, column.OutsideRange.Count, column.OutsideRange.First,
                $"{Many(column.OutsideRange.Count, "value is", "values are")} outside the declared range {declared.RangeText()}{(isDecided ? "; each ends an episode" : "")}.", isDecided ? "" : "--outside gap");
        }
    }

    /// <summary>Words for states can be numbers; names of batches can part episodes; other text can only be left out.</summary>
    private static string TextDecision(ColumnScan column)
    {
        string[] words = [.. column.Unreadable.Tokens.Select(token => token.Token).Where(token => token.Length > 0)];
        if (words.Length > 0 && words.Count(word => NumberText.IsGrouped(word)) > words.Length / 2)
            return "--thousands if the marks in its numbers part thousands";
        string[] choices =
        [
            .. words.Length is > 1 and <= WordsToNumber && column.Unreadable.Others.Count == 0
                ? [$"--word {string.Join(' ', words.OrderBy(word => !AtRest.Contains(word)).ThenBy(word => word, StringComparer.Ordinal).Select((word, number) => Typed($"{word}={number}")))} if they are states"]
                : Array.Empty<string>(),
            .. column.ChangesSeldom ? [$"--episode-column {Typed(column.Name)} if each is a batch or test of its own"] : Array.Empty<string>(),
            "leave it out",
        ];
        return string.Join("; or ", choices);
    }

    private static string Typed(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    public static string Many(long count, string one, string several) => count == 1 ? $"1 {one}" : $"{count:N0} {several}";

    private static IEnumerable<LogFinding> Missing(ColumnScan column, ColumnContent content, IReadOnlyList<string> declaredMissing)
    {
        if (content == ColumnContent.Empty)
        {
            yield return new LogFinding(column.Name, FindingKind.Missing, FindingSeverity.Note, column.Unreadable.Count + column.Nulls.Count, [], "It has no values at all.", "leave it out");
            yield break;
        }

        if (column.Nulls.Count > 0)
        {
            yield return new LogFinding(
                column.Name, FindingKind.Missing, FindingSeverity.Note, column.Nulls.Count, column.Nulls.First,
                $"{Many(column.Nulls.Count, "cell is", "cells are")} null, which stands for no value; each ends an episode.", "");
        }

        var named = 0;
        var others = column.Unreadable.Others.Count;
        foreach (var (token, rows) in column.Unreadable.Tokens)
        {
            if (named++ >= TokensToName)
            {
                others += rows.Count;
                continue;
            }

            var isDeclared = declaredMissing.Contains(token, StringComparer.OrdinalIgnoreCase);
            yield return new LogFinding(
                column.Name, FindingKind.Missing, isDeclared ? FindingSeverity.Note : FindingSeverity.Stops, rows.Count, rows.First,
                $"{Many(rows.Count, "cell", "cells")} {(rows.Count == 1 ? "is" : "are")} {(token.Length == 0 ? "empty" : Quoted(token))}{(isDeclared ? ", which stands for no value; each ends an episode" : "")}.",
                isDeclared ? "" : NumberText.IsGrouped(token) ? "--thousands if the mark in it parts thousands" : $"--missing {(token.Length == 0 || token.Contains(' ', StringComparison.Ordinal) ? $"\"{token}\"" : token)}");
        }

        if (others > 0)
        {
            yield return new LogFinding(
                column.Name, FindingKind.Missing, FindingSeverity.Stops, others, column.Unreadable.Others.First,
                $"{Many(others, "other cell holds", "other cells hold")} no number.", "correct the log, or leave the column out");
        }
    }

    private static string Quoted(string token) => token.Length <= LongestToken ? $"'{token}'" : $"'{token[..LongestToken]}...'";
}
