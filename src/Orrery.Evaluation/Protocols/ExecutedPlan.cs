using Orrery.Planning;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;

namespace Orrery.Evaluation.Protocols;

/// <summary>What would be executed of a plant's plan: each command as the hard limits leave it, and where that leads.</summary>
/// <param name="Actions">[H, A] of the commanded columns, in physical units.</param>
/// <param name="Observations">[H, O], predicted for these actions.</param>
/// <param name="Interventions">What was changed, a sentence each.</param>
internal sealed record ExecutedPlan(float[] Actions, float[] Observations, IReadOnlyList<string> Interventions)
{
    public static ExecutedPlan Of(
        Plan plan, ForecastDynamics model, ReadOnlySpan<float> latent, DeclaredGuardrails guardrails, ReadOnlySpan<float> before, ReadOnlySpan<float> measured)
    {
        float[] actions = plan.Actions.ToArray(), latents = plan.Latents.ToArray(), observations = new float[plan.Horizon * model.ObservationSize];
        model.Read(latents, plan.Horizon, observations);
        List<string> interventions = [];
        HardLimitGuardrail guard = guardrails.Guard(before, out _);
        for (int row = 0; row < plan.Horizon; row++)
        {
            Span<float> action = actions.AsSpan(row * model.ActionSize, model.ActionSize);
            Verdict verdict = guard.Inspect(new ActionProposal(action, default, measured));
            if (verdict.Kind == VerdictKind.Narrow)
            {
                verdict.Replacement.Span.CopyTo(action);
                interventions.Add($"row +{row + 1}: {verdict.Reason}");
                // What follows a changed command is not what was planned for.
                model.Rollout(latent, actions, 1, plan.Horizon, latents);
                model.Read(latents, plan.Horizon, observations);
            }

            guard.Executed(action, measured);
            measured = observations.AsSpan(row * model.ObservationSize, model.ObservationSize);
        }

        return new ExecutedPlan(actions, observations, interventions);
    }
}
