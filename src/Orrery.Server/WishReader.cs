using System.Globalization;
using Orrery.Data;
using Orrery.Evaluation.Protocols;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Guardrails.Hard;
using Orrery.Server.Contracts;

namespace Orrery.Server;

/// <summary>Reads what is asked for and which limits are added. What is declared is not a request's to say.</summary>
internal static class WishReader
{
    private const int MostTexts = 64;
    private const int LongestText = 400;
    private const int LongestMemory = 10_000;
    private const int LongestHorizon = 1_000;

    /// <summary>A wish as the studies take it.</summary>
    /// <exception cref="RefusedException">It is too long, or names a file.</exception>
    public static SetPointRequest Read(Wish ask, IReadOnlyList<string>? limits, int? horizon, ulong seed)
    {
        Check("ask.goals", ask.Goals);
        Check("ask.minimise", ask.Minimise);
        Check("ask.maximise", ask.Maximise);
        Check("ask.weights", ask.Weights);
        Check("ask.moveWeights", ask.MoveWeights);
        Check("limits", limits);
        // A goal may name a file of this machine where a person types it; whoever sends a request has none here.
        if ((ask.Goals ?? []).FirstOrDefault(goal => goal.Contains('@', StringComparison.Ordinal)) is { } file)
            throw new RefusedException(400, $"ask.goals: '{file}' names a file, which a request cannot. Ask for set-points (level=5) or zones (4<=level<=6), and ask anew when they change.");
        if (horizon is < 1 or > LongestHorizon)
            throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"horizon: {horizon} came; 1 to {LongestHorizon:#,0} rows were needed."));
        return new SetPointRequest(ask.Goals ?? [], limits ?? [], horizon, seed, ask.Minimise, ask.Maximise, ask.Weights, ask.MoveWeights);
    }

    /// <summary>What is declared, and the limits that are added to it.</summary>
    /// <exception cref="OrreryDataException">A limit cannot be read, contradicts another, or would make a declared one yield.</exception>
    /// <exception cref="RefusedException">A limit looks back too far.</exception>
    public static DeclaredGuardrails Declare(PlantGuardrails kept, IReadOnlyList<string>? limits)
    {
        DeclaredGuardrails declared = kept.Declare(limits ?? []);
        foreach (HardLimit limit in declared.Hard.Limits.Where(limit => (limits ?? []).Contains(limit.Text)))
        {
            if (limit is BudgetLimit { Window: > LongestMemory } or DwellLimit { Steps: > LongestMemory })
                throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"limits: '{limit}' looks further back than the {LongestMemory:#,0} steps that a request may ask for."));
        }

        return declared;
    }

    private static void Check(string field, IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return;
        if (texts.Count > MostTexts)
            throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"{field}: {texts.Count:#,0} texts came; at most {MostTexts} are taken."));
        foreach (string text in texts)
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
                throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"{field}: a text of {text?.Length ?? 0:#,0} characters came; 1 to {LongestText} are taken."));
        }
    }
}
