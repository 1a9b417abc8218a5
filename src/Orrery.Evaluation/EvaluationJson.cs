using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation;

/// <summary>How results are written as JSON. Values that are not numbers are written as <c>"NaN"</c> and read back.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(OpenLoopResult))]
[JsonSerializable(typeof(ClosedLoopResult))]
[JsonSerializable(typeof(ProbeResult))]
[JsonSerializable(typeof(SuccessSummary))]
public sealed partial class EvaluationJson : JsonSerializerContext;
