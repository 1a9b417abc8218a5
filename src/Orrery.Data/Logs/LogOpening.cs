namespace Orrery.Data.Logs;

/// <summary>Which of a log's first rows hold no data, where that is not the first row alone. Kept with what is imported, and told.</summary>
/// <param name="HeaderRow">Row of the header, where rows stand above it; null for the first.</param>
/// <param name="UnitRow">Row below the header that holds units; null for none.</param>
internal readonly record struct LogOpening(long? HeaderRow, long? UnitRow);
