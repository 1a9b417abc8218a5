using System.Globalization;
using Orrery.Data;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Guardrails.Hard;

public class HardLimitGuardrailTests
{
    private static readonly string[] Actions = ["valve", "pump", "heat"];
    private static readonly string[] Observations = ["level", "pressure"];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_is_proposed_and_measured_no_limit_is_ever_broken(int seed)
    {
        var random = new RandomStream((ulong)seed, "hard limits");
        for (var trial = 0; trial < 25; trial++)
        {
            var limits = Declare(random);
            if (TryCreate(limits) is not { } guardrail)
                continue;
            var audit = new CommandChecker(guardrail.Limits);
            float[] last = [];
            for (var step = 0; step < 120; step++)
            {
                var observation = new[] { Number(random, 12), Number(random, 12) };
                var proposed = Enumerable.Range(0, 3).Select(_ => Number(random, 14)).ToArray();
                if (random.NextInt(3) == 0 && last.Length > 0)
                    last.CopyTo(proposed, 0);
                var action = Decide(guardrail, proposed, last, observation);
                var broken = audit.Add(action, observation);
                Assert.True(broken.Count == 0, $"[{string.Join("; ", limits)}] step {step}, proposed ({string.Join(", ", proposed)}), commanded ({string.Join(", ", action)}): {string.Join(" and ", broken)} broken.");
                guardrail.Executed(action, observation);
                last = action;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_further_limit_that_yields_to_interlocks_makes_no_declared_one_yield(int seed)
    {
        var random = new RandomStream((ulong)seed, "further limits");
        var limits = Set("0<=valve<=10", "rate(valve)<=5", "0<=pump<=10", "dwell(pump)>=4", "if level>2 then valve<=6", "if level>2 then pump<=10", "-9<=heat<=9")
            .Tightened(["rate(valve)<=1 except interlocks", "dwell(pump)>=7 except interlocks"]);
        var guardrail = new HardLimitGuardrail(limits, [0, 0, 0]);
        var checker = new CommandChecker(limits);
        float[] last = [];
        for (var step = 0; step < 400; step++)
        {
            float[] observation = [Number(random, 4), 0];
            var action = Decide(guardrail, [.. Enumerable.Range(0, 3).Select(_ => Number(random, 14))], last, observation);
            var broken = checker.Add(action, observation);
            Assert.True(broken.Count == 0, $"step {step}, commanded ({string.Join(", ", action)}): {string.Join(" and ", broken)} broken.");
            guardrail.Executed(action, observation);
            last = action;
        }
    }

    [Theory]
    [InlineData("rate(valve)<=2 except interlocks")]
    [InlineData("dwell(valve)>=3 except interlocks")]
    [InlineData("sum(valve, 9)<=20 except interlocks")]
    public void A_further_interlock_cannot_make_a_declared_limit_yield_more_often(string yielding)
    {
        var limits = Set("0<=valve<=10", yielding);
        var problem = Assert.Throws<OrreryDataException>(() => limits.Tightened(["if level>-1000 then valve<=10"]));
        Assert.Contains("'if level>-1000 then valve<=10' cannot be added", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"'{yielding}'", problem.Message, StringComparison.Ordinal);
        Assert.Equal(3, limits.Tightened(["if level>8 then pump=0"]).Limits.Count);
    }

    [Fact]
    public void A_past_goes_on_counting_after_any_reset_and_is_refused_where_no_way_on_is_left()
    {
        var limits = Set("0<=valve<=10", "sum(valve, 4)<=20", "rate(pump)<=1", "dwell(heat)>=3");
        var past = new CommandPast([0, 5, 1], [[8, 5, 1], [8, 5, 2]], [[0, 0], [0, 0]]);
        var guardrail = new HardLimitGuardrail(limits, [0, 0, 0], past);
        for (var round = 0; round < 2; round++)
        {
            guardrail.Reset([0, 0, 0]);
            var verdict = guardrail.Inspect(new ActionProposal([10, 0, 9], [], [0, 0]));
            Assert.Equal(VerdictKind.Narrow, verdict.Kind);
            Assert.True(verdict.Replacement.Span[0] <= 4, $"{verdict.Replacement.Span[0]}");
            Assert.InRange(verdict.Replacement.Span[1], 4, 6);
            Assert.Equal(2, verdict.Replacement.Span[2]);
        }

        Assert.Contains("leaves no way on", Assert.Throws<OrreryDataException>(() => new HardLimitGuardrail(limits.Tightened(["sum(valve, 3)<=5"]), [0, 0, 0], past)).Message, StringComparison.Ordinal);
        Assert.Contains("outside", Assert.Throws<OrreryDataException>(() => new HardLimitGuardrail(limits.Tightened(["pump<=4"]), [0, 0, 0], past)).Message, StringComparison.Ordinal);
        Assert.Equal([8f, 5f, 2f], past.Newest(1).Last.ToArray());
        Assert.Empty(past.Newest(1).InForce);
    }

    [Fact]
    public void What_the_limits_allow_passes_unchanged()
    {
        var guardrail = new HardLimitGuardrail(Set("0<=valve<=10", "rate(valve)<=2 except interlocks", "not (valve>3 and pump>0.5)", "if level>8 then valve=0", "-1<=pump<=1", "rate(pump)<=5"), [0, 0, 0]);
        float[] last = [];
        foreach (float[] proposed in (float[][])[[2, 1, 0], [3, 1, 5], [3, 0.5f, -7], [5, 0.5f, 0]])
        {
            Assert.Equal(VerdictKind.Allow, guardrail.Inspect(new ActionProposal(proposed, last, [4, 0])).Kind);
            guardrail.Executed(proposed, [4, 0]);
            last = proposed;
        }
    }

    [Theory]
    [InlineData("0<=valve<=10", "12 became 10")]
    [InlineData("if level>8 then valve=1", "12 became 1")]
    [InlineData("not (valve>11)", "12 became 11")]
    public void The_sentence_says_what_became_of_the_command_and_why(string limit, string change)
    {
        var verdict = new HardLimitGuardrail(Set(limit), [0, 0, 0]).Inspect(new ActionProposal([12, 0, 0], [], [9, 0]));
        Assert.Equal(VerdictKind.Narrow, verdict.Kind);
        Assert.Equal($"valve {change}, because of '{limit}'.", verdict.Reason);
    }

    [Fact]
    public void A_budget_is_spent_as_fast_as_is_asked_for_and_no_further()
    {
        var guardrail = new HardLimitGuardrail(Set("0<=valve<=10", "sum(valve, 4)<=20"), [0, 0, 0]);
        List<float> commands = [];
        float[] last = [];
        for (var step = 0; step < 12; step++)
        {
            last = Decide(guardrail, [10, 0, 0], last, [0, 0]);
            guardrail.Executed(last, [0, 0]);
            commands.Add(last[0]);
        }

        Assert.Equal([10, 10, 0, 0, 10, 10, 0, 0, 10, 10, 0, 0], commands.Select(value => (float)Math.Round(value, 3)));
    }

    [Fact]
    public void A_budget_with_a_rate_begins_to_close_in_time()
    {
        var guardrail = new HardLimitGuardrail(Set("0<=valve<=10", "rate(valve)<=1", "sum(valve, 20)<=40"), [0, 0, 0]);
        var audit = new CommandChecker(guardrail.Limits);
        float[] last = [];
        for (var step = 0; step < 300; step++)
        {
            last = Decide(guardrail, [10, 0, 0], last, [0, 0]);
            Assert.Empty(audit.Add(last, [0, 0]));
            guardrail.Executed(last, [0, 0]);
        }
    }

    [Fact]
    public void A_change_that_an_interlock_forces_leaves_room_for_the_dwell_time_that_it_begins()
    {
        var random = new RandomStream(9, "forced");
        for (var trial = 0; trial < 200; trial++)
        {
            var guardrail = new HardLimitGuardrail(Set("0<=valve<=3", "dwell(valve)>=3 except interlocks", "sum(valve, 11)<=10", "if level>1 then valve<=1"), [0, 0, 0]);
            var checker = new CommandChecker(guardrail.Limits);
            float[] last = [];
            for (var step = 0; step < 100; step++)
            {
                float[] measured = [random.NextInt(3) == 0 ? 2 : 0, 0];
                last = Decide(guardrail, [random.NextInt(4), 0, 0], last, measured);
                Assert.Empty(checker.Add(last, measured));
                guardrail.Executed(last, measured);
            }
        }
    }

    [Theory]
    [InlineData("0<=valve<=10", "valve>=12", "no value is within both")]
    [InlineData("0<=valve<=10", "if level>8 then valve=12", "the interlock demands a value that the limit forbids")]
    [InlineData("if level>8 then valve=0", "if pressure>3 then valve=5", "both can be active")]
    [InlineData("if level>8 then valve=0", "rate(valve)<=2", "except interlocks")]
    [InlineData("if level>8 then pump=1", "dwell(pump)>=10", "except interlocks")]
    [InlineData("if level>8 then valve=5", "sum(valve, 10)<=20", "except interlocks")]
    [InlineData("if level>8 then valve=5", "not (valve>3 and valve<7)", "twice")]
    [InlineData("if level>8 then valve=5", "not (3<=valve<=7)", "inside the region")]
    [InlineData("not (0<=valve<=10)", "1<=valve<=9", "covers all")]
    public void Limits_that_contradict_each_other_are_refused_by_name(string first, string second, string reason)
    {
        var message = Assert.Throws<OrreryDataException>(() => Set(first, second)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        if (reason != "twice")
        {
            Assert.Contains($"'{first}'", message, StringComparison.Ordinal);
            Assert.Contains($"'{second}'", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_example_of_the_documents_can_be_kept() => Assert.Equal(6, Set(
        "0<=valve<=10", "rate(valve)<=2 except interlocks", "dwell(pump)>=10", "sum(valve, 60)<=300", "not (valve>3 and pump>0.5)", "if level>8 then valve=0").Limits.Count);

    [Theory]
    [InlineData("if level>8 then valve=0", "if level<3 then valve=5")]
    [InlineData("if level>8 then valve=0", "rate(valve)<=2 except interlocks")]
    [InlineData("if level>8 then valve=5", "not (3<=valve<=7 and pump>1)")]
    public void Limits_that_can_be_kept_together_are_not_refused(string first, string second) => Assert.Equal(2, Set(first, second).Limits.Count);

    [Theory]
    [InlineData("valve<=", "not a finite number")]
    [InlineData("vavle<=3", "no column 'vavle'")]
    [InlineData("rate(valve)>=3", "from above")]
    [InlineData("dwell(pump)<=3", "a least one")]
    [InlineData("dwell(pump)>=2.5", "whole number")]
    [InlineData("sum(valve)<=3", "window")]
    [InlineData("sum(valve, 0)<=3", "window")]
    [InlineData("if valve>3 then valve=0", "no column 'valve'")]
    [InlineData("valve", "compares nothing")]
    [InlineData("0<=valve<=3 except interlocks", "only rate, dwell and sum")]
    [InlineData("rate(valve)<=NaN", "not a finite number")]
    [InlineData("sum(valve, 10)<=-5", "cannot be kept")]
    public void What_cannot_be_read_is_refused_with_a_sentence(string limit, string reason) => Assert.Contains(
        reason, Assert.Throws<OrreryDataException>(() => limit.StartsWith("sum(valve, 10)", StringComparison.Ordinal) ? Set(limit, "0<=valve<=10") : Set(limit)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_start_or_a_running_command_outside_the_limits_is_refused()
    {
        Assert.Contains("outside", Assert.Throws<OrreryDataException>(() => new HardLimitGuardrail(Set("1<=valve<=10"), [0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("forbidden region", Assert.Throws<OrreryDataException>(() => new HardLimitGuardrail(Set("not (-1<=valve<=1)"), [0, 0, 0])).Message, StringComparison.Ordinal);
        var guardrail = new HardLimitGuardrail(Set("0<=valve<=10"), [0, 0, 0]);
        Assert.Throws<OrreryDataException>(() => guardrail.Reset([11, 0, 0]));
    }

    [Fact]
    public void Numbers_that_are_none_are_vetoed_and_nothing_is_allocated_for_what_passes()
    {
        var guardrail = new HardLimitGuardrail(Set("0<=valve<=10", "rate(valve)<=2", "sum(valve, 60)<=100", "not (valve>9 and pump>1)", "if level>8 then pump=0"), [0, 0, 0]);
        Assert.Equal(VerdictKind.Veto, guardrail.Inspect(new ActionProposal([float.NaN, 0, 0], [])).Kind);
        float[] action = [1, 0, 0], measured = [1, 1];
        for (var step = 0; step < 100; step++)
            Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100; step++)
            Pass();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Pass()
        {
            Assert.True(guardrail.Inspect(new ActionProposal(action, action, measured)).Kind == VerdictKind.Allow);
            guardrail.Executed(action, measured);
        }
    }

    private static float[] Decide(HardLimitGuardrail guardrail, float[] proposed, float[] last, float[] observation)
    {
        var verdict = guardrail.Inspect(new ActionProposal(proposed, last, observation));
        if (verdict.Kind == VerdictKind.Veto)
        {
            proposed = last.Length > 0 ? last : [0, 0, 0];
            verdict = guardrail.Inspect(new ActionProposal(proposed, last, observation));
        }

        return verdict.Kind == VerdictKind.Narrow ? verdict.Replacement.ToArray() : [.. proposed];
    }

    private static HardLimitSet Set(params string[] limits) => new(limits, Actions, Observations);

    private static HardLimitGuardrail? TryCreate(List<string> limits)
    {
        try
        {
            return new HardLimitGuardrail(Set([.. limits]), [0, 0, 0]);
        }
        catch (OrreryDataException)
        {
            return null;
        }
    }

    private static List<string> Declare(RandomStream random)
    {
        List<string> limits = [];
        foreach (var column in Actions)
        {
            var except = random.NextInt(2) == 0 ? " except interlocks" : "";
            if (random.NextInt(5) > 0)
                limits.Add(Text($"{-random.NextInt(4)}<={column}<={1 + random.NextInt(10)}"));
            if (random.NextInt(2) == 0)
                limits.Add(Text($"rate({column})<={0.1 + (random.NextInt(40) / 10.0)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"dwell({column})>={1 + random.NextInt(8)}{except}"));
            if (random.NextInt(3) == 0)
                limits.Add(random.NextInt(2) == 0
                    ? Text($"sum(abs({column}), {1 + random.NextInt(12)})<={random.NextInt(40)}{(random.NextInt(3) == 0 ? except : "")}")
                    : Text($"sum({column}, {1 + random.NextInt(12)})<={random.NextInt(40)}{(random.NextInt(3) == 0 ? except : "")}"));
            if (random.NextInt(3) == 0)
                limits.Add(Text($"if {Observations[random.NextInt(2)]}>{random.NextInt(10)} then {column}<={random.NextInt(4)}"));
        }

        if (random.NextInt(2) == 0)
            limits.Add(Text($"not (valve>{1 + random.NextInt(4)} and pump>{random.NextInt(4) - 1})"));
        if (random.NextInt(2) == 0)
            limits.Add(Text($"not ({0.5 + random.NextInt(3)}<=heat<={4 + random.NextInt(3)})"));
        return limits;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static float Number(RandomStream random, float scale) => random.NextInt(12) switch
    {
        0 => float.NaN,
        1 => random.NextInt(2) == 0 ? float.MaxValue : float.NegativeInfinity,
        2 => random.NextInt(20) - 8,
        _ => (random.NextFloat() - 0.4f) * scale,
    };
}
