namespace Orrery.Models.Recipes;

/// <summary>How to search.</summary>
/// <param name="Method"><c>cem</c>, <c>icem</c>, <c>mppi</c> or <c>gradient</c>.</param>
/// <param name="Horizon">Planner steps ahead.</param>
/// <param name="Candidates">Action sequences compared in each iteration; with <c>gradient</c>, the starts.</param>
/// <param name="Iterations">Rounds of improvement, or steps along the slope.</param>
/// <param name="Elites">The best that shape the next round (CEM, iCEM).</param>
/// <param name="Exploration">Share of the first round's candidates that are fresh piecewise-constant proposals (CEM, MPPI, gradient).</param>
/// <param name="Sigma">Standard deviation of the first round's noise, in units of <paramref name="Space"/>.</param>
/// <param name="Temperature">Softness of the weights, relative to the spread of the costs (MPPI).</param>
/// <param name="MeanCostWeight">Weight of the mean distance over the horizon beside the smallest one; <c>nearest</c> alone.</param>
/// <param name="Branching">Share of each later round's candidates that go on from the frontier of what the search has reached; for worlds with detours (CEM, MPPI).</param>
/// <param name="Refinement"><c>elites</c>: later rounds are drawn around single elites, for detours; <c>gaussian</c>: around their mean, for set-points (CEM).</param>
/// <param name="Decisions">At most so many decisions along the horizon, the first ones finer; 0 for one per planner step.</param>
/// <param name="GoalForm">
/// What the distances to a goal along the horizon are summed into: <c>nearest</c>, the smallest and a share of the mean; <c>terminal</c>, the last;
/// <c>sum</c>. For goals that are seen; a plant's goals have costs of their own.
/// </param>
/// <param name="Distance"><c>euclidean</c> between two latents, or <c>squared</c>.</param>
/// <param name="Replan">Planner steps of a plan that are executed before the next one is made.</param>
/// <param name="Space">
/// What noise is measured in: <c>limits</c>, half of each action's range, around the action executed last where there is no plan yet; or
/// <c>training</c>, the standard deviation of the training's actions, around their mean.
/// </param>
/// <param name="Clipping">Whether every candidate is moved into the limits; otherwise only what is executed is.</param>
/// <param name="HoldActions">Whether one action is held over the environment steps of a planner step; otherwise each has its own.</param>
/// <param name="Correlation">Correlation of the noise from one decision to the next; 0 is white (CEM, MPPI, gradient).</param>
/// <param name="KeepElites">Whether elites stay in the race in the next round (CEM).</param>
/// <param name="SmallestDeviation">The fitted deviation never falls below this, in units of <paramref name="Space"/> (CEM, <c>gaussian</c>).</param>
/// <param name="Unbiased">Whether the fitted variance is the sum over the elites divided by their number less one (CEM, <c>gaussian</c>).</param>
/// <param name="Execute">The <c>best</c> candidate seen, or the <c>mean</c> of the last elites (CEM).</param>
/// <param name="NoiseExponent">How fast the noise's power falls with frequency: 0 is white, 2 as a random walk (iCEM).</param>
/// <param name="Reuse">Share of the elites that stay in the race, in the next round and, shifted, in the next plan (iCEM).</param>
/// <param name="CandidateDecay">What the number of candidates is divided by from one round to the next (iCEM).</param>
/// <param name="Momentum">Share of the old mean and deviation that stays (iCEM).</param>
/// <param name="StepSize">How far an action moves in a step, about, in units of <paramref name="Space"/> (gradient).</param>
/// <param name="DisagreementWeight">
/// Weight of how far the members of an ensemble part beside the plan's goals, so that it stays where they agree; of a plant's goals alone. 0
/// for none, and without effect where there is one member.
/// </param>
public sealed record PlannerRecipe(
    string Method = "cem",
    int Horizon = 12,
    int Candidates = 200,
    int Iterations = 3,
    int Elites = 20,
    double Exploration = 0.6,
    double Sigma = 0.5,
    double Temperature = 0.2,
    double MeanCostWeight = 0.1,
    double Branching = 0,
    string Refinement = "elites",
    int Decisions = 0,
    string GoalForm = "nearest",
    string Distance = "euclidean",
    int Replan = 1,
    string Space = "limits",
    bool Clipping = true,
    bool HoldActions = true,
    double Correlation = 0.7,
    bool KeepElites = true,
    double SmallestDeviation = 0.02,
    bool Unbiased = false,
    string Execute = "best",
    double NoiseExponent = 2,
    double Reuse = 0.3,
    double CandidateDecay = 1.25,
    double Momentum = 0.1,
    double StepSize = 0.1,
    double DisagreementWeight = 0)
{
    /// <summary>The method that follows the slope of the costs through the model.</summary>
    public const string Gradient = "gradient";

    internal void Check()
    {
        Recipe.Require(Method is "cem" or "icem" or "mppi" or Gradient, "planner.method", $"'{Method}'", "'cem', 'icem', 'mppi' or 'gradient'");
        Recipe.Require(Horizon >= 1, "planner.horizon", Horizon, "1 or more");
        Recipe.Require(Candidates >= 2, "planner.candidates", Candidates, "2 or more");
        Recipe.Require(Iterations >= 1, "planner.iterations", Iterations, "1 or more");
        Recipe.Require(Elites >= 1 && (Elites <= Candidates || Method == Gradient), "planner.elites", Elites, $"between 1 and planner.candidates, {Candidates}");
        Recipe.Require(Exploration is >= 0 and <= 1, "planner.exploration", Exploration, "between 0 and 1");
        Recipe.Require(Sigma > 0, "planner.sigma", Sigma, "above 0");
        Recipe.Require(Temperature > 0, "planner.temperature", Temperature, "above 0");
        Recipe.Require(Branching is >= 0 and <= 1, "planner.branching", Branching, "between 0 and 1");
        Recipe.Require(Refinement is "elites" or "gaussian", "planner.refinement", $"'{Refinement}'", "'elites' or 'gaussian'");
        Recipe.Require(Decisions >= 0, "planner.decisions", Decisions, "0 or more");
        Recipe.Require(MeanCostWeight >= 0, "planner.meanCostWeight", MeanCostWeight, "0 or more");
        Recipe.Require(DisagreementWeight >= 0 && double.IsFinite(DisagreementWeight), "planner.disagreementWeight", DisagreementWeight, "0 or more");
        CheckGoal();
        CheckNoise();
        CheckMethods();
    }

    private void CheckGoal()
    {
        Recipe.Require(GoalForm is "nearest" or "terminal" or "sum", "planner.goalForm", $"'{GoalForm}'", "'nearest', 'terminal' or 'sum'");
        Recipe.Require(Distance is "euclidean" or "squared", "planner.distance", $"'{Distance}'", "'euclidean' or 'squared'");
        Recipe.Require(Replan >= 1 && Replan <= Horizon, "planner.replan", Replan, $"between 1 and planner.horizon, {Horizon}");
        Recipe.Require(Execute is "best" or "mean", "planner.execute", $"'{Execute}'", "'best' or 'mean'");
    }

    private void CheckNoise()
    {
        Recipe.Require(Space is "limits" or "training", "planner.space", $"'{Space}'", "'limits' or 'training'");
        Recipe.Require(HoldActions || Decisions == 0, "planner.decisions", Decisions, "0 where planner.holdActions is false");
        Recipe.Require(Correlation is >= 0 and < 1, "planner.correlation", Correlation, "0 or more and below 1");
        Recipe.Require(SmallestDeviation is >= 0 and < 1e6, "planner.smallestDeviation", SmallestDeviation, "0 or more");
        Recipe.Require(!Unbiased || Elites >= 2, "planner.elites", Elites, "2 or more where planner.unbiased is true");
    }

    private void CheckMethods()
    {
        Recipe.Require(Branching == 0 || Method is not ("icem" or Gradient), "planner.branching", Branching, $"0 where planner.method is '{Method}'");
        Recipe.Require(StepSize is > 0 and < 1e6, "planner.stepSize", StepSize, "above 0");
        Recipe.Require(NoiseExponent is >= 0 and <= 10, "planner.noiseExponent", NoiseExponent, "between 0 and 10");
        Recipe.Require(Reuse is >= 0 and <= 1, "planner.reuse", Reuse, "between 0 and 1");
        Recipe.Require(CandidateDecay is >= 1 and < 1e6, "planner.candidateDecay", CandidateDecay, "1 or more");
        Recipe.Require(Momentum is >= 0 and < 1, "planner.momentum", Momentum, "0 or more and below 1");
    }
}
