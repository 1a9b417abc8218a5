using Orrery.Models.Monitoring;

namespace Orrery.Models.Training;

/// <summary>Where training stands.</summary>
/// <param name="Phase"><c>train</c> for pictures; <c>fit</c>, then <c>refit</c> for logs.</param>
/// <param name="Update">Updates made in this phase.</param>
/// <param name="Total">Updates that this phase will make.</param>
/// <param name="UpdatesPerSecond">Rate since training began or resumed; 0 when unknown.</param>
/// <param name="TimeLeft">Until training ends, by the rate so far.</param>
/// <param name="Loss">Loss of the last update.</param>
/// <param name="Terms">The loss's terms, for people, such as <c>prediction 0.031  sigreg 1.2</c>.</param>
/// <param name="Validation">The result when one was just made.</param>
/// <param name="Warning">A sentence that the person should see now, such as that the latents have collapsed.</param>
public sealed record TrainingProgress(
    string Phase,
    long Update,
    long Total,
    double UpdatesPerSecond,
    TimeSpan TimeLeft,
    double Loss,
    string Terms,
    ValidationResult? Validation = null,
    string? Warning = null);

/// <summary>What training came to.</summary>
/// <param name="Checkpoint">Folder of the final checkpoint.</param>
/// <param name="Updates">Updates in all phases.</param>
/// <param name="Seconds">Time that this call took.</param>
/// <param name="Resumed">Whether it went on from a checkpoint.</param>
/// <param name="ValidationError">Smallest error on held-out rows; of the fit, where a refit followed. Null when there was nothing to validate on.</param>
/// <param name="Health">State of the latents at the end; null for logs.</param>
/// <param name="Blend">How far linear models are trusted instead of the deep one, per observation; empty where there is none.</param>
/// <param name="Filter">How a log's model judges its state; null where the recipe asks for no filter.</param>
/// <param name="BestAtEnd">Whether held-out rows had their smallest error, or nearly, after the fit's last update, so that a longer one may err less.</param>
public sealed record TrainingSummary(
    string Checkpoint, long Updates, double Seconds, bool Resumed, double? ValidationError, LatentHealth? Health, IReadOnlyList<BlendedColumn> Blend,
    StateFilter? Filter = null, bool BestAtEnd = false);
