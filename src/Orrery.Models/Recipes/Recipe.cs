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
