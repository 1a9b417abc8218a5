using Orrery.Data;

namespace Orrery.Environments;

/// <summary>How much to collect; what is left out is the environment's own default.</summary>
/// <param name="Steps">Rows in all, for processes that run on and on.</param>
/// <param name="Episodes">Number of episodes, for environments with tasks.</param>
/// <param name="Length">Rows per episode, for environments with tasks.</param>
/// <param name="CrossingShare">Two Rooms and Four Room only: share of the episodes that are led through doors.</param>
/// <param name="Seed">Decides everything.</param>
public sealed record CollectionSettings(int? Steps = null, int? Episodes = null, int? Length = null, double? CrossingShare = null, ulong Seed = 0)
{
    /// <summary>Fails if a setting is given that an environment has no use for.</summary>
    /// <param name="name">Of the environment.</param>
    /// <param name="given">The setting's value; null when left out.</param>
    /// <param name="option">The setting's name, as people type it.</param>
    /// <param name="instead">Why, or what to say instead.</param>
    /// <exception cref="OrreryDataException">It is given.</exception>
    internal static void Refuse(string name, object? given, string option, string instead)
    {
        if (given is not null)
            throw new OrreryDataException($"The option '{option}' does not fit {name}: {instead}.");
    }
}
