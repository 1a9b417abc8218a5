using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests;

public class MpcControllerTests
{
    private static readonly SearchOptions Small = new(Horizon: 4, Candidates: 40);

    [Fact]
    public void It_executes_one_block_before_it_looks_and_plans_again()
    {
        var looked = 0;
        var controller = Create(LinearDynamics.Integrator(2, 3));
        controller.Pursue(new LatentGoalCost([3, 0]));
        var decisions = Enumerable.Range(0, 7).Select(_ => controller.Step(latent =>
        {
            looked++;
            latent.Clear();
        })).ToArray();
        Assert.Equal(3, looked);
        Assert.Equal([true, false, false, true, false, false, true], decisions.Select(decision => decision.Plan is not null));
        for (var step = 0; step < 6; step++)
            Assert.Equal(decisions[step / 3 * 3].Plan!.ActionAt(step % 3).ToArray(), decisions[step].Action.ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], decisions.Select(decision => decision.Step));
        Assert.All(decisions, decision => Assert.Equal(DecisionSource.Plan, decision.Source));
    }

    [Fact]
    public void It_executes_as_many_planner_steps_as_the_planner_says_before_it_plans_again()
    {
        var expected = new List<float[]>();
        var dynamics = LinearDynamics.Integrator(2, 3);
        var controller = new MpcController(new MpcSettings(
            dynamics, new CrossEntropyPlanner(Small with { Replan = 2 }), ActionLimits.Radial(2, 0.5), new SafeValueFallback([0, 0]), [new Expecting(expected)]));
        controller.Pursue(new LatentGoalCost([3, 0]));
        var decisions = Enumerable.Range(0, 13).Select(_ => controller.Step(latent => latent.Clear())).ToArray();
        Assert.Equal([0, 6, 12], decisions.Where(decision => decision.Plan is not null).Select(decision => (int)decision.Step));
        for (var step = 0; step < 12; step++)
            Assert.Equal(decisions[step / 6 * 6].Plan!.ActionAt(step % 6).ToArray(), decisions[step].Action.ToArray());

        // What is expected at the next look is where the second planner step ends.
        Assert.Equal(2, expected.Count);
        Assert.Equal(decisions[0].Plan!.Latents.ToArray()[2..4], expected[0]);
        Assert.Equal(decisions[6].Plan!.Latents.ToArray()[2..4], expected[1]);
    }

    [Fact]
    public void It_reaches_the_goal_and_the_same_seed_takes_the_same_way()
    {
        var one = Drive(Create(LinearDynamics.Integrator(2, 2)));
        var other = Drive(Create(LinearDynamics.Integrator(2, 2)));
        Assert.Equal(one, other);
        var (x, y) = one[^1];
        Assert.InRange(Math.Sqrt(((x - 3) * (x - 3)) + ((y - 4) * (y - 4))), 0, 1);
    }

    [Fact]
    public void After_a_reset_it_repeats_itself_to_the_bit()
    {
        var controller = Create(LinearDynamics.Integrator(2, 2));
        var one = Drive(controller);
        controller.Reset();
        Assert.Equal(one, Drive(controller));
    }

    [Fact]
    public void Without_a_plan_it_falls_back_and_plans_again_at_the_next_step()
    {
        var controller = Create(LinearDynamics.Integrator(2), fallback: [0.25f, 0]);
        controller.Pursue(new LatentGoalCost([3, 0]));
        var blind = controller.Step(latent => latent.Fill(float.NaN));
        Assert.Equal(DecisionSource.Fallback, blind.Source);
        Assert.Equal(PlanOutcome.Failed, blind.Plan!.Outcome);
        Assert.Equal([0.25f, 0], blind.Action.ToArray());
        Assert.Equal(DecisionSource.Plan, controller.Step(latent => latent.Clear()).Source);
    }

    [Fact]
    public void A_guardrail_has_the_last_word_over_the_plan()
    {
        var limits = new ActionLimits([-0.1f, -0.1f], [0.1f, 0.1f]);
        var controller = Create(LinearDynamics.Integrator(2, 3), [new ActionLimitGuardrail(limits)]);
        controller.Pursue(new LatentGoalCost([9, 0]));
        for (var step = 0; step < 10; step++)
        {
            var decision = controller.Step(latent => latent.Clear());
            Assert.True(limits.Contains(decision.Action.Span, []));
            Assert.Equal(DecisionSource.Guardrail, decision.Source);
            Assert.Equal("action limits", Assert.Single(decision.Verdicts).Guardrail);
            Assert.NotNull(decision.Plan);
        }
    }

    [Fact]
    public void Limits_that_look_back_are_kept_against_what_was_applied_and_the_rest_of_the_plan_is_forgotten()
    {
        var controller = new MpcController(new MpcSettings(
            LinearDynamics.Integrator(1, 3), new CrossEntropyPlanner(Small), new ActionLimits([-1], [1], rateLimit: [0.1f]), new SafeValueFallback([0]),
            [new HardLimitGuardrail(new HardLimitSet(["-1<=x<=1", "rate(x)<=0.1"], ["x"], []), [0])]));
        controller.Pursue(new LatentGoalCost([9]));
        controller.Reset([0]);
        Assert.Equal(0.1f, controller.Step(latent => latent.Clear()).Action.Span[0], 1e-6f);
        controller.Applied([-0.5f]);
        var looked = false;
        var next = controller.Step(latent =>
        {
            looked = true;
            latent.Clear();
        });
        Assert.True(looked);
        Assert.Equal(-0.4f, next.Action.Span[0], 1e-6f);
        controller.Applied(next.Action.Span);
        Assert.Equal(-0.3f, controller.Step(latent => latent.Clear()).Action.Span[0], 1e-6f);

        Assert.Throws<ArgumentException>(() => controller.Applied([float.NaN]));
        Assert.Throws<ArgumentException>(() => controller.Applied([0, 0]));
        controller.Reset([0]);
        Assert.Contains("call Step first", Assert.Throws<InvalidOperationException>(() => controller.Applied([0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_stop_nothing_but_the_fallback_is_executed_until_a_reset()
    {
        var guardrail = new StopAt(2);
        var controller = Create(LinearDynamics.Integrator(2), [guardrail]);
        controller.Pursue(new LatentGoalCost([3, 0]));
        var sources = Enumerable.Range(0, 5).Select(_ => controller.Step(latent => latent.Clear())).ToArray();
        Assert.Equal(
            [DecisionSource.Plan, DecisionSource.Plan, DecisionSource.Stopped, DecisionSource.Stopped, DecisionSource.Stopped],
            sources.Select(decision => decision.Source));
        Assert.All(sources[2..], decision => Assert.Equal([0, 0], decision.Action.ToArray()));
        Assert.True(controller.IsStopped);
        Assert.Equal("Enough.", Assert.Single(sources[2].Verdicts).Verdict.Reason);
        Assert.Equal("Stopped by 'stop': Enough.", sources[4].Reason);
        controller.Reset();
        Assert.Equal(DecisionSource.Plan, controller.Step(latent => latent.Clear()).Source);
    }

    [Fact]
    public void The_fallback_too_obeys_the_rate_limit()
    {
        var limits = new ActionLimits([-1, -1], [1, 1], rateLimit: [0.2f, 0.2f]);
        var controller = new MpcController(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), limits, new SafeValueFallback([0, 0]), [new StopAt(4)]));
        controller.Pursue(new LatentGoalCost([9, 9]));
        controller.Reset([0, 0]);
        float[] previous = [0, 0];
        for (var step = 0; step < 12; step++)
        {
            var action = controller.Step(latent => latent.Clear()).Action.ToArray();
            Assert.True(limits.Contains(action, previous));
            previous = action;
        }

        Assert.Equal([0, 0], previous);
    }

    [Fact]
    public void A_recorder_is_told_all_that_a_decision_was_made_from()
    {
        List<(Decision Decision, float[] Latent, float[] Proposed, float[] Previous, bool Warm, ulong Random)> told = [];
        var limits = new ActionLimits([-0.1f, -0.1f], [0.1f, 0.1f]);
        var controller = new MpcController(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new SafeValueFallback([0, 0]),
            [new ActionLimitGuardrail(limits)], Recorder: new Listening((in DecisionMade made) => told.Add(
                (made.Decision, made.Latent.ToArray(), made.Proposed.ToArray(), made.PreviousAction.ToArray(), made.WarmStart is not null, made.Random.Key)))));
        controller.Pursue(new LatentGoalCost([9, 0]));
        var decisions = Enumerable.Range(0, 3).Select(step => controller.Step(latent => latent.Fill(step))).ToArray();
        Assert.Equal(decisions, told.Select(made => made.Decision));
        Assert.Equal([0f, 1, 2], told.Select(made => made.Latent[0]));
        Assert.All(told, made => Assert.Equal(made.Decision.Plan!.ActionAt(0).ToArray(), made.Proposed));
        Assert.Equal([[], decisions[0].Action.ToArray(), decisions[1].Action.ToArray()], told.Select(made => made.Previous));
        Assert.Equal([false, true, true], told.Select(made => made.Warm));
        Assert.Equal(3, told.Select(made => made.Random).Distinct().Count());
    }

    [Fact]
    public void Memory_completes_what_is_seen_before_planning()
    {
        var controller = new MpcController(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new SafeValueFallback([0, 0]), Memory: new Remembering()));
        controller.Pursue(new LatentGoalCost([0, 0]));
        var decision = controller.Step(latent => latent.Fill(float.NaN));
        Assert.Equal(DecisionSource.Plan, decision.Source);
        Assert.True(decision.Action.Span[0] < -0.5f);
    }

    [Fact]
    public void What_it_cannot_work_with_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Create(LinearDynamics.Integrator(2)).Step(latent => latent.Clear()));
        Assert.Throws<ArgumentException>(() => Create(LinearDynamics.Integrator(2)).Pursue());
        Assert.Throws<ArgumentException>(() => Create(LinearDynamics.Integrator(2), fallback: [2, 0]));
        Assert.Throws<ArgumentException>(() => Create(LinearDynamics.Integrator(2), fallback: [0]));
        Assert.Throws<ArgumentException>(() => Create(LinearDynamics.Integrator(2)).Reset([0]));
    }

    private static MpcController Create(ILatentDynamics dynamics, IReadOnlyList<IGuardrail>? guardrails = null, float[]? fallback = null) =>
        new(new MpcSettings(dynamics, new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new SafeValueFallback(fallback ?? [0, 0]), guardrails));

    private static List<(float X, float Y)> Drive(MpcController controller)
    {
        List<(float X, float Y)> path = [(0, 0)];
        controller.Pursue(new LatentGoalCost([3, 4], GoalForm.Sum));
        for (var step = 0; step < 20; step++)
        {
            var action = controller.Step(latent => (latent[0], latent[1]) = path[^1]).Action.Span;
            path.Add((path[^1].X + action[0], path[^1].Y + action[1]));
        }

        return path;
    }

    private sealed class StopAt(long step) : IGuardrail
    {
        private bool _done;

        public string Name => "stop";

        public Verdict Inspect(in ActionProposal proposal)
        {
            if (_done || proposal.Step != step)
                return Verdict.Allow;
            _done = true;
            return Verdict.Stop("Enough.");
        }
    }

    private sealed class Expecting(List<float[]> expected) : IGuardrail
    {
        public string Name => "expecting";

        public Verdict Inspect(in ActionProposal proposal)
        {
            if (proposal.ExpectedLatent.Length != 0)
                expected.Add(proposal.ExpectedLatent.ToArray());
            return Verdict.Allow;
        }
    }

    private sealed class Remembering : IMemory
    {
        public void Recall(Span<float> latent, long step) => (latent[0], latent[1]) = (5, 0);
    }

    private delegate void Listener(in DecisionMade made);

    private sealed class Listening(Listener listener) : IDecisionRecorder
    {
        public void Record(in DecisionMade made) => listener(made);
    }
}
