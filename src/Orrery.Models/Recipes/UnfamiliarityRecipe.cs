namespace Orrery.Models.Recipes;

/// <summary>What is done where training never was, and when a situation counts as that. Made ready from the run's own data.</summary>
/// <param name="Response"><c>hold</c> the last action, <c>slow</c> for half of every change, or the <c>fallback</c>.</param>
/// <param name="Share">
/// Share of familiar situations that may be taken for unfamiliar; the same share of the model's steps may be taken for too wrong. At least
/// 1 / share - 1 held-out situations are needed.
/// </param>
public sealed record UnfamiliarityRecipe(string Response = "hold", decimal Share = 0.001m)
{
    internal void Check()
    {
        Recipe.Require(Response is "hold" or "slow" or "fallback", "guardrails.unfamiliar.response", $"'{Response}'", "'hold', 'slow' or 'fallback'");
        Recipe.Require(Share is > 0 and < 1, "guardrails.unfamiliar.share", Share, "above 0 and below 1");
    }
}
