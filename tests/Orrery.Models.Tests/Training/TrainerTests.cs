using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;

namespace Orrery.Models.Tests.Training;

/// <summary>Runs alone, since it counts what the whole process allocates.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneDefinition;

[Collection("alone")]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(2);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_training_step_on_pictures_allocates_nothing_after_warm_up()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 4);
        LatentRecipe recipe = (LatentRecipe)TrainingFixtures.Pixels("training.batch=4", "training.window=3", "objective.variance=1", "objective.covariance=1", "encoder.residualBlocks=1");
        using LatentProblem problem = Pixels(dataset, recipe);
        using Trainer trainer = new(problem, recipe.Training);

        Assert.Equal(0, AllocatedPerStep(trainer));
    }

    [Fact]
    public void A_shorter_training_takes_steps_as_large_in_sum()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 4);
        LatentRecipe recipe = (LatentRecipe)TrainingFixtures.Pixels(
            "training.updates=1000", "training.warmUp=0", "training.finalLearningRate=0", "training.batch=4", "training.window=3");
        using LatentProblem problem = Pixels(dataset, recipe);
        using Trainer trainer = new(problem, recipe.Training);

        // Half of a cosine is half as high as its peak in the mean: the first hundred of a thousand steps, at the peak, are worth two hundred.
        Assert.Equal(1000, trainer.LengthOf(1000));
        Assert.InRange(trainer.LengthOf(100), 195, 200);
        Assert.InRange(trainer.LengthOf(500), 810, 825);
        Assert.InRange(trainer.LengthOf(1), 1, 2);
    }

    [Fact]
    public void Nor_does_one_on_pictures_with_proprioception()
    {
        using Dataset dataset = TrainingFixtures.Mover(_folder.File("data"));
        LatentRecipe recipe = (LatentRecipe)TrainingFixtures.Pixels("actionBlock=1", "frames=2", "training.batch=4", "training.window=3", "encoder.proprioception.size=4");
        using LatentProblem problem = Pixels(dataset, recipe);
        using Trainer trainer = new(problem, recipe.Training);

        Assert.Equal(0, AllocatedPerStep(trainer));
    }

    [Theory]
    [InlineData("ensemble=1")]
    [InlineData("ensemble=3")]
    [InlineData("encoder=gru")]
    [InlineData("latentPrediction.weight=0.1")]
    [InlineData("delays.u=2")]
    public void A_training_step_on_a_log_allocates_nothing_after_warm_up(string setting)
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 300);
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log("training.averaging=0.9", "history=5", setting);
        using LogProblem problem = Log(dataset, recipe);
        using Trainer trainer = new(problem, recipe.Training);

        Assert.Equal(0, AllocatedPerStep(trainer));
    }

    [Fact]
    public void The_last_of_nearly_equal_weights_is_kept_and_none_that_diverged()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 300);
        LogRecipe recipe = (LogRecipe)TrainingFixtures.Log("history=5");
        using TrainingPhase phase = new("fit", Log(dataset, recipe), recipe.Training, 10, keepsBest: true);
        List<(long Update, double Error)> kept = [];
        foreach (double error in (double[])[double.PositiveInfinity, 0.5, double.NaN, 0.52, 0.6, 0.4, 0.43, 0.419])
        {
            phase.Trainer.Step();
            phase.Remember(new ValidationResult(error, null));
            kept.Add((phase.BestUpdate, phase.BestError));
        }

        Assert.Equal(
            [(0, double.PositiveInfinity), (2, 0.5), (2, 0.5), (4, 0.52), (4, 0.52), (6, 0.4), (6, 0.4), (8, 0.419)], kept);
    }

    [Theory]
    [InlineData("predictor.form=residual-mlp", "encoder.headNorm=batch")]
    [InlineData("predictor.form=gru", "encoder.headNorm=layer")]
    [InlineData("predictor.form=residual-mlp", "encoder.headNorm=none")]
    public void One_batch_can_be_learned_by_heart(string form, string norm)
    {
        // One episode of one window: every batch is the same picture sequence.
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 2, length: 21);
        LatentRecipe recipe = (LatentRecipe)TrainingFixtures.Pixels(
            form, norm, "heldOutShare=0", "training.batch=2", "training.window=4", "training.updates=250", "training.learningRate=0.005",
            "training.weightDecay=0", "objective.sigReg=0", "objective.temporalSimilarity=0", "objective.variance=1", "objective.inverseDynamics=1",
            "encoder.residualBlocks=1");
        using LatentProblem problem = Pixels(dataset, recipe);
        using Trainer trainer = new(problem, recipe.Training);

        float first = trainer.Step().Loss;
        float last = first;
        for (int update = 1; update < 250; update++)
            last = trainer.Step().Loss;

        Assert.True(last < 0.1 * first, $"The loss fell from {first} to {last} only.");
    }

    private LatentProblem Pixels(Dataset dataset, LatentRecipe recipe)
    {
        Split split = TrainingSplit.Of(recipe, dataset);
        WorldModelDescription description = TrainingData.Describe(recipe, dataset, split);
        LatentNetwork network = (LatentNetwork)WorldModelNetwork.Create(_backend, recipe, description.Spaces, description.Proprioception);
        return new LatentProblem(network, recipe, dataset, split, description.Observation, description.Action);
    }

    private LogProblem Log(Dataset dataset, LogRecipe recipe)
    {
        Split split = TrainingSplit.Of(recipe, dataset);
        WorldModelDescription description = TrainingData.Describe(recipe, dataset, split);
        LogNetwork network = (LogNetwork)WorldModelNetwork.Create(_backend, recipe, description.Spaces, description.Proprioception);
        return new LogProblem(network, recipe, dataset, split.Training, [], description, TrainingData.Validation(recipe, dataset, split));
    }

    /// <summary>The least of a few tries: the runtime itself allocates now and then.</summary>
    private static long AllocatedPerStep(Trainer trainer)
    {
        for (int update = 0; update < 5; update++)
            trainer.Step();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int update = 0; update < 5; update++)
                trainer.Step();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
