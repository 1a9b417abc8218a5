namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>One column's past tells something about another that the other's own past does not.</summary>
/// <param name="From">The column that moves first.</param>
/// <param name="To">The column that follows.</param>
/// <param name="Gain">Share, above 0 to about 1, of what <paramref name="To"/>'s own past leaves open that <paramref name="From"/>'s past explains.</param>
/// <param name="Delay">Rows after which it begins to follow; 0 within the same row; null when it follows slowly and no delay stands out.</param>
/// <param name="Correlation">Correlation of the two at that delay, each without its own past, -1 to 1; 0 without a delay.</param>
public sealed record Influence(string From, string To, double Gain, int? Delay, double Correlation);

/// <summary>What a column could be.</summary>
/// <param name="Column">The column.</param>
/// <param name="Role">The role that the evidence speaks for; null when it speaks for none.</param>
/// <param name="Reason">The evidence, in a sentence.</param>
public sealed record SuggestedRole(string Column, ColumnRole? Role, string Reason);

/// <summary>
/// Which columns could be actions and which observations. It is a suggestion: a log shows what moves first, and only a person
/// knows what is commanded.
/// </summary>
/// <param name="Roles">Every column of numbers that vary, in the log's order.</param>
/// <param name="Influences">What follows what, the strongest first.</param>
/// <param name="Command">A command line to train with these roles; empty when there are not both actions and observations.</param>
public sealed record RoleSuggestion(IReadOnlyList<SuggestedRole> Roles, IReadOnlyList<Influence> Influences, string Command)
{
    /// <summary>Columns of one role.</summary>
    public IReadOnlyList<string> Named(ColumnRole role) => [.. Roles.Where(suggested => suggested.Role == role).Select(suggested => suggested.Column)];
}
