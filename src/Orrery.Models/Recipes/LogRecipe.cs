namespace Orrery.Models.Recipes;

/// <summary>
/// A deep subspace model of a log (Beintema, Tóth and Schoukens, SUBNET, 2021): the last n outputs and inputs give a latent state,
/// x[t] = f(x[t-1], u[t]), y[t] = h(x[t]), each a linear map plus a small network, trained on the error of free runs.
/// </summary>
/// <param name="Name">What the recipe is called.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="History">n: rows that the encoder sees.</param>
/// <param name="LatentSize">D.</param>
/// <param name="Hidden">Width of the hidden layer of each network.</param>
/// <param name="ValidationShare">The last share of the training rows, kept for early stopping.</param>
/// <param name="Training">How to train.</param>
/// <param name="Planner">How to search with the trained model.</param>
/// <param name="TestShare">The last share of all rows, never trained on, for <c>orrery evaluate</c>.</param>
/// <param name="Guardrails">What no goal may override.</param>
/// <param name="Refit">Whether to train again on the validation rows too, as long as validation found best.</param>
public sealed record LogRecipe(
    string Name,
    string Description,
    int History,
    int LatentSize,
    int Hidden,
    double ValidationShare,
    TrainingRecipe Training,
    PlannerRecipe Planner,
    double TestShare = 0.3,
    bool Refit = true,
    GuardrailRecipe? Guardrails = null) : Recipe(Name, Description, Training, Planner, Guardrails)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(History is >= 1 and <= 10_000, "history", History, "between 1 and 10,000");
        Require(LatentSize is >= 1 and <= 1024, "latentSize", LatentSize, "between 1 and 1024");
        Require(Hidden is >= 1 and <= 4096, "hidden", Hidden, "between 1 and 4096");
        Require(ValidationShare is > 0 and < 0.9, "validationShare", ValidationShare, "above 0 and below 0.9");
        Require(TestShare is >= 0 and < 0.9, "testShare", TestShare, "0 or more and below 0.9");
    }
}
