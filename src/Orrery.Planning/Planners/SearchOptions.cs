namespace Orrery.Planning.Planners;

/// <summary>What every sampling planner can be told.</summary>
/// <param name="Horizon">H: planner steps that a plan covers, at least 1.</param>
/// <param name="Candidates">S: candidates rolled out per iteration, at least 2.</param>
/// <param name="Iterations">Rounds of sampling and ranking, at least 1.</param>
/// <param name="FreshShare">
/// Share of the first round's candidates that owe nothing to the previous plan: actions held over one to three segments of the
/// horizon, drawn from all that is allowed. They find detours that noise around a plan does not. 0 .. 1; 0 also without a
/// previous plan.
/// </param>
/// <param name="Deviation">Standard deviation of the noise around a plan, in units of <paramref name="Space"/>, positive.</param>
/// <param name="DeviationDecay">What the deviation is multiplied by from one iteration to the next, in (0, 1].</param>
/// <param name="Correlation">Correlation of the noise from one planner step to the next, in [0, 1): 0 is white noise.</param>
/// <param name="HoldWithinBlock">Whether one action is held over the K environment steps of a planner step; otherwise each step has its own.</param>
/// <param name="BranchShare">
/// Share of each later round's candidates that begin as one of <paramref name="Branches"/> earlier ones that lead to latents far
/// from all others, and then do something fresh. Round by round they grow into every corner that can be reached, so that a
/// detour is found piece by piece, whatever the cost says of the pieces. 0 .. 1; 0 where the cost leads to the goal by itself.
/// </param>
/// <param name="Branches">How many such beginnings are kept, at least 1.</param>
/// <param name="Decisions">
/// At most so many decisions along the horizon, the first ones finer (see <see cref="MoveBlocks"/>), so that the search over a long
/// horizon stays small; 0 for one per planner step. Only where <paramref name="HoldWithinBlock"/>.
/// </param>
/// <param name="Space">What deviations are measured in, and where a search begins that has no plan before it.</param>
/// <param name="Clip">
/// Whether every candidate is moved into the limits before it is rolled out. Otherwise the search may leave them, and what it found is moved
/// into them, rolled out and priced once more at the end: the plan is within the limits in either case.
/// </param>
/// <param name="Replan">Planner steps of a plan that are executed before the next one is made, 1 .. H.</param>
public sealed record SearchOptions(
    int Horizon = 12,
    int Candidates = 200,
    int Iterations = 3,
    double FreshShare = 0.6,
    double Deviation = 0.5,
    double DeviationDecay = 0.6,
    double Correlation = 0.7,
    bool HoldWithinBlock = true,
    double BranchShare = 0,
    int Branches = 32,
    int Decisions = 0,
    SearchSpace Space = SearchSpace.Limits,
    bool Clip = true,
    int Replan = 1)
{
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Candidates, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        Require(FreshShare is >= 0 and <= 1, nameof(FreshShare), FreshShare, "from 0 to 1");
        Require(Deviation > 0 && double.IsFinite(Deviation), nameof(Deviation), Deviation, "positive and finite");
        Require(DeviationDecay is > 0 and <= 1, nameof(DeviationDecay), DeviationDecay, "above 0 and at most 1");
        Require(BranchShare is >= 0 and <= 1, nameof(BranchShare), BranchShare, "from 0 to 1");
        ArgumentOutOfRangeException.ThrowIfLessThan(Branches, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Decisions);
        if (Replan < 1 || Replan > Horizon)
            throw new ArgumentOutOfRangeException(nameof(Replan), $"Planner: Replan is {Replan}; it must be between 1 and the horizon, {Horizon}.");
        Require(Correlation is >= 0 and < 1, nameof(Correlation), Correlation, "from 0 to below 1");
    }

    internal static void Require(bool holds, string name, double value, string needed)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, $"Planner: {name} is {value}; it must be {needed}.");
    }
}

/// <summary>What deviations are measured in, and where a search begins that has no plan before it.</summary>
public enum SearchSpace
{
    /// <summary>Half of each action's range, with a norm limit no more than it. A search begins at the action executed last, and a plan that ends is held.</summary>
    Limits,

    /// <summary>
    /// The standard deviation of the actions that the model was trained on. A search begins at their mean, and goes on with it where a plan ends. Where the
    /// model does not know them (a simulator), they are taken to be drawn evenly from the limits.
    /// </summary>
    Training,
}

