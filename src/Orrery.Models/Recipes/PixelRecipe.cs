using System.Text.Json.Serialization;

namespace Orrery.Models.Recipes;

/// <summary>An action-conditioned joint-embedding predictive model from pictures.</summary>
/// <param name="Name">What the recipe is called.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="LatentSize">D.</param>
/// <param name="ActionBlock">K: environment steps that one predictor step stands for; one picture in K is encoded.</param>
/// <param name="Encoder">From picture to latent.</param>
/// <param name="Predictor">From latent and actions to the next latent.</param>
/// <param name="Objective">What is minimised.</param>
/// <param name="Training">How to train.</param>
/// <param name="Planner">How to search with the trained model.</param>
/// <param name="Guardrails">What no goal may override.</param>
/// <param name="HeldOutShare">Share of the episodes kept for validation, and as many again for tests.</param>
public sealed record PixelRecipe(
    string Name,
    string Description,
    int LatentSize,
    int ActionBlock,
    EncoderRecipe Encoder,
    PredictorRecipe Predictor,
    ObjectiveRecipe Objective,
    TrainingRecipe Training,
    PlannerRecipe Planner,
    double HeldOutShare = 0.05,
    GuardrailRecipe? Guardrails = null) : Recipe(Name, Description, Training, Planner, Guardrails)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(LatentSize is >= 2 and <= 4096, "latentSize", LatentSize, "between 2 and 4096");
        Require(ActionBlock is >= 1 and <= 1000, "actionBlock", ActionBlock, "between 1 and 1000");
        Require(HeldOutShare is >= 0 and <= 0.4, "heldOutShare", HeldOutShare, "between 0 and 0.4");
        Encoder.Check();
        Predictor.Check();
        Require(
            Predictor.Form != PredictorRecipe.CausalTransformer || Training.Window <= Predictor.Window, "training.window", Training.Window,
            $"at most predictor.window, {Predictor.Window}, for a causal transformer");
        Objective.Check();
    }
}

/// <summary>From a picture to a latent.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ResidualCnnRecipe), ResidualCnnKind)]
[JsonDerivedType(typeof(VitRecipe), "vit")]
public abstract record EncoderRecipe
{
    /// <summary>What an encoder without a kind is: recipes older than the second kind say none.</summary>
    internal const string ResidualCnnKind = "residual-cnn";

    internal abstract void Check();
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
        Recipe.Require(Patch >= 1, "encoder.patch", Patch, "1 or more");
        Recipe.Require(Heads >= 1, "encoder.heads", Heads, "1 or more");
        Recipe.Require(Width >= 1 && Width % Heads == 0, "encoder.width", Width, $"a multiple of encoder.heads, {Heads}");
        Recipe.Require(Layers >= 1, "encoder.layers", Layers, "1 or more");
        Recipe.Require(Hidden >= 1, "encoder.hidden", Hidden, "1 or more");
        Recipe.Require(ProjectorHidden >= 1, "encoder.projectorHidden", ProjectorHidden, "1 or more");
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
        Recipe.Require(Channels.Count >= 2 && Channels.All(channels => channels >= 1), "encoder.channels",
            $"[{string.Join(", ", Channels)}]", "two or more numbers of 1 or more");
        Recipe.Require(ResidualBlocks >= 0, "encoder.residualBlocks", ResidualBlocks, "0 or more");
        Recipe.Require(HeadWidth >= 1, "encoder.headWidth", HeadWidth, "1 or more");
        Recipe.Require(HeadNorm is "layer" or "batch" or "none", "encoder.headNorm", $"'{HeadNorm}'", "'layer', 'batch' or 'none'");
        Recipe.Require(HeadNormMomentum is > 0 and <= 1, "encoder.headNormMomentum", HeadNormMomentum, "above 0 and at most 1");
    }
}

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

/// <summary>The terms of a joint-embedding loss; a weight of 0 leaves a term out.</summary>
/// <param name="Prediction">Squared error of the roll-out against the encoded future.</param>
/// <param name="SigReg">Distance of the latents' distribution from a standard normal (LeJEPA).</param>
/// <param name="Projections">Random directions that SIGReg looks along.</param>
/// <param name="Variance">Hinge that keeps each dimension's standard deviation at 1 (VICReg).</param>
/// <param name="Covariance">Squared covariances between dimensions (VICReg).</param>
/// <param name="TemporalSimilarity">Squared change of the latent from one step to the next (PLDM).</param>
/// <param name="InverseDynamics">Squared error of an action decoded from two neighbouring latents (PLDM).</param>
/// <param name="InverseDynamicsHidden">Width of that decoder.</param>
public sealed record ObjectiveRecipe(
    double Prediction = 1,
    double SigReg = 0,
    int Projections = 256,
    double Variance = 0,
    double Covariance = 0,
    double TemporalSimilarity = 0,
    double InverseDynamics = 0,
    int InverseDynamicsHidden = 256)
{
    internal void Check()
    {
        Recipe.Require(Prediction > 0, "objective.prediction", Prediction, "above 0");
        foreach ((string key, double weight) in new[]
        {
            ("sigReg", SigReg), ("variance", Variance), ("covariance", Covariance),
            ("temporalSimilarity", TemporalSimilarity), ("inverseDynamics", InverseDynamics),
        })
            Recipe.Require(weight is >= 0 and < 1e6, $"objective.{key}", weight, "0 or more");
        Recipe.Require(Projections >= 1, "objective.projections", Projections, "1 or more");
        Recipe.Require(InverseDynamicsHidden >= 1, "objective.inverseDynamicsHidden", InverseDynamicsHidden, "1 or more");
    }
}
