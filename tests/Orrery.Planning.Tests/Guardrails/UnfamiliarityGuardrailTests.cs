using System.Text.Json;
using Orrery.Data;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
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
    public void A_step_that_missed_by_more_than_is_usual_is_doubted()
    {
        var random = new RandomStream(5, "errors");
        var guardrail = new UnfamiliarityGuardrail(Familiar(random, 0.05m, error: 0.3f), 1, UnfamiliarResponse.Fallback);
        Assert.Equal(VerdictKind.Allow, guardrail.Inspect(new ActionProposal([3], [1], latent: [0, 0, 0], expectedLatent: [0.1f, 0, 0])).Kind);
        Assert.Contains("expected", guardrail.Inspect(new ActionProposal([3], [1], latent: [0, 0, 0], expectedLatent: [3, 3, 0.2f])).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_the_state_in_a_latent_does_not_count()
    {
        var guardrail = Create(new RandomStream(7, "clocks"), 0.05m, UnfamiliarResponse.Fallback);
        Assert.Equal(VerdictKind.Allow, guardrail.Inspect(Proposal([0, 0, 0, 1e6f, float.NaN])).Kind);
    }

    [Fact]
    public void A_dimension_that_never_changed_in_training_gives_finite_distances()
    {
        var familiar = new FamiliarSituations([0, 5, 1, 5, 2, 5], [.. Enumerable.Range(0, 9).SelectMany(index => new[] { index / 4f, 5f })], 2, 0.1m);
        Assert.True(familiar.Distance([1, 5]) <= familiar.Farthest);
        Assert.InRange(familiar.Distance([1, 5.1f]), familiar.Farthest, 1e4);
        Assert.InRange(new FamiliarSituations(new float[8], new float[18], 2, 0.1m).Distance([1, 1]), 0.5, 2);
    }

    [Fact]
    public void Slowing_down_is_agreed_with_in_a_chain_and_the_hard_limits_stay()
    {
        var random = new RandomStream(6, "slow");
        var chain = new GuardrailChain([Create(random, 0.05m, UnfamiliarResponse.Slow), new HardLimitGuardrail(new HardLimitSet(["0<=x<=1.5"], ["x"], []), [0])]);
        float[] action = [3];
        List<GuardrailVerdict> verdicts = [];
        Assert.True(chain.Inspect(action, new ActionProposal(action, [1], latent: [9, 9, 9]), verdicts));
        Assert.Equal([1.5f], action);
        Assert.Equal(["unfamiliarity", "hard limits"], verdicts.Select(verdict => verdict.Guardrail));
    }

    [Fact]
    public void An_interlock_goes_before_holding_and_nobody_has_to_stop()
    {
        foreach (var isFirst in (bool[])[true, false])
        {
            var hard = new HardLimitGuardrail(new HardLimitSet(["0<=x<=9", "if level>8 then x=0"], ["x"], ["level"]), [4]);
            IGuardrail doubt = Create(new RandomStream(8, "interlock"), 0.05m, UnfamiliarResponse.Hold);
            var chain = new GuardrailChain(isFirst ? [doubt, hard] : [hard, doubt]);
            float[] action = [5];
            Assert.True(chain.Inspect(action, new ActionProposal(action, [4], [9], [9, 9, 9]), []));
            Assert.Equal([0f], action);
        }
    }

    [Fact]
    public void No_chain_with_it_breaks_a_hard_limit_or_cannot_agree()
    {
        var random = new RandomStream(9, "search");
        var familiar = Familiar(random, 0.05m);
        for (var trial = 0; trial < 600; trial++)
        {
            HardLimitSet limits = new(["-2<=x<=4", "rate(x)<=1.5 except interlocks", "if level>3 then x<=1"], ["x"], ["level"]);
            IGuardrail doubt = trial % 4 == 3
                ? new UnfamiliarityGuardrail(familiar, 1, UnfamiliarResponse.Hold, patience: 2)
                : new UnfamiliarityGuardrail(familiar, 1, (UnfamiliarResponse)(trial % 3));
            var hard = new HardLimitGuardrail(limits, [0]);
            var chain = new GuardrailChain(trial % 2 == 0 ? [doubt, hard] : [hard, doubt]);
            var checker = new CommandChecker(limits);
            float[] last = [];
            for (var step = 0; step < 12; step++)
            {
                float[] measured = [5 * random.NextFloat()], action = [(float)(6 * random.NextNormal())];
                var latent = Latent(random).Select(value => value * random.NextInt(6)).ToArray();
                ActionProposal proposal = new(action, last, measured, latent, Latent(random), step: 0);
                List<GuardrailVerdict> verdicts = [];
                if (!chain.Inspect(action, proposal, verdicts))
                {
                    Assert.False(verdicts[^1].Verdict.Stops, verdicts[^1].Verdict.Reason);
                    action[0] = last.Length > 0 ? last[0] : 0;
                    chain.Enforce(action, proposal);
                }

                Assert.Empty(checker.Add(action, measured));
                chain.Executed(action, measured);
                last = [.. action];
            }
        }
    }

    [Fact]
    public void Asking_the_same_twice_gives_the_same_answer_twice()
    {
        var chain = new GuardrailChain([Create(new RandomStream(10, "twice"), 0.05m, UnfamiliarResponse.Hold)]);
        for (var time = 0; time < 2; time++)
        {
            float[] action = [3];
            Assert.True(chain.Inspect(action, new ActionProposal(action, [1], latent: [9, 9, 9]), []));
            Assert.Equal([1f], action);
        }
    }

    [Theory]
    [InlineData(UnfamiliarResponse.Slow)]
    [InlineData(UnfamiliarResponse.Fallback)]
    public void Holding_ends_when_patience_does_and_begins_anew_when_all_was_familiar_in_between(UnfamiliarResponse afterwards)
    {
        IGuardrail guardrail = new UnfamiliarityGuardrail(Familiar(new RandomStream(13, "patience"), 0.05m), 1, UnfamiliarResponse.Hold, patience: 2, afterwards);
        float[] far = [9, 9, 9], near = [0, 0, 0];
        for (var round = 0; round < 2; round++)
        {
            for (var held = 0; held < 2; held++)
                Assert.Equal([1f], Decide(guardrail, far).Replacement.ToArray());
            for (var later = 0; later < 3; later++)
            {
                var verdict = Decide(guardrail, far);
                Assert.Contains("held for 2 steps", verdict.Reason, StringComparison.Ordinal);
                Assert.Equal(afterwards == UnfamiliarResponse.Slow ? VerdictKind.Narrow : VerdictKind.Veto, verdict.Kind);
                if (verdict.Kind == VerdictKind.Narrow)
                    Assert.Equal([2f], verdict.Replacement.ToArray());
            }

            Assert.Equal(VerdictKind.Allow, Decide(guardrail, near).Kind);
        }

        Decide(guardrail, far);
        Decide(guardrail, far);
        guardrail.Reset([1]);
        Assert.Equal([1f], Decide(guardrail, far).Replacement.ToArray());
    }

    [Fact]
    public void Without_patience_it_holds_for_ever_and_patience_is_for_holding_alone()
    {
        IGuardrail guardrail = Create(new RandomStream(14, "ever"), 0.05m, UnfamiliarResponse.Hold);
        for (var step = 0; step < 1_000; step++)
            Assert.Equal([1f], Decide(guardrail, [9, 9, 9]).Replacement.ToArray());
        var familiar = Familiar(new RandomStream(14, "ever"), 0.05m);
        Assert.Contains("patience is for 'Hold'", Assert.Throws<ArgumentException>(() => new UnfamiliarityGuardrail(familiar, 1, UnfamiliarResponse.Slow, patience: 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new UnfamiliarityGuardrail(familiar, 1, UnfamiliarResponse.Hold, patience: 3, UnfamiliarResponse.Hold));
    }

    [Fact]
    public void Patience_is_declared_and_built_again()
    {
        var declaration = Declared(new UnfamiliarityGuardrail(Familiar(new RandomStream(15, "declared"), 0.05m), 1, UnfamiliarResponse.Hold, 7, UnfamiliarResponse.Fallback));
        Assert.Equal(7, declaration.GetProperty("patience").GetInt32());
        var again = new AuditParts(() => Familiar(new RandomStream(15, "declared"), 0.05m)).Guardrail(declaration);
        Assert.Equal(declaration.GetRawText(), Declared((IDeclared)again).GetRawText());
    }

    [Fact]
    public void It_is_declared_by_the_hash_of_what_it_knows_and_built_again_from_the_same_data_alone()
    {
        var familiar = Familiar(new RandomStream(11, "declared"), 0.05m, error: 0.3f);
        var declaration = Declared(new UnfamiliarityGuardrail(familiar, 1, UnfamiliarResponse.Slow));
        var again = new AuditParts(() => Familiar(new RandomStream(11, "declared"), 0.05m, error: 0.3f)).Guardrail(declaration);
        Assert.Equal(declaration.GetRawText(), Declared((IDeclared)again).GetRawText());

        var other = new AuditParts(() => Familiar(new RandomStream(12, "declared"), 0.05m, error: 0.3f));
        Assert.Contains("sha256", Assert.Throws<OrreryDataException>(() => other.Guardrail(declaration)).Message, StringComparison.Ordinal);
        Assert.Contains("needs the data", Assert.Throws<OrreryDataException>(() => new AuditParts().Guardrail(declaration)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_or_unusable_latents_are_refused()
    {
        Assert.Contains("at least 19", Assert.Throws<ArgumentException>(() => new FamiliarSituations(new float[30], new float[30], 3, 0.05m)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FamiliarSituations([float.NaN, 0, 0, 0, 0, 0], new float[90], 3, 0.05m));
        Assert.Throws<ArgumentException>(() => new FamiliarSituations(new float[31], new float[90], 3, 0.05m));
        Assert.Throws<ArgumentException>(() => new FamiliarSituations(new float[30], new float[90], 3, 0.05m, new float[87]));
        Assert.Throws<ArgumentException>(() => new FamiliarSituations(new float[30], new float[90], 3, 0.05m).Distance([1, 2]));
    }

    private static Verdict Decide(IGuardrail guardrail, float[] latent)
    {
        var verdict = guardrail.Inspect(Proposal(latent));
        guardrail.Executed(verdict.Kind == VerdictKind.Narrow ? verdict.Replacement.Span : [3f], []);
        return verdict;
    }

    private static ActionProposal Proposal(float[] latent) => new([3f], [1f], latent: latent);

    private static UnfamiliarityGuardrail Create(RandomStream random, decimal share, UnfamiliarResponse response) => new(Familiar(random, share), 1, response);

    private static FamiliarSituations Familiar(RandomStream random, decimal share, float error = 0)
    {
        float[] known = [.. Enumerable.Range(0, 500).SelectMany(_ => Latent(random))], heldOut = [.. Enumerable.Range(0, 400).SelectMany(_ => Latent(random))];
        float[] expected = error == 0 ? [] : [.. heldOut.Select((value, index) => value + (error * Scale[index % 3] * (float)random.NextNormal()))];
        return new FamiliarSituations(known, heldOut, 3, share, expected);
    }

    private static readonly float[] Scale = [1, 3, 0.1f];

    private static float[] Latent(RandomStream random) => [.. Scale.Select(scale => scale * (float)random.NextNormal())];

    private static JsonElement Declared(IDeclared part)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            part.Declare(json);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
