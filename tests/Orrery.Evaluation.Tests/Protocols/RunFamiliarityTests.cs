using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Trajectories;
using Orrery.Environments;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;

namespace Orrery.Evaluation.Tests.Protocols;

public sealed class RunFamiliarityTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"orrery-familiar-{Guid.NewGuid():N}");
    private readonly CpuBackend _backend = new(1);
    private readonly Dataset _dataset;

    public RunFamiliarityTests()
    {
        EnvironmentCatalogue.Collection("cascaded-tanks", new CollectionSettings(Steps: 1200)).Collect(_folder);
        _dataset = Dataset.Open(_folder);
    }

    public void Dispose()
    {
        _dataset.Dispose();
        _backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_runs_own_data_say_what_is_familiar_and_the_clocks_of_a_latent_do_not_count()
    {
        using WorldModel model = Model(0.02m);
        Assert.True(model.StateSize < model.LatentSize);
        FamiliarSituations familiar = RunFamiliarity.Of(model, _dataset)!;
        Assert.Equal(model.StateSize, familiar.Size);
        Assert.True(familiar.HeldOut >= 49 && familiar.Known > 500);
        Assert.True(double.IsFinite(familiar.Farthest) && double.IsFinite(familiar.LargestError));

        LatentTable table = LatentTable.Encode(model, _dataset, TrainingSplit.Of(model.Description, _dataset).Training, 50);
        for (int index = 0; index < table.Count; index++)
        {
            float[] latent = table[index].ToArray();
            Assert.True(familiar.Distance(latent) <= 1e-6 + familiar.Farthest);
            latent.AsSpan(model.StateSize).Fill(1e9f);
            Assert.Equal(familiar.Distance(table[index]), familiar.Distance(latent));
        }
    }

    [Fact]
    public void The_same_data_make_the_same_situations_familiar_to_the_bit()
    {
        using WorldModel model = Model(0.02m);
        Assert.Equal(RunFamiliarity.Of(model, _dataset)!.Hash, RunFamiliarity.Of(model, _dataset)!.Hash);
    }

    [Fact]
    public void Too_few_held_out_rows_are_refused_with_a_sentence_that_says_what_would_do()
    {
        using WorldModel model = Model(0.0001m);
        string message = Assert.Throws<OrreryDataException>(() => RunFamiliarity.Of(model, _dataset)).Message;
        Assert.Contains("needs at least 9,999 held-out situations", message, StringComparison.Ordinal);
        Assert.Contains("Declare a share of 0.00", message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<OrreryDataException>(() => RunFamiliarity.Check(model.Recipe, _dataset)).Message);
    }

    [Fact]
    public void Nothing_is_measured_where_nothing_is_declared_and_nothing_is_silently_missing_where_it_is()
    {
        using (WorldModel plain = Model(null))
            Assert.Null(RunFamiliarity.Of(plain, _dataset));
        DeclaredGuardrails declared = DeclaredGuardrails.For(new GuardrailRecipe(Unfamiliar: new UnfamiliarityRecipe()), _dataset);
        Assert.Contains("unfamiliarity", declared.Describe().Select(line => line.Kind));
        Assert.Throws<ArgumentException>(() => declared.Doubt(null));
        Assert.Null(DeclaredGuardrails.For(null, _dataset).Doubt(null));
    }

    [Theory]
    [InlineData("hold", 0, "slow", "hold", true)]
    [InlineData("hold", 5, "slow", "hold", false)]
    [InlineData("hold", 5, "fallback", "hold", true)]
    [InlineData("fallback", 0, "slow", "hold", true)]
    [InlineData("fallback", 0, "slow", "safe", false)]
    [InlineData("slow", 0, "slow", "hold", false)]
    public void Holding_without_end_is_warned_of_where_the_records_commands_never_rest(string response, int patience, string then, string fallback, bool warns)
    {
        LogRecipe recipe = Recipe(new GuardrailRecipe(Fallback: fallback, Unfamiliar: new UnfamiliarityRecipe(response, 0.02m, patience, then))) with { History = 20 };
        Assert.Equal(warns, RunFamiliarity.Lock(recipe, _dataset)?.Contains("nothing may end the holding", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void A_record_whose_commands_rest_is_not_warned_of()
    {
        string resting = _folder + "-resting";
        using (DatasetWriter writer = new(resting, _dataset.Spaces, _dataset.SamplingTime, _dataset.TimeUnit, Provenance.Unknown))
        {
            writer.BeginEpisode("resting");
            for (int row = 0; row < 200; row++)
                writer.Append([row % 7], [row / 10], [0, 0]);
            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        using (Dataset record = Dataset.Open(resting))
            Assert.Null(RunFamiliarity.Lock(Recipe(new GuardrailRecipe(Unfamiliar: new UnfamiliarityRecipe("hold", 0.02m))), record));
        Directory.Delete(resting, recursive: true);
    }

    [Fact]
    public void A_plan_from_where_training_never_was_says_so()
    {
        using WorldModel model = Model(0.02m);
        SetPointStudy study = new(model, _dataset);
        SetPointRequest request = new(["level=5"], [], Horizon: 3);
        Assert.DoesNotContain(study.Plan(_dataset, request).Warnings, warning => warning.StartsWith("unfamiliarity", StringComparison.Ordinal));

        string strange = _folder + "-strange";
        using (DatasetWriter writer = new(strange, _dataset.Spaces, _dataset.SamplingTime, _dataset.TimeUnit, Provenance.Unknown))
        {
            writer.BeginEpisode("strange");
            for (int row = 0; row < 40; row++)
                writer.Append([row % 2 == 0 ? 60f : -60f], [row % 3 == 0 ? 90f : -90f], [0, 0]);
            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        using (Dataset record = Dataset.Open(strange))
            Assert.Contains(study.Plan(record, request).Warnings, warning => warning.Contains("deviations from everything that training covered", StringComparison.Ordinal));
        Directory.Delete(strange, recursive: true);
    }

    private WorldModel Model(decimal? share)
    {
        LogRecipe recipe = Recipe(share is { } declared ? new GuardrailRecipe(Unfamiliar: new UnfamiliarityRecipe(Share: declared)) : null);
        return WorldModel.Untrained(
            recipe,
            new WorldModelDescription(
                _dataset.Spaces, _dataset.SamplingTime, _dataset.TimeUnit, recipe.LatentSize, 1, recipe.History, Scale(_dataset.Statistics.Observation), Scale(_dataset.Statistics.Action),
                TrainingSplit.Fractions(recipe), recipe.Training.Seed, _dataset.Hash),
            _backend);
    }

    private static LogRecipe Recipe(GuardrailRecipe? guardrails) => new(
        "test", "Nothing was learned.", History: 4, LatentSize: 3, Hidden: 4, ValidationShare: 0.2, new TrainingRecipe(),
        new PlannerRecipe(Horizon: 3, Candidates: 30, Elites: 5, Iterations: 2), LinearOrder: 2, Guardrails: guardrails);

    private static Normalizer Scale(ColumnStatistics statistics) => new(statistics.Mean, statistics.StandardDeviation);
}
