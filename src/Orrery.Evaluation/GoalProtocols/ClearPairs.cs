namespace Orrery.Evaluation.GoalProtocols;

/// <summary>What the protocols of CLEAR-LeWM v0.5 have in common.</summary>
internal static class ClearPairs
{
    /// <summary>Steps that a policy has.</summary>
    public const int Budget = 50;

    /// <summary>Who defined them, for the page.</summary>
    public const string Source = "CLEAR-LeWM v0.5; its pairs come from its recorded episodes, ours from held-out episodes of our own collection.";

    /// <summary>Pairs 25 steps apart.</summary>
    /// <param name="more">What else a part of an episode must be, as text; empty for nothing.</param>
    /// <param name="fit">The same as a predicate; null for nothing.</param>
    public static EpisodePairs Pairs(string more = "", WindowPredicate? fit = null) =>
        new($"The goal is the state 25 steps after the start in the same held-out episode{more}; one pair per episode, each fit start as likely.", 25, fit);
}
