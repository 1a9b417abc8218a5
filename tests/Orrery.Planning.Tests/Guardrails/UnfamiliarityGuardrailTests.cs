using Orrery.Planning.Guardrails;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Guardrails;

public class UnfamiliarityGuardrailTests
{
    [Fact]
    public void Of_familiar_situations_no_more_than_the_declared_share_is_doubted()
    {
        var random = new RandomStream(3, "familiar");
        var guardrail = Create(random, 0.05m, UnfamiliarResponse.Fallback);
        var doubted = Enumerable.Range(0, 4000).Count(_ => guardrail.Inspect(Proposal(Latent(random))).Kind == VerdictKind.Veto);
        Assert.InRange(doubted / 4000.0, 0.02, 0.08);
    }

    [Fact]
    public void Where_training_never_was_it_answers_as_declared()
    {
        var random = new RandomStream(4, "strange");
        var far = new float[] { 8, -8, 8 };
        Assert.Equal(VerdictKind.Veto, Create(random, 0.05m, UnfamiliarResponse.Fallback).Inspect(Proposal(far)).Kind);
        Assert.Equal([1f], Create(random, 0.05m, UnfamiliarResponse.Hold).Inspect(Proposal(far)).Replacement.ToArray());
        Assert.Equal([2f], Create(random, 0.05m, UnfamiliarResponse.Slow).Inspect(Proposal(far)).Replacement.ToArray());
        Assert.Equal(VerdictKind.Veto, Create(random, 0.05m, UnfamiliarResponse.Fallback).Inspect(Proposal([float.NaN, 0, 0])).Kind);
        Assert.Equal(VerdictKind.Allow, Create(random, 0.05m, UnfamiliarResponse.Fallback).Inspect(new ActionProposal([3], [1])).Kind);
    }

    [Fact]
    public void A_prediction_that_missed_by_too_much_is_doubted()
    {
        var random = new RandomStream(5, "errors");
        var guardrail = Create(random, 0.05m, UnfamiliarResponse.Fallback, [.. Enumerable.Range(1, 99).Select(index => index / 100.0)]);
        Assert.Equal(VerdictKind.Allow, guardrail.Inspect(new ActionProposal([3], [1], latent: [0, 0, 0], expectedLatent: [0.5f, 0, 0])).Kind);
        Assert.Contains("expected", guardrail.Inspect(new ActionProposal([3], [1], latent: [0, 0, 0], expectedLatent: [3, 3, 3])).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Slowing_down_is_agreed_with_in_a_chain_and_the_hard_limits_stay()
    {
        var random = new RandomStream(6, "slow");
        var chain = new GuardrailChain([
            Create(random, 0.05m, UnfamiliarResponse.Slow),
            new Planning.Guardrails.Hard.HardLimitGuardrail(new Planning.Guardrails.Hard.HardLimitSet(["0<=x<=1.5"], ["x"], []), [0])]);
        float[] action = [3];
        List<GuardrailVerdict> verdicts = [];
        Assert.True(chain.Inspect(action, new ActionProposal(action, [1], latent: [9, 9, 9]), verdicts));
        Assert.Equal([1.5f], action);
        Assert.Equal(["unfamiliarity", "hard limits"], verdicts.Select(verdict => verdict.Guardrail));
    }

    [Fact]
    public void Too_few_or_unusable_latents_are_refused()
    {
        Assert.Contains("at least 19", Assert.Throws<ArgumentException>(() => new UnfamiliarityGuardrail(new float[30], new float[30], 3, 1, 0.05m, UnfamiliarResponse.Hold)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new UnfamiliarityGuardrail([float.NaN, 0, 0, 0, 0, 0], new float[90], 3, 1, 0.05m, UnfamiliarResponse.Hold));
        Assert.Throws<ArgumentException>(() => new UnfamiliarityGuardrail(new float[31], new float[90], 3, 1, 0.05m, UnfamiliarResponse.Hold));
    }

    private static ActionProposal Proposal(float[] latent) => new([3f], [1f], latent: latent);

    private static UnfamiliarityGuardrail Create(RandomStream random, decimal share, UnfamiliarResponse response, double[]? errors = null) => new(
        [.. Enumerable.Range(0, 500).SelectMany(_ => Latent(random))], [.. Enumerable.Range(0, 400).SelectMany(_ => Latent(random))], 3, 1, share, response, errors);

    private static float[] Latent(RandomStream random) => [(float)random.NextNormal(), 3 * (float)random.NextNormal(), 0.1f * (float)random.NextNormal()];
}