/// <summary>What of a search becomes the plan.</summary>
public enum Execution
{
    /// <summary>The best candidate seen.</summary>
    Best,

    /// <summary>The mean of the last elites, unless it fails or violates constraints more than the best candidate does; the next search begins around it.</summary>
    Mean,
}

/// <summary>How the cross-entropy planner makes the next round's candidates.</summary>
public enum Refinement
{
    /// <summary>Each around an elite drawn at random: several ways of reaching the goal stay alive side by side.</summary>
    AroundElites,

    /// <summary>All from one Gaussian fitted to the elites: sharper where there is one best way. Source: Rubinstein and Kroese 2004.</summary>
    Gaussian,
}

/// <summary>What the cross-entropy planner can be told beside the search itself.</summary>
/// <param name="Elites">E: best candidates that make the next round, at least 1.</param>
/// <param name="Refinement">How the next round is made of them.</param>
/// <param name="SmallestDeviation">Below this, in units of the search's space, the fitted deviation never falls; Gaussian refinement only.</param>
/// <param name="KeepElites">Whether the elites stay in the race in the next round.</param>
/// <param name="Unbiased">Whether the fitted variance is the sum over the elites divided by E - 1 in place of E; Gaussian refinement only.</param>
/// <param name="Execution">What becomes the plan.</param>
public sealed record CrossEntropyOptions(
    int Elites = 20,
    Refinement Refinement = Refinement.AroundElites,
    double SmallestDeviation = 0.02,
    bool KeepElites = true,
    bool Unbiased = false,
    Execution Execution = Execution.Best)
{
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Elites, 1);
        SearchOptions.Require(SmallestDeviation >= 0 && double.IsFinite(SmallestDeviation), nameof(SmallestDeviation), SmallestDeviation, "finite and not negative");
        SearchOptions.Require(!Unbiased || Elites >= 2, nameof(Elites), Elites, "2 or more where the variance is to be unbiased");
    }
}

/// <summary>What iCEM can be told beside the search itself; the defaults are the published ones.</summary>
/// <param name="Elites">K: best candidates that make the next round, at least 1.</param>
/// <param name="NoiseExponent">How fast the noise's power falls with frequency, 0 or more: 0 is white, 2 as a random walk.</param>
/// <param name="Reuse">Share of the elites that stay in the race, from round to round and from plan to plan, 0 .. 1; at least one unless 0.</param>
/// <param name="CandidateDecay">What the number of candidates is divided by from one round to the next, at least 1; never fewer than 2 K are drawn.</param>
/// <param name="Momentum">Share of the old mean and deviation that stays, 0 or more and below 1.</param>
public sealed record IcemOptions(int Elites = 10, double NoiseExponent = 2, double Reuse = 0.3, double CandidateDecay = 1.25, double Momentum = 0.1)
{
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Elites, 1);
        SearchOptions.Require(NoiseExponent >= 0 && double.IsFinite(NoiseExponent), nameof(NoiseExponent), NoiseExponent, "finite and not negative");
        SearchOptions.Require(Reuse is >= 0 and <= 1, nameof(Reuse), Reuse, "from 0 to 1");
        SearchOptions.Require(CandidateDecay >= 1 && double.IsFinite(CandidateDecay), nameof(CandidateDecay), CandidateDecay, "finite and at least 1");
        SearchOptions.Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "from 0 to below 1");
    }
}

/// <summary>What the path-integral planner can be told beside the search itself.</summary>
/// <param name="Temperature">
/// How much worse a candidate may be and still count, in standard deviations of the candidates' costs; positive. Small follows
/// the best alone, large averages over all.
/// </param>
public sealed record MppiOptions(double Temperature = 0.2)
{
    internal void Check() =>
        SearchOptions.Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "positive and finite");
}

/// <summary>What the gradient planner can be told beside the search itself.</summary>
/// <param name="StepSize">How far Adam moves an action in a step at most, about, in units of the search's space; positive.</param>
public sealed record GradientOptions(double StepSize = 0.1)
{
    internal void Check() => SearchOptions.Require(StepSize > 0 && double.IsFinite(StepSize), nameof(StepSize), StepSize, "positive and finite");
}
