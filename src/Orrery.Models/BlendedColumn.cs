namespace Orrery.Models;

/// <summary>How far a log's model trusts its linear equation instead of its deep part, as the validation rows asked for.</summary>
/// <param name="Name">The observation's column.</param>
/// <param name="Near">Share of the linear equation one row ahead, 0 to 1.</param>
/// <param name="Far">Its share far ahead, 0 to 1.</param>
/// <param name="Rows">Rows ahead up to which it leads (its share is above a half); 0 when it never does, null when it always does.</param>
public sealed record BlendedColumn(string Name, double Near, double Far, int? Rows);
