using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests;

public class FallbackTests
{
    private static readonly SearchOptions Small = new(Horizon: 4, Candidates: 40);

    [Fact]
    public void A_model_that_throws_leads_to_the_fallback_with_its_message()
    {
        using var controller = Create(new Misbehaving(() => throw new InvalidOperationException("the weights are gone")));
        var decision = controller.Step(latent => latent.Clear());
        Assert.Equal(DecisionSource.Fallback, decision.Source);
        Assert.Contains("the weights are gone", decision.Reason, StringComparison.Ordinal);
        Assert.Equal([0.5f, 0], decision.Action.ToArray());
    }

    [Fact]
    public void A_perception_that_throws_leads_to_the_fallback()
    {
        using var controller = Create(LinearDynamics.Integrator(2));
        Assert.Equal(DecisionSource.Fallback, controller.Step(_ => throw new InvalidOperationException("no camera")).Source);
        Assert.Equal(DecisionSource.Plan, controller.Step(latent => latent.Clear()).Source);
    }

    [Fact]
    public void A_model_that_takes_too_long_leads_to_the_fallback_in_time_and_is_used_again_when_it_is_done()
    {
        using ManualResetEventSlim gate = new();
        using var controller = Create(new Misbehaving(gate.Wait), TimeSpan.FromMilliseconds(80));
        var decision = controller.Step(latent => latent.Clear());
        Assert.Equal(DecisionSource.Fallback, decision.Source);
        Assert.Contains("deadline of 80 ms", decision.Reason, StringComparison.Ordinal);
        Assert.InRange(decision.Milliseconds, 70, 5000);
        Assert.Contains("not finished yet", controller.Step(latent => latent.Clear()).Reason, StringComparison.Ordinal);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => controller.Step(latent => latent.Clear()).Source == DecisionSource.Plan, 10_000));
    }

    [Fact]
    public void A_deadline_that_is_kept_changes_nothing()
    {
        using var timed = Create(LinearDynamics.Integrator(2), TimeSpan.FromMinutes(1));
        using var free = Create(LinearDynamics.Integrator(2));
        for (var step = 0; step < 5; step++)
            Assert.Equal(free.Step(latent => latent.Fill(step)).Action.ToArray(), timed.Step(latent => latent.Fill(step)).Action.ToArray());
    }

    [Fact]
    public void Where_no_candidate_satisfies_a_constraint_the_fallback_acts_and_names_it()
    {
        using MpcController controller = new(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new SafeValueFallback([0.5f, 0]), Constraints: [new Impossible()]));
        controller.Pursue(new LatentGoalCost([3, 0]));
        var decision = controller.Step(latent => latent.Clear());
        Assert.Equal((DecisionSource.Fallback, "No candidate satisfies 'impossible'."), (decision.Source, decision.Reason));
        Assert.Equal(PlanOutcome.Violating, decision.Plan!.Outcome);
    }

    [Fact]
    public void What_the_fallback_does_passes_the_hard_limits_too()
    {
        HardLimitGuardrail guardrail = new(new HardLimitSet(["rate(x)<=0.1", "0<=x<=0.3"], ["x", "y"], []), [0, 0]);
        using MpcController controller = new(new MpcSettings(
            new Misbehaving(() => throw new InvalidOperationException("gone")), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1),
            new SafeValueFallback([0.5f, 0]), [guardrail]));
        controller.Pursue(new LatentGoalCost([3, 0]));
        controller.Reset([0, 0]);
        Assert.Equal([0.1f, 0.2f, 0.3f, 0.3f], Enumerable.Range(0, 4).Select(_ => controller.Step(latent => latent.Clear()).Action.Span[0]));
    }

    [Fact]
    public void A_fallback_that_fails_holds_the_last_action_within_the_hard_limits()
    {
        using MpcController controller = new(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new Failing(), [new Forbidding()]));
        controller.Pursue(new LatentGoalCost([3, 0]));
        controller.Reset([0.25f, 0]);
        var decision = controller.Step(latent => latent.Clear());
        Assert.Equal([0.25f, 0], decision.Action.ToArray());
        Assert.Contains(decision.Verdicts, verdict => verdict.Verdict.Reason.Contains("The fallback failed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_doubt_about_the_plan_does_not_forbid_the_fallback_and_ends_with_its_cause()
    {
        using MpcController controller = new(new MpcSettings(
            LinearDynamics.Integrator(2), new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new HoldLastFallback([0, 0]), [new Doubting()]));
        controller.Pursue(new LatentGoalCost([3, 0]));
        controller.Reset([0.25f, 0]);
        Assert.Equal((DecisionSource.Fallback, 0.25f), Now(controller.Step(latent => latent.Fill(100))));
        Assert.Equal(DecisionSource.Plan, controller.Step(latent => latent.Clear()).Source);

        static (DecisionSource Source, float First) Now(Decision decision) => (decision.Source, decision.Action.Span[0]);
    }

    [Fact]
    public void A_PI_fallback_settles_at_its_set_point_and_does_not_wind_up()
    {
        ProportionalIntegralFallback fallback = new([new ControlLoop(Action: 0, Observation: 0, SetPoint: 2, Gain: 0.8, IntegralSteps: 10, Bias: 0)], [0]);
        fallback.Check(new ActionLimits([0], [1]));
        float level = 0;
        var overshoot = 0f;
        var action = new float[1];
        for (var step = 0; step < 400; step++)
        {
            fallback.Act(new FallbackSituation(action, [level], step), action);
            Assert.InRange(action[0], 0, 1);
            level += 0.1f * (action[0] - (0.25f * level));
            overshoot = Math.Max(overshoot, level - 2);
        }

        Assert.InRange(level, 1.98f, 2.02f);
        Assert.InRange(overshoot, 0, 0.3f);
        fallback.Act(new FallbackSituation([0.7f], [float.NaN], 400), action);
        Assert.Equal(0.7f, action[0]);
    }

    [Fact]
    public void Fallbacks_that_cannot_work_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SafeValueFallback([float.NaN]));
        Assert.Throws<ArgumentException>(() => new SafeValueFallback([1], [0]));
        Assert.Throws<ArgumentException>(() => new ProportionalIntegralFallback([new ControlLoop(1, 0, 1, 1, 1, 0)], [0]));
        Assert.Throws<ArgumentException>(() => new ProportionalIntegralFallback([new ControlLoop(0, 0, 1, 1, 0, 0)], [0]));
        Assert.Throws<ArgumentException>(() => Create(LinearDynamics.Integrator(2), TimeSpan.Zero));
    }

    private static MpcController Create(ILatentDynamics dynamics, TimeSpan? deadline = null)
    {
        MpcController controller = new(new MpcSettings(
            dynamics, new CrossEntropyPlanner(Small), ActionLimits.Radial(2, 1), new SafeValueFallback([0.5f, 0]), Deadline: deadline));
        controller.Pursue(new LatentGoalCost([3, 0]));
        return controller;
    }

    private sealed class Misbehaving(Action before) : ILatentDynamics
    {
        private readonly LinearDynamics _inner = LinearDynamics.Integrator(2);

        public int LatentSize => _inner.LatentSize;

        public int ActionSize => _inner.ActionSize;

        public int ActionBlock => _inner.ActionBlock;

        public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
        {
            before();
            _inner.Rollout(latent, actions, candidates, horizon, latents);
        }
    }

    private sealed class Impossible : IConstraint
    {
        public string Name => "impossible";

        public void Violation(in RolloutBatch batch, Span<float> violations) => violations.Fill(1);
    }

    private sealed class Failing : IFallback
    {
        public string Name => "failing";

        public void Check(ActionLimits limits)
        {
        }

        public void Act(in FallbackSituation situation, Span<float> action) => throw new InvalidOperationException("no air");
    }

    private sealed class Forbidding : IGuardrail
    {
        public string Name => "forbidding";

        public Verdict Inspect(in ActionProposal proposal) => Verdict.Veto("Nothing.");
    }

    private sealed class Doubting : IGuardrail
    {
        public string Name => "doubting";

        public bool JudgesFallbacks => false;

        public Verdict Inspect(in ActionProposal proposal) => proposal.Latent[0] > 50 ? Verdict.Veto("Never seen.") : Verdict.Allow;
    }
}
