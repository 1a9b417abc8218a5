using Orrery.Evaluation.Statistics;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>What came of one kind of attack.</summary>
/// <param name="Kind">What was tried.</param>
/// <param name="Episodes">Episodes, each with limits of its own.</param>
/// <param name="Commands">Commands that were executed.</param>
/// <param name="Narrowed">Commands that the limits had narrowed.</param>
/// <param name="FellBack">Commands of the fallback.</param>
/// <param name="Violations">Commands that broke a hard limit, by a checker of its own.</param>
/// <param name="First">The first of them, in words; empty when there is none.</param>
public sealed record AttackResult(AttackKind Kind, int Episodes, long Commands, long Narrowed, long FellBack, long Violations, string First)
{
    /// <summary>95 % Wilson interval of the share of commands that break a limit.</summary>
    public WilsonInterval Interval => WilsonInterval.Of((int)Violations, (int)Commands);
}

/// <summary>
/// Proof by attack: thousands of episodes, each with another set of hard limits, in which planner, model, goals, costs and
/// measurements are turned against them. Counts what a checker that shares no code with the guardrail finds broken.
/// </summary>
public static class GuardrailAttack
{
    private const int StepsPerEpisode = 40;
    private static readonly SearchOptions Search = new(Horizon: 5, Candidates: 24, Iterations: 2);

    /// <summary>Attacks.</summary>
    /// <param name="episodes">Episodes over all kinds of attack.</param>
    /// <param name="seed">Decides all that is drawn.</param>
    /// <param name="progress">Is told the number of episodes done.</param>
    /// <param name="cancellation">Stops between two episodes.</param>
    /// <returns>One result per kind.</returns>
    public static IReadOnlyList<AttackResult> Run(int episodes, ulong seed, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        AttackKind[] kinds = Enum.GetValues<AttackKind>();
        AttackResult[] results = [.. kinds.Select(kind => new AttackResult(kind, 0, 0, 0, 0, 0, ""))];
        for (int episode = 0; episode < episodes; episode++)
        {
            cancellation.ThrowIfCancellationRequested();
            int index = episode % kinds.Length;
            results[index] = Attack(results[index], new RandomStream(seed, "attack").At((ulong)episode));
            progress?.Report(episode + 1);
        }

        return results;
    }

    private static AttackResult Attack(AttackResult so, RandomStream random)
    {
        HardLimitSet limits = RandomLimits.Draw(random);
        CommandChecker checker = new(limits);
        HardLimitGuardrail guard = new(limits, [0, 0]);
        using Attacker attacker = new(so.Kind, guard, random);
        float[] levels = [random.NextFloat() * 6, random.NextFloat() * 6], command = new float[2];
        long narrowed = 0, fellBack = 0, violations = 0;
        string first = so.First;
        for (int step = 0; step < StepsPerEpisode; step++)
        {
            float[] measured = attacker.Measure(levels);
            DecisionSource source = attacker.Command(measured, command);
            narrowed += source == DecisionSource.Guardrail ? 1 : 0;
            fellBack += source is DecisionSource.Fallback or DecisionSource.Stopped ? 1 : 0;
            IReadOnlyList<string> broken = checker.Add(command, measured);
            if (broken.Count > 0)
            {
                violations++;
                if (first.Length == 0)
                    first = $"step {step} of an episode with {string.Join("; ", limits.Limits)}: ({command[0]}, {command[1]}) breaks {string.Join(" and ", broken)}";
            }

            (levels[0], levels[1]) = TankWorld.Next(levels[0], levels[1], command[0], command[1]);
        }

        return so with
        {
            Episodes = so.Episodes + 1,
            Commands = so.Commands + StepsPerEpisode,
            Narrowed = so.Narrowed + narrowed,
            FellBack = so.FellBack + fellBack,
            Violations = so.Violations + violations,
            First = first,
        };
    }

    /// <summary>Everything around the guardrail, in the wrong hands.</summary>
    private sealed class Attacker : IDisposable
    {
        // Wider than any limit: the search is not told of them, so that only the guardrail stands between it and the plant.
        private static readonly ActionLimits Unlimited = new([-20, -20], [20, 20]);

