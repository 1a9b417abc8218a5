namespace Orrery.Models.Recipes;

/// <summary>From latent and actions to the next latent.</summary>
/// <param name="Form"><c>residual-mlp</c>, <c>gru</c> or <c>causal-transformer</c>.</param>
/// <param name="Hidden">Width of its hidden layers.</param>
/// <param name="Window">Latents that a prediction looks at (causal transformer; this and all below with LeWM's defaults).</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="HeadWidth">Numbers in a head's query.</param>
/// <param name="HeadHidden">Width of the hidden layer between the blocks and the predicted latent.</param>
public sealed record PredictorRecipe(
    string Form = "residual-mlp", int Hidden = 256, int Window = 3, int Layers = 6, int Heads = 16, int HeadWidth = 64, int HeadHidden = 2048)
{
    internal const string CausalTransformer = "causal-transformer";

    internal void Check()
    {
        Recipe.Require(
            Form is "residual-mlp" or "gru" or CausalTransformer, "predictor.form", $"'{Form}'", "'residual-mlp', 'gru' or 'causal-transformer'");
        Recipe.Require(Hidden >= 1, "predictor.hidden", Hidden, "1 or more");
        Recipe.Require(Window is >= 1 and <= 1024, "predictor.window", Window, "between 1 and 1024");
        Recipe.Require(Layers >= 1, "predictor.layers", Layers, "1 or more");
        Recipe.Require(Heads >= 1, "predictor.heads", Heads, "1 or more");
        Recipe.Require(HeadWidth >= 1, "predictor.headWidth", HeadWidth, "1 or more");
        Recipe.Require(HeadHidden >= 1, "predictor.headHidden", HeadHidden, "1 or more");
    }
}
