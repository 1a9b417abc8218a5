using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Environments;
using Orrery.Environments.Process;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Tracking;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;

namespace Orrery.Evaluation.Tests.Tracking;

public sealed class TrackingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-tracking-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrackingTask Steady(double setPoint, int steps) => new(5, [.. Enumerable.Repeat(setPoint, steps)]);

    private static TrackingScore Score(ProcessEquations equations, ITrackingController controller, TrackingTask task) =>
        TrackingScore.Of(TrackingEpisode.Run(equations, controller, task), equations);

    private static ModelPredictiveTracker Perfect(ProcessEquations equations)
    {
        ProcessDynamics process = new(equations);
        return new ModelPredictiveTracker(
            TrackingStudy.PerfectName, equations, TrackingSetup.For(equations.Name), process, process, (_, state, latent) => state.CopyTo(latent));
    }

    [Fact]
    public void Errors_effort_and_overshoot_are_what_their_definitions_say()
    {
        TrackingTrace trace = new([1, 1, 3, 3, 3], [1, 1, 2, 4, 3], [0, 2, 2, 1, 1], [1, 1, 1, 1, 1], 0, 0, false);
        TrackingScore score = TrackingScore.Of(trace, new CascadedTanks());
        Assert.Equal(4 * 2, score.AbsoluteError, 1e-9);
        Assert.Equal(4 * 2, score.SquaredError, 1e-9);
        Assert.Equal(0.5, score.Overshoot, 1e-9);
        Assert.Equal(3, score.Effort, 1e-9);
    }

    [Fact]
    public void Whatever_a_controller_wants_the_executed_commands_keep_the_hard_limits()
    {
        CascadedTanks tanks = new();
        TrackingTrace trace = TrackingEpisode.Run(tanks, new Wild(), Steady(5, 200));
        Assert.Equal(0, trace.Violations);
        Assert.True(trace.Narrowed > 100);
        Assert.All(trace.Commands, command => Assert.InRange(command, 0, 10));
        for (int step = 1; step < trace.Commands.Length; step++)
            Assert.True(Math.Abs(trace.Commands[step] - trace.Commands[step - 1]) <= tanks.Loop.RateLimit * 1.00001);
    }

    [Fact]
    public void Planning_with_the_true_model_beats_the_best_loop_found_which_beats_the_mediocre_one()
    {
        StirredTankReactor reactor = new();
        TrackingTask[] tuning = [TrackingTask.Draw(reactor.Loop, 3, 21), TrackingTask.Draw(reactor.Loop, 3, 22)];
        TrackingTask task = TrackingTask.Draw(reactor.Loop, 2, 3);
        ProportionalIntegralTracker tuned = ProportionalIntegralTracker.Tune(reactor, tuning), mediocre = new(reactor, reactor.Loop.Gain, reactor.Loop.IntegralSteps);
        using ModelPredictiveTracker perfect = Perfect(reactor);
        double best = Score(reactor, perfect, task).AbsoluteError, found = Score(reactor, tuned, task).AbsoluteError;
        Assert.True(best < 0.7 * found, $"{best} against {found}");
        Assert.True(tuning.Sum(one => Score(reactor, tuned, one).AbsoluteError) < tuning.Sum(one => Score(reactor, mediocre, one).AbsoluteError));
    }

    [Fact]
    public void A_learned_model_keeps_what_its_checkpoint_declares_and_falls_back_as_it_declares()
    {
        CascadedTanks tanks = new();
        string log = Path.Combine(_folder, "declared");
        EnvironmentCatalogue.Collection(tanks.Name, new CollectionSettings(Steps: 1200)).Collect(log);
        using Dataset dataset = Dataset.Open(log);
        string command = tanks.Inputs[0].Dimension.Name, level = tanks.Outputs[0].Dimension.Name;
        string[] declared = [$"{command}<=6", $"rate({command})<=0.2 except interlocks", $"dwell({command})>=3 except interlocks", $"if {level}>5 then {command}=0"];
        using CpuBackend backend = new(1);
        using WorldModel model = Untrained(dataset, backend, new GuardrailRecipe(declared, Fallback: "safe", SafeValue: new Dictionary<string, double> { [command] = 2 }));
        using ModelPredictiveTracker tracker = new(TrackingStudy.LearnedName, tanks, TrackingSetup.For(tanks.Name), model, dataset);
        TrackingTrace trace = TrackingEpisode.Run(tanks, tracker, Steady(7.5, 60));
        Assert.Equal(0, trace.Violations);
        Assert.All(trace.Commands, value => Assert.InRange(value, 0, 6));
        // The same limits reach the tracker and the episode, so that nothing is left for the episode to change.
        Assert.Equal(0, trace.Narrowed);
        Assert.True(trace.Commands.Zip(trace.Commands[1..]).Count(pair => pair.First == pair.Second) > 30);

        using WorldModel impossible = Untrained(dataset, backend, new GuardrailRecipe(Predicted: [$"{level}<=-1000"], Fallback: "safe", SafeValue: new Dictionary<string, double> { [command] = 2 }));
        using ModelPredictiveTracker falling = new(TrackingStudy.LearnedName, tanks, TrackingSetup.For(tanks.Name), impossible, dataset);
        Assert.Equal(2, TrackingEpisode.Run(tanks, falling, Steady(7.5, 60)).Commands[^1], 1e-6);
    }

    [Fact]
    public void Linear_control_of_a_plant_that_is_not_linear_comes_to_rest_at_the_set_point()
    {
        CascadedTanks tanks = new();
        string log = Path.Combine(_folder, "log");
        EnvironmentCatalogue.Collection(tanks.Name, new CollectionSettings(Steps: 6000)).Collect(log);
        using Dataset dataset = Dataset.Open(log);
        using LinearQuadraticTracker linear = new(tanks, TrackingSetup.For(tanks.Name), dataset, latentSize: 4);
        double[] outputs = TrackingEpisode.Run(tanks, linear, Steady(7.5, 400)).Outputs;
        Assert.InRange(outputs[^100..].Average(), 7.4, 7.6);
    }

    [Fact]
    public void A_reactor_that_shuts_itself_down_is_counted_at_its_last_value_for_the_rest()
    {
        StirredTankReactor reactor = new();
        TrackingTrace trace = TrackingEpisode.Run(reactor, new Wild(), Steady(350, 400));
        Assert.True(trace.Tripped);
        Assert.Equal(400, trace.Outputs.Length);
        Assert.True(trace.Milliseconds.Length < 400);
        Assert.Equal(StirredTankReactor.TripTemperature, trace.Outputs[^1], 60.0);
        Assert.True(trace.Outputs[^1] >= StirredTankReactor.TripTemperature);
    }

    [Fact]
    public void The_report_names_every_controller_and_marks_the_learned_model()
    {
        CascadedTanks tanks = new();
        (string Name, double Output)[] last =
        [
            (TrackingStudy.PerfectName, 2.2), (TrackingStudy.MeasuredName, 1), (TrackingStudy.EstimatedName, 2), (TrackingStudy.LearnedName, 1.8), ("tuned PI", 1), ("regulator", 0),
        ];
        ControllerResult[] controllers = [.. last.Select(one =>
        {
            TrackingTrace trace = new([1, 1, 3], [1, 1, one.Output], [0, 2, 2], [1, 1, 1], 0, 0, false);
            return new ControllerResult(one.Name, [TrackingScore.Of(trace, tanks)], trace);
        })];
        TrackingResult result = new("cascaded-tanks", "level", "V", "pump", "V", 0, 10, 4, "s", 3, 0, 10_000, 20, controllers);
        string page = TrackingReport.Build([result], [new("command", "orrery evaluate --closed-loop")]).ToHtml();
        Assert.All(controllers, controller => Assert.Contains(controller.Controller, page, StringComparison.Ordinal));
        Assert.Contains("<tr class=\"strong\"><td>MPC, learned model", page, StringComparison.Ordinal);
        Assert.Equal((1.2, 1.5), (Math.Round(TrackingResult.Ratio(result.Learned, result.Estimated), 6), Math.Round(TrackingResult.Ratio(result.Learned, result.Perfect), 6)));
        Assert.Contains("1.50 with the state known", page, StringComparison.Ordinal);
    }

    private static WorldModel Untrained(Dataset dataset, CpuBackend backend, GuardrailRecipe guardrails)
    {
        LogRecipe recipe = new(
            "test", "Nothing was learned.", History: 4, LatentSize: 3, Hidden: 4, ValidationShare: 0.2, new TrainingRecipe(), new PlannerRecipe(), LinearOrder: 2,
            Guardrails: guardrails);
        ColumnStatistics observations = dataset.Statistics.Observation!, actions = dataset.Statistics.Action;
        return WorldModel.Untrained(
            recipe,
            new WorldModelDescription(
                dataset.Spaces, dataset.SamplingTime, dataset.TimeUnit, recipe.LatentSize, 1, recipe.History, new Normalizer(observations.Mean, observations.StandardDeviation),
                new Normalizer(actions.Mean, actions.StandardDeviation), TrainingSplit.Fractions(recipe), recipe.Training.Seed, dataset.Hash),
            backend);
    }

    /// <summary>Wants the impossible, and heat above all.</summary>
    private sealed class Wild : ITrackingController
    {
        private int _step;

        public string Name => "wild";

        public void Begin(TrackingRows rows, double setPoint, ulong seed)
        {
        }

        public double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state) => _step++ % 7 == 6 ? double.NaN : 1e9;

        public void Dispose()
        {
        }
    }
}
