using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Server.Contracts;

/// <summary>How requests and answers look as JSON. A field that is not known, comes twice, or is missing is refused, never guessed at.</summary>
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(StepRequest))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(GuardrailAnswer[]))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(SessionAnswer[]))]
[JsonSerializable(typeof(StepAnswer))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    private const int Deepest = 8;

    public static ServerJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = Deepest,
        // Limits are full of < and >; answers are JSON and nothing else.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
