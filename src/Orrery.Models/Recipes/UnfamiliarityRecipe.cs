namespace Orrery.Models.Recipes;

/// <summary>What is done where training never was, and when a situation counts as that. Made ready from the run's own data.</summary>
/// <param name="Response"><c>hold</c> the last action, <c>slow</c> for half of every change, or the <c>fallback</c>.</param>
/// <param name="Share">
/// Share of familiar situations that may be taken for unfamiliar; the same share of the model's steps may be taken for too wrong. At least
/// 1 / share - 1 held-out situations are needed.
/// </param>
/// <param name="Patience">
/// Steps in a row that <c>hold</c> may hold before it goes over to <paramref name="Then"/>, until a situation is familiar again; 0 for without end.
/// Where a command that stands still is itself unfamiliar, nothing else ends the holding.
/// </param>
/// <param name="Then">What follows patience: <c>slow</c> or the <c>fallback</c>.</param>
public sealed record UnfamiliarityRecipe(string Response = "hold", decimal Share = 0.001m, int Patience = 0, string Then = "slow")
{
    internal void Check()
    {
        Recipe.Require(Response is "hold" or "slow" or "fallback", "guardrails.unfamiliar.response", $"'{Response}'", "'hold', 'slow' or 'fallback'");
        Recipe.Require(Patience >= 0, "guardrails.unfamiliar.patience", Patience, "0 or more");
        Recipe.Require(Patience == 0 || Response == "hold", "guardrails.unfamiliar.patience", Patience, $"0 with the response '{Response}': only 'hold' needs patience");
        Recipe.Require(Then is "slow" or "fallback", "guardrails.unfamiliar.then", $"'{Then}'", "'slow' or 'fallback'");
        Recipe.Require(Share is > 0 and < 1, "guardrails.unfamiliar.share", Share, "above 0 and below 1");
    }
}
