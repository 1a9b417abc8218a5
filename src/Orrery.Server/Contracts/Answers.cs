namespace Orrery.Server.Contracts;

/// <param name="Status"><c>ok</c>, or <c>recording fails</c> while the audit log cannot be written.</param>
/// <param name="Reason">Why it is not ok.</param>
internal sealed record HealthAnswer(string Status, string? Reason);

/// <param name="Error">What came, what was needed, and what to do.</param>
internal sealed record ErrorAnswer(string Error);

/// <param name="Name">The column.</param>
/// <param name="Unit">Its unit; empty when unknown.</param>
/// <param name="Low">Smallest value that was recorded.</param>
/// <param name="High">Largest value that was recorded.</param>
internal sealed record ColumnAnswer(string Name, string Unit, double Low, double High);

/// <param name="Recipe">The recipe's name.</param>
/// <param name="Observations">What is measured and predicted.</param>
/// <param name="Commands">What is commanded.</param>
/// <param name="Disturbances">What is measured and not commanded.</param>
/// <param name="SamplingTime">Time between two rows.</param>
/// <param name="TimeUnit">Its unit.</param>
/// <param name="History">Rows that the model must see.</param>
/// <param name="Horizon">Rows that are planned ahead unless asked otherwise.</param>
/// <param name="Parameters">Trained parameters.</param>
/// <param name="Checkpoint">SHA-256 of the checkpoint's files.</param>
/// <param name="Dataset">SHA-256 of what it was trained on.</param>
/// <param name="Plants">The plants that are controlled.</param>
internal sealed record ModelAnswer(
    string Recipe, IReadOnlyList<ColumnAnswer> Observations, IReadOnlyList<ColumnAnswer> Commands, IReadOnlyList<ColumnAnswer> Disturbances,
    double SamplingTime, string TimeUnit, int History, int Horizon, long Parameters, string Checkpoint, string Dataset, IReadOnlyList<string> Plants);

/// <param name="Kind">What kind of guardrail.</param>
/// <param name="Text">As it is declared.</param>
internal sealed record GuardrailAnswer(string Kind, string Text);

/// <param name="Name">What the term is called.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Value">What it adds to the cost.</param>
internal sealed record TermAnswer(string Name, double Weight, double Value);

/// <param name="Limit">A limit on a prediction.</param>
/// <param name="Violation">How far the plan violates it, margin included, in deviations of the column; 0 where it is kept.</param>
/// <param name="Margin">How far the plan stays away from it, a number per row ahead; empty where no margin is known.</param>
internal sealed record PredictedLimitAnswer(string Limit, double Violation, IReadOnlyList<double> Margin);

/// <param name="Verdict"><c>allow</c>, <c>narrow</c> where guardrails changed commands, <c>veto</c> where the plan must not be executed.</param>
/// <param name="Reason">Why it is not <c>allow</c>.</param>
/// <param name="Cost">Sum of the terms.</param>
/// <param name="Terms">The cost term by term.</param>
/// <param name="Commands">By column, a number per row ahead, as the guardrails leave them.</param>
/// <param name="Predicted">By column, what these commands lead to.</param>
/// <param name="Interval">By column, half the width of the interval that the truth leaves anywhere on the horizon with a chance of at most 0.1.</param>
/// <param name="Limits">Limits on predictions.</param>
/// <param name="Remarks">How the plan was made.</param>
/// <param name="Warnings">What to know before believing it.</param>
internal sealed record PlanAnswer(
    string Verdict, string Reason, double Cost, IReadOnlyList<TermAnswer> Terms, Dictionary<string, IReadOnlyList<double>> Commands,
    Dictionary<string, IReadOnlyList<double>> Predicted, Dictionary<string, IReadOnlyList<double>> Interval, IReadOnlyList<PredictedLimitAnswer> Limits,
    IReadOnlyList<string> Remarks, IReadOnlyList<string> Warnings);

/// <param name="Session">The session's id.</param>
/// <param name="Plant">The plant.</param>
/// <param name="Step">The number of the next step.</param>
/// <param name="InForce">The command that counts as in force.</param>
internal sealed record SessionAnswer(string Session, string Plant, long Step, Dictionary<string, double> InForce);

/// <param name="Guardrail">Who.</param>
/// <param name="Verdict"><c>narrow</c> or <c>veto</c>.</param>
/// <param name="Reason">Why.</param>
internal sealed record VerdictAnswer(string Guardrail, string Verdict, string Reason);

/// <param name="Session">The session's id.</param>
/// <param name="Step">The step's number.</param>
/// <param name="Command">What to execute, by column.</param>
/// <param name="Source"><c>plan</c>, <c>guardrail</c>, <c>fallback</c> or <c>stopped</c>.</param>
/// <param name="Reason">Why the fallback acted; empty where it did not.</param>
/// <param name="Verdicts">What guardrails said other than to allow.</param>
/// <param name="Cost">Of the plan; null where there is none.</param>
/// <param name="Terms">The cost term by term.</param>
/// <param name="Milliseconds">How long the decision took.</param>
internal sealed record StepAnswer(
    string Session, long Step, Dictionary<string, double> Command, string Source, string Reason, IReadOnlyList<VerdictAnswer> Verdicts, double? Cost,
    IReadOnlyList<TermAnswer> Terms, double Milliseconds);
