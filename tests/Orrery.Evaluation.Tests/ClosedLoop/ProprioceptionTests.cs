using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Environments;
using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Tensors;

namespace Orrery.Evaluation.Tests.ClosedLoop;

/// <summary>Acting on pictures with what is measured of the body beside them.</summary>
public sealed class ProprioceptionTests : IDisposable
{
    private const int Picture = 2 * 65 * 65;

    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_policy_is_shown_the_picture_and_behind_it_the_numbers_now_and_at_the_goal()
    {
        using FeltTwoRooms environment = new();
        using Onlooker policy = new();
        GoalTask task = GoalTask.Draw(environment, 1, seed: 3)[0];
        ClosedLoopEvaluation.RunEpisode(environment, policy, task, stepLimit: 1);
        Assert.Equal(task.Goal, Numbers(policy.Goal));
        Assert.Equal(task.Start, Numbers(policy.Seen));
        byte[] picture = new byte[Picture];
        environment.ObserveAt(task.Goal, picture);
        Assert.Equal(picture, policy.Goal[..Picture]);
    }

    [Fact]
    public void A_model_that_reads_them_plans_and_one_that_does_not_takes_the_picture_alone()
    {
        using FeltTwoRooms environment = new();
        GoalTask task = GoalTask.Draw(environment, 1, seed: 3)[0];
        foreach (string[] settings in (string[][])[["encoder.proprioception.size=4"], []])
        {
            using WorldModel model = Untrained(environment.Specification, settings);
            using LatentGoalPolicy policy = new(model, model.Recipe.Planner, environment.Specification);
            EpisodeOutcome outcome = ClosedLoopEvaluation.RunEpisode(environment, policy, task, stepLimit: 2);
            Assert.Equal(2, outcome.Steps);
            Assert.NotNull(policy.FirstPlan);
        }
    }

    [Fact]
    public void A_measurement_that_is_no_number_is_answered_by_the_fallback_and_not_by_a_plan()
    {
        using FeltTwoRooms environment = new();
        using WorldModel model = Untrained(environment.Specification, "encoder.proprioception.size=4");
        using LatentGoalPolicy policy = new(model, model.Recipe.Planner, environment.Specification);
        GoalTask task = GoalTask.Draw(environment, 1, seed: 3)[0];
        environment.IsBroken = true;
        EpisodeOutcome outcome = ClosedLoopEvaluation.RunEpisode(environment, policy, task, stepLimit: 2);
        Assert.Equal(2, outcome.Steps);
        Assert.Null(policy.FirstPlan);
        Assert.Equal(task.Start, outcome.Path[^1]);
    }

    [Fact]
    public void An_environment_without_them_is_refused_in_a_sentence()
    {
        using FeltTwoRooms felt = new();
        using TwoRooms plain = new();
        using WorldModel model = Untrained(felt.Specification, "encoder.proprioception.size=4");
        foreach (Action use in (Action[])[() => new LatentGoalPolicy(model, model.Recipe.Planner, plain.Specification).Dispose(), () => _ = new GoalPlanStudy(model, "two-rooms")])
            Assert.Contains("2 x 65 x 65 with 2 numbers of proprioception", Assert.Throws<OrreryDataException>(use).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_is_acted_in_as_the_model_sees()
    {
        GoalProtocol protocol = ProtocolCatalogue.Find("clear-reacher-moderate");
        using IEnvironment felt = EnvironmentCatalogue.Create("reacher-proprioception");
        using WorldModel reads = Untrained(felt.Specification, "encoder.proprioception.size=4"), sees = Untrained(felt.Specification);
        Assert.Equal("reacher-proprioception", ProtocolStudy.ViewOf(protocol, reads));
        Assert.Equal("reacher", ProtocolStudy.ViewOf(protocol, sees));
    }

    private static float[] Numbers(byte[] seen) => MemoryMarshal.Cast<byte, float>(seen.AsSpan(Picture)).ToArray();

    private WorldModel Untrained(EnvironmentSpecification specification, params string[] settings)
    {
        LatentRecipe recipe = (LatentRecipe)RecipeFile.Load("two-rooms/debug", settings);
        VectorSpace? read = recipe.Encoder.Proprioception is null ? null : specification.Proprioception;
        return WorldModel.Untrained(
            recipe,
            new WorldModelDescription(
                new DatasetSpaces(specification.Observation, specification.Action, specification.State, read), 1, "step", recipe.LatentSize, recipe.ActionBlock, 1, null,
                Normalizer.Identity(2), new SplitFractions(), 0, "", read is null ? null : Normalizer.Identity(read.Size)),
            _backend);
    }

    /// <summary>Two Rooms with the dot's place measured beside the picture.</summary>
    private sealed class FeltTwoRooms : IGoalEnvironment
    {
        private readonly TwoRooms _rooms = new();

        public bool IsBroken { get; set; }

        public EnvironmentSpecification Specification => _rooms.Specification with { Proprioception = _rooms.Specification.State };

        public void Reset(ulong seed) => _rooms.Reset(seed);

        public StepResult Step(ReadOnlySpan<float> action) => _rooms.Step(action);

        public void Observe(Span<byte> pixels) => _rooms.Observe(pixels);

        public void Observe(Span<float> vector)
        {
            _rooms.ReadState(vector);
            if (IsBroken)
                vector[1] = float.NaN;
        }

        public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels) => _rooms.ObserveAt(state, pixels);

        public void ObserveAt(ReadOnlySpan<float> state, Span<float> vector) => state.CopyTo(vector);

        public void ReadState(Span<float> state) => _rooms.ReadState(state);

        public void WriteState(ReadOnlySpan<float> state) => _rooms.WriteState(state);

        public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState) => _rooms.SampleTask(seed, startState, goalState);

        public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState) => _rooms.IsSuccess(state, goalState);

        public byte[] Save() => _rooms.Save();

        public void Restore(ReadOnlySpan<byte> saved) => _rooms.Restore(saved);

        public void Render(Span<byte> rgb, int width, int height) => _rooms.Render(rgb, width, height);

        public void Dispose() => _rooms.Dispose();
    }

    /// <summary>Keeps what it was shown last.</summary>
    private sealed class Onlooker : IGoalPolicy
    {
        public string Name => "onlooker";

        public byte[] Goal { get; private set; } = [];

        public byte[] Seen { get; private set; } = [];

        public void Begin(ReadOnlySpan<byte> goalSeen, ulong seed) => Goal = goalSeen.ToArray();

        public void Act(ReadOnlySpan<byte> seen, Span<float> action) => Seen = seen.ToArray();

        public void Dispose()
        {
        }
    }
}