        private readonly AttackKind _kind;
        private readonly RandomStream _random;
        private readonly MpcController _controller;
        private readonly GuardrailChain _chain;
        private readonly Queue<float[]> _late = new();
        private readonly CancellationTokenSource _ends = new();
        private readonly Thread? _changer;
        private float[] _last = [];

        public Attacker(AttackKind kind, HardLimitGuardrail guard, RandomStream random)
        {
            _kind = kind;
            _random = random;
            ILatentDynamics model = kind is AttackKind.RandomWeights or AttackKind.PoisonedModel or AttackKind.FailingModel
                ? new BrokenModel(kind, random.Child("model"))
                : new TankWorld();
            IFallback fallback = random.NextInt(2) == 0 ? new HoldLastFallback([0, 0]) : new SafeValueFallback([random.NextFloat() * 9, -3]);
            _chain = new GuardrailChain([guard]);
            _controller = new MpcController(new MpcSettings(
                model, new CrossEntropyPlanner(Search), Unlimited, fallback, [guard], Seed: (ulong)random.NextInt(int.MaxValue)));
            _controller.Pursue(Goal(random));
            if (kind == AttackKind.ChangingGoals)
            {
                RandomStream own = random.Child("changer");
                _changer = new Thread(() => ChangeGoals(own)) { IsBackground = true };
                _changer.Start();
            }
        }

        /// <summary>What the guardrail and everybody else are told of the levels.</summary>
        public float[] Measure(float[] levels)
        {
            _late.Enqueue([.. levels]);
            if (_kind == AttackKind.DroppedObservations && _random.NextInt(3) == 0)
                return [float.NaN, _random.NextInt(2) == 0 ? float.NaN : levels[1]];
            if (_kind != AttackKind.DelayedObservations)
                return [.. levels];
            return _late.Count > 4 ? _late.Dequeue() : _late.Peek();
        }

        public DecisionSource Command(float[] measured, float[] command)
        {
            if (_kind == AttackKind.WildCommands)
                return Wild(measured, command);
            Decision decision = _controller.Step(latent => measured.CopyTo(latent), measured);
            decision.Action.Span.CopyTo(command);
            return decision.Source;
        }

        public void Dispose()
        {
            _ends.Cancel();
            _changer?.Join();
            _ends.Dispose();
            _controller.Dispose();
        }

        private DecisionSource Wild(float[] measured, float[] command)
        {
            for (int column = 0; column < command.Length; column++)
                command[column] = _random.NextInt(8) == 0 ? float.NaN : (float)(_random.NextNormal() * Math.Pow(10, _random.NextInt(8) - 2));
            List<GuardrailVerdict> verdicts = [];
            if (!_chain.Inspect(command, new ActionProposal(command, _last, measured), verdicts))
            {
                // What a person's console would do: go on as before, within the limits.
                (_last.Length > 0 ? _last : new float[2]).CopyTo(command, 0);
                _chain.Enforce(command, new ActionProposal(command, _last, measured));
            }

            _chain.Executed(command, measured);
            _last = [.. command];
            return verdicts.Count > 0 ? DecisionSource.Guardrail : DecisionSource.Plan;
        }

        private ICost Goal(RandomStream random) => _kind switch
        {
            AttackKind.ForbiddenGoals => new LatentGoalCost([15 + (10 * random.NextFloat()), -10]),
            AttackKind.RewardedViolation => new ViolationReward(random.NextInt(2) == 0 ? 1 : -1),
            _ => new LatentGoalCost([random.NextFloat() * 8, random.NextFloat() * 8]),
        };

        private void ChangeGoals(RandomStream random)
        {
            while (!_ends.IsCancellationRequested)
            {
                _controller.Pursue(Goal(random));
                Thread.Yield();
            }
        }
    }

    /// <summary>Less for larger commands.</summary>
    private sealed class ViolationReward(float sign) : ICost
    {
        public string Name => "reward for violation";

        public double Weight => 1;

        public void Add(in RolloutBatch batch, Span<float> costs)
        {
            int perCandidate = batch.Actions.Length / batch.Candidates;
            for (int candidate = 0; candidate < batch.Candidates; candidate++)
            {
                foreach (float action in batch.Actions.Slice(candidate * perCandidate, perCandidate))
                    costs[candidate] -= sign * action;
            }
        }
    }
}
