namespace Orrery.Models.Recipes;

/// <summary>The terms of a world model's loss; a weight of 0 leaves a term out.</summary>
/// <param name="Prediction">Squared error of the roll-out against the encoded future.</param>
/// <param name="SigReg">Distance of the latents' distribution from a standard normal (LeJEPA).</param>
/// <param name="Projections">Random directions that SIGReg looks along.</param>
/// <param name="Variance">Hinge that keeps each dimension's standard deviation at 1 (VICReg).</param>
/// <param name="Covariance">Squared covariances between dimensions (VICReg).</param>
/// <param name="TemporalSimilarity">Squared change of the latent from one step to the next (PLDM).</param>
/// <param name="InverseDynamics">Squared error of actions decoded from two neighbouring latents (PLDM).</param>
/// <param name="InverseDynamicsHidden">Width of that decoder.</param>
/// <param name="InverseForm"><c>pair</c>: a network of one hidden layer sees both latents (PLDM); <c>difference</c>: a small transformer sees their difference alone (Delta-JEPA).</param>
/// <param name="Statistics">Over what SIGReg, variance and covariance are taken: <c>all</c> latents of the batch, those of <c>each</c> step by themselves (LeWM), or of the <c>first</c> step only (PLDM).</param>
/// <param name="TimeVariance">The variance hinge over the steps of each window (PLDM).</param>
/// <param name="Target">What predictions are compared with: the <c>encoder</c>'s latents, gradients and all; the same <c>stopped</c>, without gradients; or <c>averaged</c>, those of the running average of the weights (BYOL).</param>
/// <param name="Contrastive">Cross-entropy of finding the own future among the batch's (InfoNCE, with squared distances).</param>
/// <param name="Temperature">What squared distances are divided by in it.</param>
/// <param name="Reconstruction">Cross-entropy of pictures decoded from the roll-out, summed over a picture and divided by <see cref="ReconstructionScale"/>: a generative model.</param>
/// <param name="SlowLatents">How many latents, the first ones, are for what stays within an episode, such as a map: <paramref name="TemporalSimilarity"/> and <paramref name="TimeVariance"/> leave them to <paramref name="Slowness"/>.</param>
/// <param name="Slowness">Squared change of those latents from one step to the next, as of slow features (Wiskott and Sejnowski 2002).</param>
/// <param name="SlowContrastive">Cross-entropy of finding, by those latents, the last step of the own window among the batch's (InfoNCE): they hold what tells episodes apart.</param>
public sealed record ObjectiveRecipe(
    double Prediction = 1,
    double SigReg = 0,
    int Projections = 256,
    double Variance = 0,
    double Covariance = 0,
    double TemporalSimilarity = 0,
    double InverseDynamics = 0,
    int InverseDynamicsHidden = 256,
    string InverseForm = "pair",
    string Statistics = "all",
    double TimeVariance = 0,
    string Target = "encoder",
    double Contrastive = 0,
    double Temperature = 1,
    double Reconstruction = 0,
    int SlowLatents = 0,
    double Slowness = 0,
    double SlowContrastive = 0)
{
    /// <summary>Keeps a picture's summed cross-entropy near the size of the other terms.</summary>
    public const double ReconstructionScale = 100;

    internal const string AveragedTarget = "averaged";
    internal const string StoppedTarget = "stopped";
    internal const string DifferenceForm = "difference";

    internal void Check()
    {
        foreach ((string key, double weight) in new[]
        {
            ("prediction", Prediction), ("sigReg", SigReg), ("variance", Variance), ("covariance", Covariance),
            ("temporalSimilarity", TemporalSimilarity), ("inverseDynamics", InverseDynamics), ("timeVariance", TimeVariance),
            ("contrastive", Contrastive), ("reconstruction", Reconstruction), ("slowness", Slowness), ("slowContrastive", SlowContrastive),
        })
            Recipe.Require(weight is >= 0 and < 1e6, $"objective.{key}", weight, "0 or more");
        Recipe.Require(Prediction + Contrastive + Reconstruction > 0, "objective.prediction", Prediction, "above 0 where nothing else teaches the predictor");
        Recipe.Require(Projections >= 1, "objective.projections", Projections, "1 or more");
        Recipe.Require(SlowLatents >= 0, "objective.slowLatents", SlowLatents, "0 or more");
        Recipe.Require(Slowness == 0 || SlowLatents > 0, "objective.slowness", Slowness, "0 where objective.slowLatents is 0");
        Recipe.Require(SlowContrastive == 0 || SlowLatents > 0, "objective.slowContrastive", SlowContrastive, "0 where objective.slowLatents is 0");
        Recipe.Require(InverseDynamicsHidden >= 1, "objective.inverseDynamicsHidden", InverseDynamicsHidden, "1 or more");
        Recipe.Require(InverseForm is "pair" or DifferenceForm, "objective.inverseForm", $"'{InverseForm}'", "'pair' or 'difference'");
        Recipe.Require(Statistics is "all" or "each" or "first", "objective.statistics", $"'{Statistics}'", "'all', 'each' or 'first'");
        Recipe.Require(Target is "encoder" or StoppedTarget or AveragedTarget, "objective.target", $"'{Target}'", "'encoder', 'stopped' or 'averaged'");
        Recipe.Require(Temperature > 0, "objective.temperature", Temperature, "above 0");
    }
}
