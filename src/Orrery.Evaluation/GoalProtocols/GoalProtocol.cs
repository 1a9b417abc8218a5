using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>
/// A way to measure whether goals are reached that says everything: where, from which starts to which goals, within how many steps, and
/// what counts, to the inequality.
/// </summary>
/// <param name="Name">What it is called at the command line.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Source">Who defined it, and what is different here.</param>
/// <param name="Environment">Name in <see cref="EnvironmentCatalogue"/> of where its pairs are drawn.</param>
/// <param name="Success">When an episode is solved.</param>
/// <param name="Pairs">How starts and goals are drawn.</param>
/// <param name="Budget">Steps that a policy has.</param>
/// <param name="Way">The true way that is left to the goal: what the perfect-model ceiling plans with, and no other policy.</param>
public sealed record GoalProtocol(
    string Name,
    string Title,
    string Source,
    string Environment,
    SuccessRule Success,
    PairSource Pairs,
    int Budget,
    StateDistance Way)
{
    /// <summary>
    /// Seed of the episodes and tasks that the pairs come from. Never collect training data with it: reports say whether a run's data were.
    /// </summary>
    public const ulong HeldOutSeed = 9_000_001;

    /// <summary>Number of pairs.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Unit of <see cref="Way"/>; empty where it has none.</summary>
    public string WayUnit { get; init; } = "";

    /// <summary>Environments with the same states and the same motion that are seen otherwise, such as in smaller pictures.</summary>
    public IReadOnlyList<string> Views { get; init; } = [];

    /// <summary>Pairs on which the perfect-model ceiling is measured unless asked otherwise: fewer where the simulator is slow.</summary>
    public int CeilingPairs { get; init; } = 100;

    /// <summary>Why its figures flatter, where they do; shown wherever they are. Null where they do not.</summary>
    public string? Caveat { get; init; }

    /// <summary>Whether its pairs are fixed by a manifest that comes with Orrery.</summary>
    public bool IsFixed => Pairs is not DatasetPairs;

    /// <summary>Makes the environment, or one of its <see cref="Views"/>.</summary>
    /// <param name="name">Which; the first when left out.</param>
    /// <exception cref="OrreryDataException">It is not there, a native library is missing, or it has no goals.</exception>
    public IGoalEnvironment Create(string? name = null)
    {
        IEnvironment environment = EnvironmentCatalogue.Create(name ?? Environment);
        if (environment is IGoalEnvironment withGoals)
            return withGoals;
        environment.Dispose();
        throw new OrreryDataException($"The protocol {Name} needs goals, and the environment {name ?? Environment} has none.");
    }
}
