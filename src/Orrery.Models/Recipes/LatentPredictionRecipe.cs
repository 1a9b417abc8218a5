namespace Orrery.Models.Recipes;

/// <summary>A joint-embedding term beside the free run's error.</summary>
/// <param name="Weight">Weight of the squared distance between reached and encoded states.</param>
/// <param name="SigReg">Weight of the term that keeps encoded states from collapsing.</param>
public sealed record LatentPredictionRecipe(double Weight = 0.1, double SigReg = 0.01)
{
    internal void Check()
    {
        Recipe.Require(Weight is > 0 and < 1e6, "latentPrediction.weight", Weight, "above 0");
        Recipe.Require(SigReg is > 0 and < 1e6, "latentPrediction.sigReg", SigReg, "above 0; without it the states may collapse");
    }
}
