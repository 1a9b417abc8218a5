using System.Text.Json.Serialization;

namespace Orrery.Models.Recipes;

/// <summary>What to build and how to train it, as data. Every number has a default; a file states what differs.</summary>
/// <param name="Name">What the recipe is called.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Training">How to train.</param>
/// <param name="Planner">How to search with the trained model.</param>
/// <param name="Guardrails">What no goal may override; nothing beyond the environment's or the record's own ranges when left out.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LatentRecipe), "latent")]
[JsonDerivedType(typeof(LogRecipe), "log")]
public abstract record Recipe(string Name, string Description, TrainingRecipe Training, PlannerRecipe Planner, GuardrailRecipe? Guardrails)
{
    /// <summary>Fails unless every number can be used.</summary>
    /// <exception cref="RecipeException">One cannot; the sentence says which.</exception>
    public virtual void Check()
    {
        Training.Check();
        Planner.Check();
        Guardrails?.Check();
    }

    /// <summary>Fails with a sentence that names the key.</summary>
    internal static void Require(bool holds, string key, object value, string needed)
    {
        if (!holds)
            throw new RecipeException($"The recipe's {key} is {value}, but it must be {needed}.");
    }
}

/// <summary>How to train.</summary>
/// <param name="Updates">Optimiser steps.</param>
/// <param name="Batch">Windows per step.</param>
/// <param name="Window">Predictor steps that are rolled out in the loss.</param>
/// <param name="LearningRate">Largest step size of AdamW.</param>
/// <param name="WarmUp">Share of the updates in which the step size rises from 0.</param>
/// <param name="FinalLearningRate">Step size at the end, as a share of the largest; cosine in between.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
/// <param name="ClipNorm">Largest global norm of the gradient.</param>
/// <param name="Averaging">Decay of the running average of the weights; 0 keeps no average.</param>
/// <param name="ValidateEvery">Updates between two validations.</param>
/// <param name="CheckpointEvery">Updates between two checkpoints.</param>
/// <param name="Seed">Decides initial weights, batches and every other random number.</param>
public sealed record TrainingRecipe(
    int Updates = 400,
    int Batch = 32,
    int Window = 8,
    double LearningRate = 2e-3,
    double WarmUp = 0.05,
    double FinalLearningRate = 0,
    double WeightDecay = 1e-5,
    double ClipNorm = 2,
    double Averaging = 0,
    int ValidateEvery = 50,
    int CheckpointEvery = 50,
    ulong Seed = 0)
{
    internal void Check()
    {
        Recipe.Require(Updates >= 1, "training.updates", Updates, "1 or more");
        Recipe.Require(Batch >= 2, "training.batch", Batch, "2 or more");
        Recipe.Require(Window >= 1, "training.window", Window, "1 or more");
        Recipe.Require(LearningRate is > 0 and < 10, "training.learningRate", LearningRate, "above 0 and below 10");
        Recipe.Require(WarmUp is >= 0 and <= 1, "training.warmUp", WarmUp, "between 0 and 1");
        Recipe.Require(FinalLearningRate is >= 0 and <= 1, "training.finalLearningRate", FinalLearningRate, "between 0 and 1");
        Recipe.Require(WeightDecay is >= 0 and < 100, "training.weightDecay", WeightDecay, "0 or more");
        Recipe.Require(ClipNorm > 0, "training.clipNorm", ClipNorm, "above 0");
        Recipe.Require(Averaging is >= 0 and < 1, "training.averaging", Averaging, "0 or more and below 1");
        Recipe.Require(ValidateEvery >= 1, "training.validateEvery", ValidateEvery, "1 or more");
        Recipe.Require(CheckpointEvery >= 1, "training.checkpointEvery", CheckpointEvery, "1 or more");
    }
}

/// <summary>How to search.</summary>
/// <param name="Method"><c>cem</c> or <c>mppi</c>.</param>
/// <param name="Horizon">Planner steps ahead.</param>
/// <param name="Candidates">Action sequences compared in each iteration.</param>
/// <param name="Iterations">Rounds of improvement.</param>
/// <param name="Elites">The best that shape the next round (CEM).</param>
/// <param name="Exploration">Share of the first round's candidates that are fresh piecewise-constant proposals.</param>
/// <param name="Sigma">Standard deviation of the first round's noise, as a share of the action limits.</param>
/// <param name="Temperature">Softness of the weights, relative to the spread of the costs (MPPI).</param>
/// <param name="MeanCostWeight">Weight of the mean distance over the horizon beside the smallest one.</param>
/// <param name="Branching">Share of each later round's candidates that go on from the frontier of what the search has reached; for worlds with detours.</param>
/// <param name="Refinement"><c>elites</c>: later rounds are drawn around single elites, for detours; <c>gaussian</c>: around their mean, for set-points (CEM).</param>
/// <param name="Decisions">At most so many decisions along the horizon, the first ones finer; 0 for one per planner step.</param>
public sealed record PlannerRecipe(
    string Method = "cem",
    int Horizon = 12,
    int Candidates = 200,
    int Iterations = 3,
    int Elites = 20,
    double Exploration = 0.6,
    double Sigma = 0.5,
    double Temperature = 0.2,
    double MeanCostWeight = 0.1,
    double Branching = 0,
    string Refinement = "elites",
    int Decisions = 0)
{
    internal void Check()
    {
        Recipe.Require(Method is "cem" or "mppi", "planner.method", $"'{Method}'", "'cem' or 'mppi'");
        Recipe.Require(Horizon >= 1, "planner.horizon", Horizon, "1 or more");
        Recipe.Require(Candidates >= 2, "planner.candidates", Candidates, "2 or more");
        Recipe.Require(Iterations >= 1, "planner.iterations", Iterations, "1 or more");
        Recipe.Require(Elites >= 1 && Elites <= Candidates, "planner.elites", Elites, $"between 1 and planner.candidates, {Candidates}");
        Recipe.Require(Exploration is >= 0 and <= 1, "planner.exploration", Exploration, "between 0 and 1");
        Recipe.Require(Sigma > 0, "planner.sigma", Sigma, "above 0");
        Recipe.Require(Temperature > 0, "planner.temperature", Temperature, "above 0");
        Recipe.Require(Branching is >= 0 and <= 1, "planner.branching", Branching, "between 0 and 1");
        Recipe.Require(Refinement is "elites" or "gaussian", "planner.refinement", $"'{Refinement}'", "'elites' or 'gaussian'");
        Recipe.Require(Decisions >= 0, "planner.decisions", Decisions, "0 or more");
        Recipe.Require(MeanCostWeight >= 0, "planner.meanCostWeight", MeanCostWeight, "0 or more");
    }
}
