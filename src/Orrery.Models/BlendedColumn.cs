namespace Orrery.Models;

/// <summary>How far a log's model trusts its linear models instead of its deep part, as the validation rows asked for.</summary>
/// <param name="Name">The observation's column.</param>
/// <param name="Near">Share of the linear models one row ahead, 0 to 1.</param>
/// <param name="Far">Their share far ahead, 0 to 1.</param>
/// <param name="Rows">Rows ahead up to which they lead (their share is above a half); 0 when they do not at first, null when they always do.</param>
/// <param name="LinearErrorRatio">
/// Error of the linear models over that of the deep part on the validation rows, each as if it were alone, a geometric mean over the
/// horizons: at most 1 where a linear model is as good. Null where that is not known.
/// </param>
public sealed record BlendedColumn(string Name, double Near, double Far, int? Rows, double? LinearErrorRatio = null);
