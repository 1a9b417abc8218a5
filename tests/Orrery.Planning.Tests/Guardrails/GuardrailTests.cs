using Orrery.Planning.Constraints;
using Orrery.Planning.Guardrails;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Guardrails;

public class GuardrailTests
{
    [Fact]
    public void Whatever_is_proposed_what_is_executed_is_within_the_limits()
    {
        var random = new RandomStream(0, "guardrail");
        var limits = new ActionLimits([-1, -2], [1, 2], 1.5, [0.5f, 0.5f]);
        var chain = new GuardrailChain([new NonFiniteGuardrail([0, 0]), new ActionLimitGuardrail(limits)]);
        float[] previous = [0, 0];
        float[] strange = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, float.Epsilon];
        for (var step = 0; step < 5000; step++)
        {
            var action = new float[2];
            random.FillNormal(action);
            for (var i = 0; i < 2; i++)
                action[i] = random.NextInt(4) == 0 ? strange[random.NextInt(strange.Length)] : action[i] * (float)Math.Pow(10, random.NextInt(30) - 2);
            Assert.True(chain.Inspect(action, new ActionProposal(action, previous, step: step), new List<GuardrailVerdict>()));
            Assert.True(limits.Contains(action, previous), $"step {step}: {action[0]}, {action[1]} after {previous[0]}, {previous[1]}");
            previous = action;
        }
    }

    [Fact]
    public void An_action_within_the_limits_passes_unchanged_and_without_a_word()
    {
        List<GuardrailVerdict> verdicts = [];
        float[] action = [0.5f];
        var chain = new GuardrailChain([new NonFiniteGuardrail([0]), new ActionLimitGuardrail(new ActionLimits([0], [1]))]);
        Assert.True(chain.Inspect(action, default, verdicts));
        Assert.Empty(verdicts);
        Assert.Equal([0.5f], action);
    }

    [Fact]
    public void A_replacement_is_judged_by_all_guardrails_again()
    {
        List<GuardrailVerdict> verdicts = [];
        float[] action = [3];
        var chain = new GuardrailChain([new ActionLimitGuardrail(new ActionLimits([0], [1])), new Doubling()]);
        Assert.True(chain.Inspect(action, default, verdicts));
        Assert.Equal([1f], action);
        Assert.Equal(["action limits", "doubling", "action limits"], verdicts.Select(verdict => verdict.Guardrail));
    }

    [Fact]
    public void Guardrails_that_cannot_agree_stop()
    {
        List<GuardrailVerdict> verdicts = [];
        var chain = new GuardrailChain([
            new ActionLimitGuardrail(new ActionLimits([0], [1])), new ActionLimitGuardrail(new ActionLimits([2], [3]))]);
        Assert.False(chain.Inspect(new float[1], default, verdicts));
        Assert.Contains("could not agree", verdicts[^1].Verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guardrail_that_fails_or_answers_nonsense_stops()
    {
        Assert.Contains("broken sensor", StopReason(new Answering(() => throw new InvalidOperationException("broken sensor"))), StringComparison.Ordinal);
        Assert.Contains("no verdict", StopReason(new Answering(() => null!)), StringComparison.Ordinal);
        Assert.Contains("2 numbers", StopReason(new Answering(() => Verdict.Narrow([1, 2], "because"))), StringComparison.Ordinal);
        Assert.Contains("not finite", StopReason(new Answering(() => Verdict.Narrow([float.NaN], "because"))), StringComparison.Ordinal);
        Assert.Contains("the limits are for 2", StopReason(new ActionLimitGuardrail(ActionLimits.Radial(2, 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guardrail_that_cannot_follow_what_is_executed_stops_until_a_reset()
    {
        var chain = new GuardrailChain([new Forgetful()]);
        Assert.True(chain.Inspect(new float[1], default, new List<GuardrailVerdict>()));
        chain.Executed([1], []);
        List<GuardrailVerdict> verdicts = [];
        Assert.False(chain.Inspect(new float[1], default, verdicts));
        Assert.True(Assert.Single(verdicts).Verdict.Stops);
        Assert.Contains("no memory left", verdicts[0].Verdict.Reason, StringComparison.Ordinal);
        chain.Reset([]);
        Assert.True(chain.Inspect(new float[1], default, verdicts));
    }

    [Fact]
    public void A_fallback_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => new NonFiniteGuardrail([float.NaN]));

    private static string StopReason(IGuardrail guardrail)
    {
        List<GuardrailVerdict> verdicts = [];
        Assert.False(new GuardrailChain([guardrail]).Inspect(new float[1], default, verdicts));
        return Assert.Single(verdicts).Verdict.Reason;
    }

    /// <summary>Doubles an action of 1 as long as the limits have not been applied twice.</summary>
    private sealed class Doubling : IGuardrail
    {
        private bool _done;

        public string Name => "doubling";

        public Verdict Inspect(in ActionProposal proposal)
        {
            if (_done)
                return Verdict.Allow;
            _done = true;
            return Verdict.Narrow([2 * proposal.Action[0]], "more");
        }
    }

    private sealed class Forgetful : IGuardrail
    {
        public string Name => "forgetful";

        public Verdict Inspect(in ActionProposal proposal) => Verdict.Allow;

        public void Executed(ReadOnlySpan<float> action, ReadOnlySpan<float> observation) => throw new InvalidOperationException("no memory left");
    }

    private sealed class Answering(Func<Verdict> answer) : IGuardrail
    {
        public string Name => "answering";

        public Verdict Inspect(in ActionProposal proposal) => answer();
    }
}
