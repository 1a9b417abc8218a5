using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Orrery.Data;
using Orrery.Models.Recipes;
using Orrery.Server.Contracts;

namespace Orrery.Server;

/// <summary>Reads requests strictly, writes answers, and turns whatever fails into one sentence and a status.</summary>
internal sealed partial class Endpoints(bool isLoopback, Action<string> report)
{
    private const string Json = "application/json";

    /// <summary>Stands before every endpoint.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            // A page in this machine's browser could reach a loopback address by a name of its own.
            if (isLoopback && !IsThisMachine(context.Request.Host.Host))
                throw new RefusedException(StatusCodes.Status421MisdirectedRequest, $"Host: '{context.Request.Host.Host}' came; this server is 127.0.0.1, [::1] or localhost.");
            await next(context).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            (int status, string sentence) = Explain(problem, context);
            if (!context.Response.HasStarted)
                await WriteAsync(context, status, new ErrorAnswer(sentence), ServerJson.Strict.ErrorAnswer).ConfigureAwait(false);
        }
    }

    /// <summary>An endpoint that is asked without a body.</summary>
    public static RequestDelegate Get<T>(JsonTypeInfo<T> type, Func<T> answer) =>
        context => WriteAsync(context, StatusCodes.Status200OK, answer(), type);

    /// <summary>An endpoint with a request in its body.</summary>
    public static RequestDelegate Post<TRequest, TAnswer>(
        JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, Func<TRequest, CancellationToken, Task<TAnswer>> answer) => async context =>
        {
            // Pages of other sites can send no JSON without asking first, and nobody here says yes.
            if (context.Request.ContentType?.Split(';')[0].Trim() != Json)
                throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, $"Content-Type: '{context.Request.ContentType}' came; {Json} was needed.");
            TRequest request;
            try
            {
                request = await JsonSerializer.DeserializeAsync(context.Request.Body, requestType, context.RequestAborted).ConfigureAwait(false)
                    ?? throw new RefusedException(400, "The body is null; an object was needed.");
            }
            catch (JsonException problem)
            {
                throw new RefusedException(400, Sentence(problem, requestType));
            }

            await WriteAsync(context, StatusCodes.Status200OK, await answer(request, context.RequestAborted).ConfigureAwait(false), answerType).ConfigureAwait(false);
        };

    private (int Status, string Sentence) Explain(Exception problem, HttpContext context)
    {
        switch (problem)
        {
            case RefusedException refused:
                return (refused.Status, refused.Message);
            case OrreryDataException or RecipeException:
                return (StatusCodes.Status400BadRequest, problem.Message);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return (StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {PlantServer.LargestRequest:#,0} bytes."));
            case BadHttpRequestException bad:
                return (bad.StatusCode, bad.Message);
            case OperationCanceledException:
                return (StatusCodes.Status503ServiceUnavailable, "The request was given up.");
            default:
                report($"{context.Request.Method} {context.Request.Path}: {problem}");
                return (StatusCodes.Status500InternalServerError, "This should not have happened, and was reported where the server runs. Nothing was answered; keep to your own fallback.");
        }
    }

    // What the reader says is about types of this program; what is wanted is the field.
    private static string Sentence<T>(JsonException problem, JsonTypeInfo<T> type)
    {
        string where = problem.Path is null or "$" ? "" : $" at {problem.Path}";
        if (Unknown().Match(problem.Message) is { Success: true } unknown)
        {
            string fields = problem.Path?.Count(character => character == '.') > 1 ? "" : $"; there are {string.Join(", ", type.Properties.Select(property => property.Name))}";
            return $"There is no field '{unknown.Groups[1].Value}'{where}{fields}.";
        }

        string message = problem.Message.Split(" Path: ")[0];
        return $"The body cannot be read{where}: {Types().Replace(message, "what is needed there")}";
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static async Task WriteAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(answer, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    [GeneratedRegex("JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"'?(Orrery|System)\.[^\s']*'?")]
    private static partial Regex Types();
}
