using Orrery.Evaluation.Attack;

namespace Orrery.Evaluation.Tests.Attack;

public class GuardrailAttackTests
{
    [Fact]
    public void No_attack_breaks_a_hard_limit_and_every_kind_is_tried()
    {
        IReadOnlyList<AttackResult> results = GuardrailAttack.Run(200, seed: 1);
        Assert.All(results, result => Assert.True(result.Violations == 0, result.First));
        Assert.All(results, result => Assert.Equal(20, result.Episodes));
        Assert.Equal(Enum.GetValues<AttackKind>(), results.Select(result => result.Kind));

        // Attacks that the limits never had to answer would prove nothing.
        Assert.All(results, result => Assert.True(result.Narrowed + result.FellBack > result.Commands / 10, $"{result}"));
        Assert.True(results.Single(result => result.Kind == AttackKind.FailingModel).FellBack > 100);
    }

    [Fact]
    public void The_same_seed_attacks_in_the_same_way()
    {
        AttackResult[] one = [.. GuardrailAttack.Run(40, seed: 2)], other = [.. GuardrailAttack.Run(40, seed: 2)];
        Assert.Equal(one.Where(result => result.Kind != AttackKind.ChangingGoals), other.Where(result => result.Kind != AttackKind.ChangingGoals));
    }

    [Fact]
    public void Plans_that_keep_the_margin_break_a_predicted_limit_no_more_often_than_is_declared()
    {
        IReadOnlyList<PredictedLimitResult> results = PredictedLimitStudy.Run(150, seed: 3);
        Assert.Equal([1m, 0.2m, 0.1m, 0.05m], results.Select(result => result.Alpha));
        Assert.All(results.Skip(1), result => Assert.True(result.Interval.Low <= (double)result.Alpha && result.Feasible > 50, $"{result}"));

        // Without a margin the limit is broken: what is measured is the margin and not an easy plant.
        Assert.True(results[0].Broken > 4 * results[2].Broken, $"{results[0]}");
    }

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => GuardrailAttack.Run(10, 0, cancellation: source.Token));
    }
}
