using System.Text.Json.Serialization;

namespace Orrery.Models.Recipes;

/// <summary>From a picture or a vector to a latent.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ResidualCnnRecipe), ResidualCnnKind)]
[JsonDerivedType(typeof(VitRecipe), "vit")]
[JsonDerivedType(typeof(MlpRecipe), "mlp")]
public abstract record EncoderRecipe
{
    /// <summary>What an encoder without a kind is: recipes older than the second kind say none.</summary>
    internal const string ResidualCnnKind = "residual-cnn";

    /// <summary>How proprioception joins the picture; null where the encoder does not read it, whether or not it is there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProprioceptionRecipe? Proprioception { get; init; }

    internal virtual void Check() => Proprioception?.Check();
}

/// <summary>A vision transformer whose first token goes through a projection head. The defaults are LeWM's.</summary>
/// <param name="Patch">Side of a patch; divides the picture's sides.</param>
/// <param name="Width">Numbers in a token.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads; divides the width.</param>
/// <param name="Hidden">Width of the blocks' hidden layers.</param>
/// <param name="ProjectorHidden">Width of the projection head's hidden layer.</param>
public sealed record VitRecipe(int Patch = 14, int Width = 192, int Layers = 12, int Heads = 3, int Hidden = 768, int ProjectorHidden = 2048) : EncoderRecipe
{
    internal override void Check()
    {
        base.Check();
        Recipe.Require(Patch >= 1, "encoder.patch", Patch, "1 or more");
        Recipe.Require(Heads >= 1, "encoder.heads", Heads, "1 or more");
        Recipe.Require(Width >= 1 && Width % Heads == 0, "encoder.width", Width, $"a multiple of encoder.heads, {Heads}");
        Recipe.Require(Layers >= 1, "encoder.layers", Layers, "1 or more");
        Recipe.Require(Hidden >= 1, "encoder.hidden", Hidden, "1 or more");
        Recipe.Require(ProjectorHidden >= 1, "encoder.projectorHidden", ProjectorHidden, "1 or more");
    }
}

/// <summary>From a vector, through layers with ReLU; without any, the latent is what is seen, in normalised units.</summary>
/// <param name="Hidden">Widths of the hidden layers.</param>
public sealed record MlpRecipe(IReadOnlyList<int> Hidden) : EncoderRecipe
{
    internal override void Check()
    {
        Recipe.Require(Hidden.All(width => width >= 1), "encoder.hidden", $"[{string.Join(", ", Hidden)}]", "numbers of 1 or more, or none");
        Recipe.Require(Proprioception is null, "encoder.proprioception", "given", "left out where encoder.kind is 'mlp': it joins pictures, and a vector is numbers already");
    }
}

/// <summary>
/// A small residual convolutional encoder: a 5x5 convolution of stride 2, then 3x3 convolutions of stride 2, ReLU after each,
/// residual blocks after the one before the last, and a head of two layers.
/// </summary>
/// <param name="Channels">Channels after each strided convolution.</param>
/// <param name="ResidualBlocks">Blocks x + conv(relu(conv(relu(x)))) on the map before the last strided convolution.</param>
/// <param name="HeadWidth">Width of the head's hidden layer.</param>
/// <param name="HeadNorm"><c>layer</c>, <c>batch</c> or <c>none</c>: the norm in the head's hidden layer.</param>
/// <param name="HeadNormMomentum">
/// Share of each batch in the statistics that a batch norm encodes with after training. A run of some dozens of updates needs a
/// large one, else these are still those of its beginnings.
/// </param>
public sealed record ResidualCnnRecipe(
    IReadOnlyList<int> Channels, int ResidualBlocks = 1, int HeadWidth = 128, string HeadNorm = "batch",
    double HeadNormMomentum = 0.1) : EncoderRecipe
{
    internal override void Check()
    {
        base.Check();
        Recipe.Require(Channels.Count >= 2 && Channels.All(channels => channels >= 1), "encoder.channels",
            $"[{string.Join(", ", Channels)}]", "two or more numbers of 1 or more");
        Recipe.Require(ResidualBlocks >= 0, "encoder.residualBlocks", ResidualBlocks, "0 or more");
        Recipe.Require(HeadWidth >= 1, "encoder.headWidth", HeadWidth, "1 or more");
        Recipe.Require(HeadNorm is "layer" or "batch" or "none", "encoder.headNorm", $"'{HeadNorm}'", "'layer', 'batch' or 'none'");
        Recipe.Require(HeadNormMomentum is > 0 and <= 1, "encoder.headNormMomentum", HeadNormMomentum, "above 0 and at most 1");
    }
}
