namespace Orrery.Models.Recipes;

/// <summary>
/// What no goal may override, as it is declared beside the model and stored with every checkpoint. A command line can add to it
/// and never take from it.
/// </summary>
/// <param name="Hard">Limits on what is commanded, such as <c>0&lt;=valve&lt;=10</c>, <c>rate(valve)&lt;=2</c>, <c>if level&gt;8 then valve=0</c>.</param>
/// <param name="Predicted">Limits on what is predicted, such as <c>temperature&lt;=360</c>.</param>
/// <param name="Alpha">Largest chance that a plan which is said to keep a predicted limit breaks it somewhere on its horizon.</param>
/// <param name="Fallback"><c>hold</c> the last action, or go to the <c>safe</c> value.</param>
/// <param name="SafeValue">By name of the action's columns; what is not named is 0, or the nearest value that its range allows.</param>
/// <param name="DeadlineMilliseconds">How long a decision may take before the fallback acts; 0 for as long as it takes.</param>
/// <param name="Unfamiliar">What is done where training never was; nothing when left out.</param>
public sealed record GuardrailRecipe(
    IReadOnlyList<string>? Hard = null,
    IReadOnlyList<string>? Predicted = null,
    decimal Alpha = 0.1m,
    string Fallback = "hold",
    IReadOnlyDictionary<string, double>? SafeValue = null,
    double DeadlineMilliseconds = 0,
    UnfamiliarityRecipe? Unfamiliar = null)
{
    internal void Check()
    {
        Recipe.Require(Alpha is > 0 and < 1, "guardrails.alpha", Alpha, "above 0 and below 1");
        Recipe.Require(Fallback is "hold" or "safe", "guardrails.fallback", $"'{Fallback}'", "'hold' or 'safe'");
        Recipe.Require(DeadlineMilliseconds is >= 0 and < 1e9, "guardrails.deadlineMilliseconds", DeadlineMilliseconds, "0 or more");
        Unfamiliar?.Check();
        foreach ((string name, double value) in SafeValue ?? new Dictionary<string, double>())
            Recipe.Require(double.IsFinite(value), $"guardrails.safeValue.{name}", value, "a finite number");
    }
}
