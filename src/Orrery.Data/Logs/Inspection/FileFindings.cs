namespace Orrery.Data.Logs.Inspection;

/// <summary>Findings about whole rows, whatever their columns hold.</summary>
internal static class FileFindings
{
    public static IEnumerable<LogFinding> Of(LogHeader header, LogOpening opening, RowList ragged, RowList leftOut, long lastRow)
    {
        if (opening.HeaderRow is { } named)
        {
            yield return new LogFinding("", FindingKind.Opening, FindingSeverity.Note, named - 1, [new RowRange(1, named - 1)],
                $"Row {named:N0} names the columns; the rows above it are passed over.", "--header-row says which it is");
        }

        if (opening.UnitRow is { } units)
            yield return new LogFinding("", FindingKind.Opening, FindingSeverity.Note, 1, [new RowRange(units, units)], "The row below the header holds units.", "");
        if (leftOut.Count > 0)
        {
            yield return new LogFinding("", FindingKind.LeftOut, FindingSeverity.Note, leftOut.Count, leftOut.First,
                $"{CellFindings.Many(leftOut.Count, "row is", "rows are")} left out as you said; an episode ends there.", "");
        }

        if (ragged.Count == 0)
            yield break;
        var isCutOff = ragged.Count == 1 && ragged.First[0].First == lastRow;
        var cut = FindingWords.LeaveOut(ragged.First, ragged.Count);
        yield return new LogFinding("", FindingKind.Ragged, FindingSeverity.Stops, ragged.Count, ragged.First,
            isCutOff
                ? "The last row has other cells than the header: the file is cut off, or still being written."
                : $"{CellFindings.Many(ragged.Count, "row has", "rows have")} more or fewer cells than {(header.IsRow ? "the header" : "the first row")}.",
            cut.Length > 0 ? $"{cut}, or correct {(ragged.Count == 1 ? "it" : "them")}" : "correct the rows, or check --separator and --header-row");
    }
}
