using Orrery.Tensors.Serialization;

namespace Orrery.Models.Checkpoints;

/// <summary>Everything that is written to a checkpoint folder.</summary>
/// <param name="Step">Updates that were made; names the folder.</param>
/// <param name="Recipe">The resolved recipe as JSON: what to build.</param>
/// <param name="Statistics">Spaces, normalisers and provenance as JSON: what the numbers mean.</param>
/// <param name="Model">The weights, enough to encode and predict with.</param>
/// <param name="Training">What training goes on from: moments, best weights, counters; empty when only the model matters.</param>
public sealed record CheckpointContent(
    long Step,
    string Recipe,
    string Statistics,
    IReadOnlyList<SafetensorsEntry> Model,
    IReadOnlyList<SafetensorsEntry> Training);

/// <summary>Everything that was read from a checkpoint folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Step">Updates that were made.</param>
/// <param name="Recipe">The resolved recipe as JSON.</param>
/// <param name="Statistics">Spaces, normalisers and provenance as JSON.</param>
/// <param name="Model">The weights.</param>
/// <param name="Training">What training goes on from; null when only the model was kept.</param>
public sealed record LoadedCheckpoint(
    string Folder, long Step, string Recipe, string Statistics, SafetensorsFile Model, SafetensorsFile? Training);
