namespace Orrery.Models.Recipes;

/// <summary>An action-conditioned model that predicts in latent space, from pictures or, with an encoder of the kind <c>mlp</c>, from vectors.</summary>
/// <param name="Name">What the recipe is called.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="LatentSize">D.</param>
/// <param name="ActionBlock">K: environment steps that one predictor step stands for; one picture in K is encoded.</param>
/// <param name="Encoder">From what is seen to a latent.</param>
/// <param name="Predictor">From latent and actions to the next latent.</param>
/// <param name="Objective">What is minimised.</param>
/// <param name="Training">How to train.</param>
/// <param name="Planner">How to search with the trained model.</param>
/// <param name="Guardrails">What no goal may override.</param>
/// <param name="Frames">F: pictures or vectors, a row apart, that the encoder sees at once; two or more show how fast things move.</param>
/// <param name="Decoder">Lets people see latents as pictures; null for none. It teaches the encoder only where the objective reconstructs.</param>
/// <param name="HeldOutShare">Share of the episodes kept for validation, and as many again for tests.</param>
public sealed record LatentRecipe(
    string Name,
    string Description,
    int LatentSize,
    int ActionBlock,
    EncoderRecipe Encoder,
    PredictorRecipe Predictor,
    ObjectiveRecipe Objective,
    TrainingRecipe Training,
    PlannerRecipe Planner,
    int Frames = 1,
    DecoderRecipe? Decoder = null,
    double HeldOutShare = 0.05,
    GuardrailRecipe? Guardrails = null) : Recipe(Name, Description, Training, Planner, Guardrails)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Planner.DisagreementWeight == 0, "planner.disagreementWeight", Planner.DisagreementWeight, "0, since only a log's model is an ensemble");
        Require(LatentSize is >= 2 and <= 4096, "latentSize", LatentSize, "between 2 and 4096");
        Require(ActionBlock is >= 1 and <= 1000, "actionBlock", ActionBlock, "between 1 and 1000");
        Require(HeldOutShare is >= 0 and <= 0.4, "heldOutShare", HeldOutShare, "between 0 and 0.4");
        Require(Frames is >= 1 and <= 16, "frames", Frames, "between 1 and 16");
        Encoder.Check();
        Decoder?.Check();
        Predictor.Check();
        Require(
            Predictor.Form != PredictorRecipe.CausalTransformer || Training.Window <= Predictor.Window, "training.window", Training.Window,
            $"at most predictor.window, {Predictor.Window}, for a causal transformer");
        Objective.Check();
        Require(Objective.SlowLatents < LatentSize, "objective.slowLatents", Objective.SlowLatents, $"below latentSize, {LatentSize}");
        Require(
            Objective.Reconstruction == 0 || Decoder is not null, "objective.reconstruction", Objective.Reconstruction, "0 where there is no decoder");
        Require(
            Objective.Target != ObjectiveRecipe.AveragedTarget || Training.Averaging > 0, "training.averaging", Training.Averaging,
            "above 0, such as 0.99, where objective.target is 'averaged'");
    }
}
