#:project ../src/Orrery.Evaluation/Orrery.Evaluation.csproj

// A guardrail of your own. A planner looks for the fastest way through the door of Two Rooms; house rules say that near the
// wall nobody goes faster than 1 pixel per step. The planner is not told. The guardrail has the last word on every action,
// whoever proposed it, so the rule holds however the goal is stated, the model errs or the search goes wrong.
//
// The true simulator stands in for a learned model, so that there is nothing to train here. With a model of your own,
// only 'dynamics' and what the controller perceives change.
//
//     dotnet run -c Release samples/custom-guardrail.cs

using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;

Outcome free = Drive(guarded: false), guarded = Drive(guarded: true);
Console.WriteLine($"{"",-20}{"reached",10}{"steps",8}{"too fast near the wall",25}{"interventions",16}");
Console.WriteLine($"{"without guardrail",-20}{free.Reached,10}{free.Steps,8}{free.Violations,25}{free.Interventions,16}");
Console.WriteLine($"{"with guardrail",-20}{guarded.Reached,10}{guarded.Steps,8}{guarded.Violations,25}{guarded.Interventions,16}");
Console.WriteLine($"Its reason: {guarded.Reason}");
return guarded is { Reached: true, Violations: 0 } && free.Violations > 0 ? 0 : 1;

static Outcome Drive(bool guarded)
{
    using TwoRooms world = new();
    float[] start = [12, 50], goal = [52, 48], position = new float[2];
    world.WriteState(start);

    using PerfectModel dynamics = new(new TwoRooms(), actionBlock: 5);
    CrossEntropyPlanner planner = new(new SearchOptions(Horizon: 12, Candidates: 200, Iterations: 4, BranchShare: 0.5));
    ActionLimits limits = ActionLimits.Radial(actionSize: 2, TwoRooms.ActionLimit);
    SlowNearTheWall rule = new(world.Layout, world.ReadState);
    MpcController controller = new(new MpcSettings(
        dynamics, planner, limits, new SafeValueFallback([0, 0]), Guardrails: guarded ? [new ActionLimitGuardrail(limits), rule] : []));
    controller.Pursue(new LatentGoalCost(goal));

    int steps = 0, violations = 0, interventions = 0;
    string reason = "";
    for (; steps < 300 && !world.IsSuccess(position, goal); steps++)
    {
        Decision decision = controller.Step(world.ReadState);
        foreach (GuardrailVerdict verdict in decision.Verdicts)
        {
            interventions++;
            reason = $"{verdict.Guardrail}: {verdict.Verdict.Reason}";
        }

        violations += rule.Forbids(decision.Action.Span) ? 1 : 0;
        world.Step(decision.Action.Span);
        world.ReadState(position);
    }

    return new Outcome(world.IsSuccess(position, goal), steps, violations, interventions, reason);
}

/// <summary>
/// Near the wall, at most 1 pixel per step. It reads its own sensor rather than the model's latent: a guardrail should not
/// believe what it guards against.
/// </summary>
internal sealed class SlowNearTheWall(TwoRoomsLayout layout, Perception sensor) : IGuardrail
{
    private const float Zone = 8, Slow = 1;
    private readonly float[] _position = new float[2], _slowed = new float[2];

    public string Name => "slow near the wall";

    public bool Forbids(ReadOnlySpan<float> action)
    {
        sensor(_position);
        return Math.Abs(_position[0] - layout.WallCenter) < Zone && Speed(action) > Slow * 1.0001f;
    }

    public Verdict Inspect(in ActionProposal proposal)
    {
        if (!Forbids(proposal.Action))
            return Verdict.Allow;
        float share = Slow / Speed(proposal.Action);
        for (int axis = 0; axis < _slowed.Length; axis++)
            _slowed[axis] = share * proposal.Action[axis];
        return Verdict.Narrow(_slowed, $"{Speed(proposal.Action):0.0} px per step is too fast within {Zone} px of the wall; slowed to {Slow}.");
    }

    private static float Speed(ReadOnlySpan<float> action) => MathF.Sqrt((action[0] * action[0]) + (action[1] * action[1]));
}

/// <summary>How a drive went.</summary>
internal sealed record Outcome(bool Reached, int Steps, int Violations, int Interventions, string Reason);
