using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.Attack;

namespace Orrery.Evaluation.Tests.Attack;

public class GuardrailAttackTests
{
    private static readonly int Kinds = Enum.GetValues<AttackKind>().Length;

    [Fact]
    public void No_attack_breaks_a_hard_limit_and_every_kind_is_tried()
    {
        IReadOnlyList<AttackResult> results = GuardrailAttack.Run(20 * Kinds, seed: 1, ["tanks"]);
        Assert.All(results, result => Assert.True(result.Violations == 0, result.First));
        Assert.All(results, result => Assert.Equal(20, result.Episodes));
        Assert.Equal(Enum.GetValues<AttackKind>(), results.Select(result => result.Kind));

        // Attacks that the limits never had to answer would prove nothing.
        Assert.All(results, result => Assert.True(result.Narrowed + result.FellBack > result.Commands / 10, $"{result}"));
        Assert.True(results.Single(result => result.Kind == AttackKind.FailingModel).FellBack > 100);
    }

    [Fact]
    public void Every_process_and_Two_Rooms_are_attacked_for_real()
    {
        Assert.Equal(["tanks", .. EnvironmentCatalogue.Processes, "two-rooms"], GuardrailAttack.Environments);
        foreach (string name in GuardrailAttack.Environments.Skip(1))
        {
            IReadOnlyList<AttackResult> results = GuardrailAttack.Run(2 * Kinds, seed: 4, [name]);
            Assert.All(results, result => Assert.True(result.Violations == 0, result.First));
            Assert.All(results, result => Assert.Equal((name, 2), (result.Environment, result.Episodes)));
            Assert.True(results.Sum(result => result.Narrowed + result.FellBack) > results.Sum(result => result.Commands) / 4, name);

            // The planner is in the loop: most decisions come from a plan, narrowed or not, where the model is right.
            Assert.True(results[0].FellBack < results[0].Commands / 4, $"{results[0]}");
        }
    }

    [Fact]
    public void Episodes_are_shared_out_with_none_left_over()
    {
        Assert.Equal(60, GuardrailAttack.Run(60, seed: 5, ["tanks", "room-heating"]).Sum(result => result.Episodes));
        Assert.Contains("room-heating", Assert.Throws<OrreryDataException>(() => GuardrailAttack.Run(1, 0, ["room-heatin"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_attacks_in_the_same_way()
    {
        AttackResult[] one = [.. GuardrailAttack.Run(4 * Kinds, seed: 2, ["tanks"])], other = [.. GuardrailAttack.Run(4 * Kinds, seed: 2, ["tanks"])];
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
