using System.Text;
using System.Text.Json;
using Orrery.Data;
using Orrery.Models.Recipes;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests.Audit;

public class AuditReplayTests
{
    private static readonly PlannerRecipe Search = new(Horizon: 4, Candidates: 30, Iterations: 2, Elites: 5);
    private static readonly AuditSubject Subject = new("a test", new CheckpointIdentity(new string('c', 64), []), Search);

    [Theory]
    [InlineData(1, 64L << 20)]
    [InlineData(3, 64L << 20)]
    [InlineData(3, 4096)]
    public void Every_decision_is_reached_again_to_the_bit(int block, long largestFile)
    {
        using var folder = new TemporaryLog();
        Drive(folder, block, new AuditLogOptions(LargestFile: largestFile));
        Assert.True(folder.Verify().IsValid);
        var found = AuditReplay.Run(folder.Folder, new Simulated(block));
        Assert.Empty(found.Differences);
        Assert.Equal((24L, 24L, 0L, 0L), (found.Decisions, found.Same, found.Skipped, found.FromLatent));
    }

    [Theory]
    [InlineData("cem")]
    [InlineData("icem")]
    public void A_search_that_goes_on_from_other_than_its_plan_is_replayed_to_the_bit(string method)
    {
        using var folder = new TemporaryLog();
        var search = Search with
        {
            Method = method,
            Refinement = "gaussian",
            Execute = "mean",
            Clipping = false,
            Space = "training",
            KeepElites = false,
            HoldActions = false,
            Replan = 2,
            Sigma = 3,
        };
        using (var log = folder.Open())
        {
            var recorder = new AuditRecorder(log, Subject with { Planner = search });
            using var controller = new MpcController(new MpcSettings(
                LinearDynamics.Integrator(2, 2), PlannerFactory.Create(search), ActionLimits.Radial(2, 0.5), new SafeValueFallback([0, 0]), Seed: 5, Recorder: recorder));
            controller.Pursue(PlannerFactory.GoalCost(search, [9, 2]));
            float[] state = [0.1f, 0];
            for (var step = 0; step < 13; step++)
            {
                var action = controller.Step(latent =>
                {
                    recorder.Saw(state, [0, 0]);
                    state.CopyTo(latent);
                }).Action.Span;
                (state[0], state[1]) = (state[0] + action[0], state[1] + action[1]);
            }
        }

        Assert.Contains("\"carried\"", string.Concat(folder.Lines()), StringComparison.Ordinal);
        var found = AuditReplay.Run(folder.Folder, new Simulated(2));
        Assert.Empty(found.Differences);
        Assert.Equal((13L, 13L, 0L), (found.Decisions, found.Same, found.Skipped));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Goals_of_every_kind_and_forecasts_are_replayed_to_the_bit(int block)
    {
        using var folder = new TemporaryLog();
        var search = Search with { Horizon = 9, Decisions = 4 };
        using (var log = folder.Open(new AuditLogOptions(LargestFile: 8192)))
        {
            var recorder = new AuditRecorder(log, Subject with { Planner = search });
            var readout = new IdentityReadout(2);
            var dynamics = new ForecastDynamics(LinearDynamics.Integrator(2, block), [1], readout);
            using var controller = new MpcController(new MpcSettings(
                dynamics, PlannerFactory.Create(search), new ActionLimits([-1], [1]), new HoldLastFallback([0]), Seed: 5, Recorder: recorder));
            float[] state = [0.1f, 0];
            ReferenceCost reference = new(readout, "y", 1, [0.1f, 0.3f, 0.7f], 0.3, 0.7);
            for (var step = 0; step < 20; step++)
            {
                if (step % 4 == 0)
                    controller.Pursue(
                        reference.After(step), new ZoneCost(readout, new ZoneGoal("y", double.NegativeInfinity, 0.55), 1, 0.3),
                        new EconomicCost("maximise x", readout, [new EconomicTerm("x", false, 0, -0.1), new EconomicTerm("u", true, 0, 1 / 3.0)], 0.7, 0.1),
                        new DisagreementCost(dynamics, [new DisagreementColumn("y", 1, 1 / 3.0)], 0.9), new ActionRateCost([0.3f], 0.1, [0.7f]));
                float[] inputs = [0.1f * step, 0];
                var action = controller.Step(latent =>
                {
                    recorder.Saw(state, inputs);
                    dynamics.Expect([inputs[0], -0.3f, 0.7f]);
                    state.CopyTo(latent);
                }).Action.Span;
                Assert.Equal(1, action.Length);
                state[0] += 0.1f * step;
                state[1] += action[0];
            }
        }

        Assert.True(folder.Verify().IsValid);
        var found = AuditReplay.Run(folder.Folder, new Simulated(block));
        Assert.Empty(found.Differences);
        Assert.Equal((20L, 20L, 0L), (found.Decisions, found.Same, found.Skipped));
        Assert.True(AuditReplay.Run(folder.Folder, new Simulated(block, speed: 0.5f)).Different > 0);
    }

    [Fact]
    public void Each_file_can_be_replayed_on_its_own()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 2, new AuditLogOptions(LargestFile: 4096));
        foreach (var file in folder.Files)
        {
            var found = AuditReplay.Run(file, new Simulated(2));
            Assert.Empty(found.Differences);
            Assert.InRange(found.Skipped, 0, 1);
        }
    }

    [Fact]
    public void Without_observations_it_begins_with_the_recorded_latent()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 2, new AuditLogOptions(KeepObservations: false));
        var found = AuditReplay.Run(folder.Folder, new Simulated(2));
        Assert.Empty(found.Differences);
        Assert.Equal(folder.Lines().Count(line => line.Contains("\"latent\"", StringComparison.Ordinal)), found.FromLatent);
        Assert.DoesNotContain("\"rows\"", string.Concat(folder.Lines()), StringComparison.Ordinal);
        Assert.Contains("leftOut", string.Concat(folder.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_that_was_another_is_named_with_its_first_difference()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 1);
        var lines = folder.Lines();
        var line = Array.FindIndex(lines, text => text.Contains("\"step\":7,", StringComparison.Ordinal));
        var applied = folder.Record(line).GetProperty("applied").GetRawText();
        lines[line] = lines[line].Replace($"\"applied\":{applied}", "\"applied\":[0.5,0.25]", StringComparison.Ordinal);
        folder.Replace(lines);
        var difference = Assert.Single(AuditReplay.Run(folder.Folder, new Simulated(1)).Differences);
        Assert.Equal(7, difference.Step);
        Assert.StartsWith("applied[0] is 0.5 in the log and ", difference.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_model_shows_at_the_plan_and_another_encoder_at_the_latent()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 1);
        Assert.All(AuditReplay.Run(folder.Folder, new Simulated(1, speed: 0.5f)).Differences, difference => Assert.StartsWith("plan.", difference.What, StringComparison.Ordinal));
        Assert.All(AuditReplay.Run(folder.Folder, new Simulated(1, bias: 1e-6f)).Differences, difference => Assert.StartsWith("latent[", difference.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_that_look_back_fallbacks_that_add_up_and_late_plans_are_replayed_too()
    {
        using var folder = new TemporaryLog();
        using (var log = folder.Open(new AuditLogOptions(LargestFile: 16384)))
        {
            var slow = false;
            var recorder = new AuditRecorder(log, Subject);
            using var controller = new MpcController(new MpcSettings(
                LinearDynamics.Integrator(2), PlannerFactory.Create(Search), ActionLimits.Radial(2, 1),
                new ProportionalIntegralFallback([new ControlLoop(0, 0, 1, 0.05, 10, 0)], [0, 0]),
                [new HardLimitGuardrail(new HardLimitSet(["-0.5<=u<=0.5", "rate(u)<=0.2 except interlocks", "dwell(v)>=3", "sum(abs(v), 6)<=1.5", "if x > 2 then -0.5<=u<=0"], ["u", "v"], ["x", "y"]), [0, 0])],
                [new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("y", double.NegativeInfinity, 1.5), 1)],
                Seed: 3, Recorder: recorder, Deadline: TimeSpan.FromMilliseconds(400)));
            float[] state = [0, 0];
            controller.Pursue(new LatentGoalCost([4, 3]));
            for (var step = 0; step < 40; step++)
            {
                slow = step == 20;
                var late = slow;
                float[] seen = [.. state];
                var action = controller.Step(latent =>
                {
                    recorder.Saw(seen, []);
                    if (late)
                        Thread.Sleep(900);
                    if (seen[0] > 1 && seen[0] < 1.2)
                        throw new InvalidOperationException("a camera that fails");
                    seen.CopyTo(latent);
                }, state).Action.Span;
                if (late)
                    Thread.Sleep(700);
                state[0] += action[0] + 0.01f;
                state[1] += action[1];
            }
        }

        var text = string.Concat(folder.Lines());
        foreach (var expected in (string[])["\"source\":\"Guardrail\"", "\"source\":\"Fallback\"", "longer than the deadline"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
        var found = AuditReplay.Run(folder.Folder, new Simulated(1) { Fails = true });
        Assert.Empty(found.Differences);
        Assert.Equal((40L, 40L), (found.Decisions, found.Same));
        Assert.True(found.Late >= 1);

        // In the middle of a session the limits' memory is not there, and a replay does not pretend otherwise.
        var last = AuditReplay.Run(folder.Files[^1], new Simulated(1) { Fails = true });
        Assert.Empty(last.Differences);
        Assert.Equal(last.Decisions, last.Skipped);
    }

    [Fact]
    public void Another_checkpoint_is_refused()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 1);
        var other = new Simulated(1, checkpoint: new string('d', 64));
        Assert.Contains("says that the checkpoint", Assert.Throws<OrreryDataException>(() => AuditReplay.Run(folder.Folder, other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cost_of_ones_own_is_named_and_can_be_built_by_ones_own_parts()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 1, own: new OwnCost());
        Assert.All(AuditReplay.Run(folder.Folder, new Simulated(1)).Differences, difference => Assert.Contains("did not declare itself", difference.What, StringComparison.Ordinal));
        Assert.Empty(AuditReplay.Run(folder.Folder, new Simulated(1), new OwnParts()).Differences);
    }

    [Fact]
    public void A_record_holds_what_an_auditor_asks_for()
    {
        using var folder = new TemporaryLog();
        Drive(folder, 1, new AuditLogOptions(Time: null));
        var lines = folder.Lines().Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var session = lines.First(line => line.GetProperty("kind").GetString() == "session");
        Assert.Equal("action limits", session.GetProperty("guardrails")[1].GetProperty("name").GetString());
        Assert.Equal(-0.2f, session.GetProperty("guardrails")[1].GetProperty("limits").GetProperty("low")[0].GetSingle());
        Assert.Equal(Subject.Checkpoint.Hash, session.GetProperty("checkpoint").GetProperty("sha256").GetString());
        var goal = lines.First(line => line.GetProperty("kind").GetString() == "goal");
        Assert.Equal(["latent-goal", "effort", "rate", "set-point"], goal.GetProperty("costs").EnumerateArray().Select(cost => cost.GetProperty("kind").GetString()));
        var decision = lines.First(line => line.GetProperty("kind").GetString() == "decision" && line.GetProperty("verdicts").GetArrayLength() > 0);
        Assert.Equal("Guardrail", decision.GetProperty("source").GetString());
        Assert.Equal(4, decision.GetProperty("plan").GetProperty("terms").GetArrayLength());
        Assert.Equal("x<=9", decision.GetProperty("plan").GetProperty("constraints")[0].GetProperty("name").GetString());
        Assert.EndsWith("Z", decision.GetProperty("time").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_come_back_to_the_bit()
    {
        var random = new Random(4);
        float[] values = [0f, -0f, float.Epsilon, -float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.1f,
            .. Enumerable.Range(0, 2000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))).Where(float.IsFinite)];
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.Numbers("decimal"u8, values.AsSpan());
            json.Bits("bits"u8, values);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), document.RootElement.GetProperty("decimal").Floats().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), document.RootElement.GetProperty("bits").Floats().Select(BitConverter.SingleToInt32Bits));
        Assert.Contains("-0", Encoding.UTF8.GetString(buffer.WrittenSpan), StringComparison.Ordinal);
    }

    private static void Drive(TemporaryLog folder, int block, AuditLogOptions? options = null, ICost? own = null)
    {
        using var log = folder.Open(options);
        var dynamics = LinearDynamics.Integrator(2, block);
        for (var episode = 0; episode < 2; episode++)
        {
            var recorder = new AuditRecorder(log, Subject);
            var limits = ActionLimits.Radial(2, 1);
            var readout = new IdentityReadout(2);
            using var controller = new MpcController(new MpcSettings(
                dynamics, PlannerFactory.Create(Search), limits, new SafeValueFallback([0, 0]),
                [new NonFiniteGuardrail([0, 0]), new ActionLimitGuardrail(new ActionLimits([-0.2f, -0.9f], [0.9f, 0.9f]))],
                [new PredictedLimitConstraint(readout, new LimitExpression("x", double.NegativeInfinity, 9), 0)],
                Seed: ulong.MaxValue - (ulong)episode, Recorder: recorder));
            float[] state = [episode, 0];
            for (var step = 0; step < 12; step++)
            {
                if (step % 6 == 0)
                    controller.Pursue(own is not null ? [own] : [new LatentGoalCost([step - 3, 4]), new ActionEffortCost([1, 1], 0.01), new ActionRateCost([1, 1], 0.1),
                        new SetPointCost(readout, [new SetPoint("y", 1, 2.5, 0.5)], 0.2)]);
                var action = controller.Step(latent =>
                {
                    recorder.Saw(state, [step, 0]);
                    state.CopyTo(latent);
                }, state).Action.Span;
                state[0] += action[0];
                state[1] += action[1];
            }
        }
    }

    private sealed class Simulated(int block, float speed = 1, float bias = 0, string? checkpoint = null) : ReplayModel(
        new LinearDynamics([1, 0, 0, 1], [speed, 0, 0, speed], 2, 2, block), new IdentityReadout(2),
        new CheckpointIdentity(checkpoint ?? Subject.Checkpoint.Hash, []))
    {
        public bool Fails { get; init; }

        public override void Encode(ReadOnlySpan<byte> pixels, Span<float> latent) => throw new NotSupportedException();

        public override void Encode(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, Span<float> latent)
        {
            if (Fails && observations[0] > 1 && observations[0] < 1.2)
                throw new InvalidOperationException("a camera that fails");
            observations.CopyTo(latent);
            latent[0] += bias;
        }
    }

    private sealed class OwnCost : ICost
    {
        public string Name => "own";

        public double Weight => 1;

        public void Add(in RolloutBatch batch, Span<float> costs)
        {
            for (var candidate = 0; candidate < batch.Candidates; candidate++)
                costs[candidate] += batch.ActionsOf(candidate)[0];
        }
    }

    private sealed class OwnParts : AuditParts
    {
        public override ICost Cost(JsonElement declaration, ReplayModel model) =>
            declaration.GetProperty("name").GetString() == "own" ? new OwnCost() : base.Cost(declaration, model);
    }
}
