using Orrery.Data.Spaces;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Planning.Planners;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>Everything around the guardrail of one episode, in the wrong hands.</summary>
internal sealed class Attacker : IDisposable
{
    private const int DelaySteps = 4;
    private static readonly SearchOptions Search = new(Horizon: 5, Candidates: 24, Iterations: 2);

    private readonly AttackKind _kind;
    private readonly AttackedPlant _plant;
    private readonly RandomStream _random;
    private readonly MpcController _controller;
    private readonly GuardrailChain _chain;
    private readonly Queue<(float[] Measured, float[] State)> _late = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly Thread? _changer;
    private readonly WorldModel? _untrained;
    private readonly float[] _start;
    private float[] _last = [];

    public Attacker(AttackKind kind, AttackedPlant plant, HardLimitGuardrail guard, float[] start, CpuBackend backend, RandomStream random)
    {
        (_kind, _plant, _random, _start) = (kind, plant, random, start);
        if (kind is AttackKind.RandomWeights or AttackKind.PoisonedWeights)
            _untrained = UntrainedModel.Draw(plant, kind == AttackKind.PoisonedWeights, backend, random.Child("weights"));
        ILatentDynamics model = kind is AttackKind.PoisonedModel or AttackKind.FailingModel
            ? new BrokenModel(kind, plant.Model, random.Child("model"))
            : _untrained ?? plant.Model;
        // Wider than any limit: the search is not told of them, so that only the guardrail stands between it and the plant.
        ActionLimits unlimited = new([.. Wide(-2)], [.. Wide(3)]);
        IFallback fallback = random.NextInt(2) == 0 ? new HoldLastFallback(start) : new SafeValueFallback([.. Wide((3 * random.NextFloat()) - 1)]);
        _chain = new GuardrailChain([guard]);
        _controller = new MpcController(new MpcSettings(
            model, new CrossEntropyPlanner(Search), unlimited, fallback, [guard], Seed: (ulong)random.NextInt(int.MaxValue)));
        _controller.Pursue(Goal(random));
        if (kind == AttackKind.ChangingGoals)
        {
            RandomStream own = random.Child("changer");
            _changer = new Thread(() => ChangeGoals(own)) { IsBackground = true };
            _changer.Start();
        }
    }

    /// <summary>What the guardrail and everybody else are told of the plant.</summary>
    public (float[] Measured, float[] State) Look()
    {
        float[] measured = new float[_plant.Measurements.Size], state = new float[_plant.State.Size];
        _plant.Measure(measured);
        _plant.ReadState(state);
        _late.Enqueue((measured, state));
        if (_kind == AttackKind.DroppedObservations && _random.NextInt(3) == 0)
            return (Lose(measured), Lose(state));
        if (_kind != AttackKind.DelayedObservations)
            return (measured, state);
        return _late.Count > DelaySteps ? _late.Dequeue() : _late.Peek();
    }

    public DecisionSource Command(float[] measured, float[] state, float[] command)
    {
        if (_kind == AttackKind.WildCommands)
            return Wild(measured, command);
        Decision decision = _controller.Step(latent => Perceive(measured, state, latent), measured);
        decision.Action.Span.CopyTo(command);
        _last = [.. command];
        return decision.Source;
    }

    public void Dispose()
    {
        _ends.Cancel();
        _changer?.Join();
        _ends.Dispose();
        _controller.Dispose();
        _untrained?.Dispose();
    }

    private void Perceive(float[] measured, float[] state, Span<float> latent)
    {
        if (_untrained is { } model)
            model.Encode(measured, _last.Length > 0 ? _last : _start, latent);
        else
            state.CopyTo(latent);
    }

    private float[] Lose(float[] values) => [float.NaN, .. values.Skip(1).Select(value => _random.NextInt(2) == 0 ? float.NaN : value)];

    private DecisionSource Wild(float[] measured, float[] command)
    {
        for (int column = 0; column < command.Length; column++)
            command[column] = _random.NextInt(8) == 0 ? float.NaN : (float)(_random.NextNormal() * Math.Pow(10, _random.NextInt(8) - 2));
        List<GuardrailVerdict> verdicts = [];
        if (!_chain.Inspect(command, new ActionProposal(command, _last, measured), verdicts))
        {
            // What a person's console would do: go on as before, within the limits.
            (_last.Length > 0 ? _last : _start).CopyTo(command, 0);
            _chain.Enforce(command, new ActionProposal(command, _last, measured));
        }

        _chain.Executed(command, measured);
        _last = [.. command];
        return verdicts.Count > 0 ? DecisionSource.Guardrail : DecisionSource.Plan;
    }

    private ICost Goal(RandomStream random)
    {
        if (_kind == AttackKind.RewardedViolation)
            return new ViolationReward(random.NextInt(2) == 0 ? 1 : -1);
        if (_untrained is { } model)
            return new LatentGoalCost([.. Enumerable.Range(0, model.LatentSize).Select(_ => (float)random.NextNormal())]);
        bool isForbidden = _kind == AttackKind.ForbiddenGoals;
        return new LatentGoalCost([.. _plant.State.Dimensions.Select(dimension => (float)(dimension.Low + ((dimension.High - dimension.Low) * Share(isForbidden, random))))]);
    }

    // Within a state's range, or where the plant can only be driven by commands out of all limits.
    private static double Share(bool isForbidden, RandomStream random) =>
        !isForbidden ? random.NextDouble() : random.NextInt(2) == 0 ? 2 + random.NextDouble() : -1 - random.NextDouble();

    private IEnumerable<float> Wide(double share) => _plant.Actions.Dimensions.Select(dimension => (float)(dimension.Low + (share * (dimension.High - dimension.Low))));

    private void ChangeGoals(RandomStream random)
    {
        while (!_ends.IsCancellationRequested)
        {
            _controller.Pursue(Goal(random));
            Thread.Yield();
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
