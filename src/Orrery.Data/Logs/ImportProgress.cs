namespace Orrery.Data.Logs;

/// <summary>How far an import has come.</summary>
/// <param name="Log">Name of the log that is being read.</param>
/// <param name="FindsTimes">Whether it is read for its times only, before it is read for its rows.</param>
/// <param name="Rows">Rows of it read so far.</param>
/// <param name="Share">Share of it read so far, 0..1; NaN where that cannot be told.</param>
public readonly record struct ImportProgress(string Log, bool FindsTimes, long Rows, double Share);
