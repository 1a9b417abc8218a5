using System.Text.Json.Serialization;
using Orrery.Cli.Commands;

namespace Orrery.Cli;

/// <summary>How the command line's own results look as JSON.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class CliJson : JsonSerializerContext;
