using Orrery.Models.Recipes;

namespace Orrery.Models.Tests.Recipes;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> BuiltIn => [.. RecipeFile.BuiltIn];

    [Fact]
    public void The_recipes_that_the_documentation_names_are_built_in()
    {
        Assert.Contains("two-rooms/sigreg", RecipeFile.BuiltIn);
        Assert.Contains("two-rooms/vicreg", RecipeFile.BuiltIn);
        Assert.Contains("two-rooms/debug", RecipeFile.BuiltIn);
        Assert.Contains("plant/subspace", RecipeFile.BuiltIn);
        Assert.Contains("plant/debug", RecipeFile.BuiltIn);
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_built_in_recipe_loads_and_survives_a_round_trip(string name)
    {
        Recipe recipe = RecipeFile.Load(name);
        Assert.Equal(name, recipe.Name);
        Assert.Equal(RecipeFile.Write(recipe), RecipeFile.Write(RecipeFile.Parse(RecipeFile.Write(recipe), name)));
    }

    [Theory]
    [InlineData(200, 800)]
    [InlineData(20_000, 800)]
    [InlineData(30_000, 1_200)]
    [InlineData(10_000_000, 3_200)]
    public void A_long_log_is_worth_more_updates_up_to_four_times_as_many(long rows, int updates)
    {
        LogRecipe recipe = Assert.IsType<LogRecipe>(RecipeFile.Load("plant/subspace"));
        Assert.Equal(updates, recipe.ForRows(rows).Training.Updates);
        Assert.Equal(recipe, recipe.ForRows(rows) with { Training = recipe.Training });
    }

    [Fact]
    public void Keys_that_a_file_leaves_out_keep_their_defaults()
    {
        LatentRecipe recipe = Assert.IsType<LatentRecipe>(RecipeFile.Load("two-rooms/sigreg"));
        Assert.Equal(0.05, recipe.HeldOutShare);
        Assert.Equal(1, recipe.Objective.Prediction);
        Assert.Equal(0.6, recipe.Planner.Exploration);
    }

    [Fact]
    public void A_planner_that_says_nothing_new_searches_as_it_always_did()
    {
        PlannerRecipe planner = RecipeFile.Load("two-rooms/sigreg").Planner;
        Assert.Equal(("nearest", "euclidean", 1), (planner.GoalForm, planner.Distance, planner.Replan));
        Assert.Equal(("limits", true, true, 0.7, true, 0.02, false, "best"), (planner.Space, planner.Clipping, planner.HoldActions, planner.Correlation,
            planner.KeepElites, planner.SmallestDeviation, planner.Unbiased, planner.Execute));
    }

    [Fact]
    public void The_published_LeWM_recipe_searches_as_published_and_the_small_ones_as_measured()
    {
        Assert.Equal(
            new PlannerRecipe(
                Horizon: 5, Candidates: 300, Iterations: 30, Elites: 30, Exploration: 0, Sigma: 1, Refinement: "gaussian", GoalForm: "terminal",
                Distance: "squared", Replan: 5, Space: "training", Clipping: false, HoldActions: false, Correlation: 0, KeepElites: false,
                SmallestDeviation: 0, Unbiased: true, Execute: "mean"),
            RecipeFile.Load("lewm/paper").Planner);
        PlannerRecipe measured = new(Horizon: 5, Candidates: 300, Iterations: 30, Elites: 30, Refinement: "gaussian", MeanCostWeight: 0);
        Assert.Equal(measured, RecipeFile.Load("lewm/cpu").Planner);
        Assert.Equal(measured, RecipeFile.Load("lewm/debug").Planner);
    }

    [Theory]
    [InlineData("icem")]
    [InlineData("gradient")]
    public void Planners_that_do_not_branch_refuse_branches(string method)
    {
        Assert.Equal(method, RecipeFile.Load("two-rooms/sigreg", $"planner.method={method}", "planner.branching=0").Planner.Method);
        Assert.Contains(
            $"planner.branching is 0.5, but it must be 0 where planner.method is '{method}'",
            Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/sigreg", $"planner.method={method}", "planner.branching=0.5")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_plant_is_not_planned_by_the_slope_of_costs_that_have_none() => Assert.Contains(
        "planner.method is 'gradient'", Assert.Throws<RecipeException>(() => RecipeFile.Load("plant/debug", "planner.method=gradient")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_planner_is_changed_by_settings_of_its_own_alone()
    {
        PlannerRecipe changed = RecipeFile.Change(new PlannerRecipe(Branching: 0.5), "planner.method=icem", "planner.branching=0", "planner.clipping=false");
        Assert.Equal(new PlannerRecipe("icem", Clipping: false), changed);
        Assert.Contains("'planner.'", Assert.Throws<RecipeException>(() => RecipeFile.Change(changed, "training.updates=3")).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'replan'?", Assert.Throws<RecipeException>(() => RecipeFile.Change(changed, "planner.replam=3")).Message, StringComparison.Ordinal);
        Assert.Contains("planner.branching", Assert.Throws<RecipeException>(() => RecipeFile.Change(changed, "planner.branching=0.5")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_change_single_numbers()
    {
        Recipe recipe = RecipeFile.Load("two-rooms/sigreg", "training.updates=7", "planner.method=mppi", "training.learningRate=1e-3");
        Assert.Equal(7, recipe.Training.Updates);
        Assert.Equal("mppi", recipe.Planner.Method);
        Assert.Equal(1e-3, recipe.Training.LearningRate);
    }

    [Fact]
    public void A_misspelt_key_is_one_sentence_that_names_the_key_the_file_and_the_nearest_key()
    {
        string path = _folder.File("mine.json");
        File.WriteAllText(path, """{ "extends": "two-rooms/sigreg", "training": { "updatse": 5 } }""");
        string message = Assert.Throws<RecipeException>(() => RecipeFile.Load(path)).Message;
        Assert.Contains("'updatse'", message, StringComparison.Ordinal);
        Assert.Contains("mine.json", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'updates'?", message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_setting_is_refused_too()
    {
        string message = Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/sigreg", "planer.horizon=3")).Message;
        Assert.Contains("'planer'", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'planner'?", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.updates=none", "training.updates")]
    [InlineData("training.updates=0", "training.updates")]
    [InlineData("training.updates=1.5", "training.updates")]
    [InlineData("encoder.headNorm=group", "encoder.headNorm")]
    [InlineData("encoder.channels=[8]", "encoder.channels")]
    [InlineData("predictor.form=transformer", "predictor.form")]
    [InlineData("training.learningRate=-1", "training.learningRate")]
    [InlineData("planner.method=icme", "'cem', 'icem'")]
    [InlineData("planner.momentum=1", "planner.momentum")]
    [InlineData("planner.stepSize=0", "planner.stepSize")]
    [InlineData("planner.candidateDecay=0.5", "planner.candidateDecay is 0.5, but it must be 1 or more")]
    [InlineData("planner.goalForm=last", "planner.goalForm is 'last', but it must be 'nearest', 'terminal' or 'sum'")]
    [InlineData("planner.distance=cosine", "'euclidean' or 'squared'")]
    [InlineData("planner.replan=13", "planner.replan is 13, but it must be between 1 and planner.horizon, 12")]
    [InlineData("planner.space=pixels", "'limits' or 'training'")]
    [InlineData("planner.execute=worst", "'best' or 'mean'")]
    [InlineData("planner.clipping=maybe", "planner.clipping")]
    [InlineData("planner.correlation=1", "planner.correlation")]
    public void A_value_that_cannot_be_used_is_named(string setting, string key) =>
        Assert.Contains(key, Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/sigreg", setting)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("encoder.channels=[8")]
    [InlineData("nothing")]
    [InlineData("=3")]
    [InlineData("training=3")]
    public void A_setting_that_makes_no_sense_is_one_sentence(string setting) =>
        Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/sigreg", setting));

    [Fact]
    public void A_recipe_that_does_not_exist_is_answered_with_the_nearest_name() => Assert.Contains(
        "Did you mean 'two-rooms/sigreg'?", Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/sigerg")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "name": "x" }""")]
    [InlineData("""{ "kind": "poem" }""")]
    [InlineData("""{ "extends": 3 }""")]
    public void A_file_that_is_no_recipe_is_one_sentence(string text)
    {
        string path = _folder.File("mine.json");
        File.WriteAllText(path, text);
        Assert.Contains("mine.json", Assert.Throws<RecipeException>(() => RecipeFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recipes_that_extend_each_other_are_refused()
    {
        File.WriteAllText(_folder.File("a.json"), """{ "extends": "b.json" }""");
        File.WriteAllText(_folder.File("b.json"), """{ "extends": "a.json" }""");
        Assert.Contains("extends itself", Assert.Throws<RecipeException>(() => RecipeFile.Load(_folder.File("a.json"))).Message, StringComparison.Ordinal);
    }
}
