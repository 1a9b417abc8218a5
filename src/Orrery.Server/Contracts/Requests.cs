namespace Orrery.Server.Contracts;

/// <summary>What is asked for. There is no field that takes a limit away, and one that is not listed here is refused.</summary>
/// <param name="Goals">Set-points <c>level=5</c> and zones <c>4&lt;=level&lt;=6</c>.</param>
/// <param name="Minimise">What to spend little of.</param>
/// <param name="Maximise">What to have much of.</param>
/// <param name="Weights">Weights of goals and of what is minimised or maximised.</param>
/// <param name="MoveWeights">What changes of commands cost.</param>
internal sealed record Wish(
    IReadOnlyList<string>? Goals = null,
    IReadOnlyList<string>? Minimise = null,
    IReadOnlyList<string>? Maximise = null,
    IReadOnlyList<string>? Weights = null,
    IReadOnlyList<string>? MoveWeights = null);

/// <param name="Window">Rows of all columns by name, oldest first; the plan begins after the last one.</param>
/// <param name="Ask">What is asked for.</param>
/// <param name="Limits">Limits that are added to the declared ones.</param>
/// <param name="Horizon">Rows to plan ahead; the recipe's when left out.</param>
/// <param name="Seed">Seed of the search.</param>
internal sealed record PlanRequest(
    IReadOnlyList<Dictionary<string, double?>> Window,
    Wish Ask,
    IReadOnlyList<string>? Limits = null,
    int? Horizon = null,
    ulong Seed = 0);

/// <param name="Window">Rows of all columns by name, oldest first; the first step is the row after the last one.</param>
/// <param name="Ask">What is asked for.</param>
/// <param name="Plant">Which of the server's plants.</param>
/// <param name="Limits">Limits that are added to the declared ones for this session.</param>
/// <param name="Seed">Seed of the search.</param>
internal sealed record SessionRequest(
    IReadOnlyList<Dictionary<string, double?>> Window,
    Wish Ask,
    string? Plant = null,
    IReadOnlyList<string>? Limits = null,
    ulong Seed = 0);

/// <param name="Session">The session's id.</param>
/// <param name="Row">What is measured now: observations and disturbances by name; null where a value cannot be read.</param>
/// <param name="Applied">The command that was in force until now, where it is not the one that was answered last.</param>
/// <param name="Ask">What is asked for from now on; as before when left out.</param>
/// <param name="Step">The number of the step, to be refused if it is another; not looked at when left out.</param>
internal sealed record StepRequest(
    string Session,
    Dictionary<string, double?> Row,
    Dictionary<string, double?>? Applied = null,
    Wish? Ask = null,
    long? Step = null);
