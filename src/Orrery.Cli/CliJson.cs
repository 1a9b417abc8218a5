using System.Text.Json.Serialization;
using Orrery.Cli.Commands;
using Orrery.Data.Datasets;
using Orrery.Data.Logs.Inspection;
using Orrery.Evaluation.Attack;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Tracking;
using Orrery.Planning.Audit;

namespace Orrery.Cli;

/// <summary>How the command line's own results look as JSON.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AuditReplayResult))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(AttackReport))]
[JsonSerializable(typeof(SafetyCostResult[]))]
[JsonSerializable(typeof(DatasetInspection))]
[JsonSerializable(typeof(DatasetReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(EnvironmentReport[]))]
[JsonSerializable(typeof(GoalPlanDocument))]
[JsonSerializable(typeof(GuardrailReport[]))]
[JsonSerializable(typeof(LatentProbes))]
[JsonSerializable(typeof(LogEvaluationReport))]
[JsonSerializable(typeof(LogInspection))]
[JsonSerializable(typeof(ManifestReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(ProtocolReportDocument[]))]
[JsonSerializable(typeof(ProtocolSummary))]
[JsonSerializable(typeof(RecipeReport[]))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(ServeReport))]
[JsonSerializable(typeof(TrackingResult[]))]
[JsonSerializable(typeof(TrainReport))]
[JsonSerializable(typeof(TwoRoomsRunReport))]
[JsonSerializable(typeof(WhatIfReportDocument))]
internal sealed partial class CliJson : JsonSerializerContext;
