namespace Orrery.Models.Recipes;

/// <summary>
/// How what is measured of the body that acts joins what is seen of a picture: through two layers, and then beside the picture's features, before
/// the encoder's head. The defaults are H-JEPA's, which puts them beside its picture's latent.
/// </summary>
/// <param name="Hidden">Width of the hidden layer.</param>
/// <param name="Size">Features that stand beside the picture's.</param>
public sealed record ProprioceptionRecipe(int Hidden = 256, int Size = 128)
{
    internal void Check()
    {
        Recipe.Require(Hidden >= 1, "encoder.proprioception.hidden", Hidden, "1 or more");
        Recipe.Require(Size >= 1, "encoder.proprioception.size", Size, "1 or more");
    }
}
