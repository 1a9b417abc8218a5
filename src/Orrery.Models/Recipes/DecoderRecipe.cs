namespace Orrery.Models.Recipes;

/// <summary>From a latent to a picture: two linear layers to a small map, then transposed convolutions that double it.</summary>
/// <param name="Channels">Channels of the small map and after each doubling but the last; as many doublings as there are numbers.</param>
/// <param name="Hidden">Width of the first layer.</param>
public sealed record DecoderRecipe(IReadOnlyList<int> Channels, int Hidden = 128)
{
    internal void Check()
    {
        Recipe.Require(Channels.Count is >= 1 and <= 7 && Channels.All(channels => channels >= 1), "decoder.channels",
            $"[{string.Join(", ", Channels)}]", "one to seven numbers of 1 or more");
        Recipe.Require(Hidden >= 1, "decoder.hidden", Hidden, "1 or more");
    }
}
