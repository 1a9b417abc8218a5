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
    public void It_stops_when_it_is_told_to()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => GuardrailAttack.Run(10, 0, cancellation: source.Token));
    }
}
