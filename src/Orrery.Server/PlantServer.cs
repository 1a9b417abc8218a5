using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Server.Contracts;
using Orrery.Tensors;

namespace Orrery.Server;

/// <summary>
/// A run's model over HTTP: plans, and commands step by step, within what its checkpoint declares. A request can add limits and take none away. There is no
/// authentication: whoever reaches the address can use it (docs/server.md).
/// </summary>
public sealed class PlantServer : IAsyncDisposable
{
    /// <summary>Bytes that a request may have.</summary>
    public const int LargestRequest = 1 << 20;

    private static readonly TimeSpan LongestShutdown = TimeSpan.FromSeconds(10);

    private readonly PlantService _service;
    private readonly WebApplication _application;
    private readonly IPAddress _address;

    private PlantServer(PlantService service, WebApplication application, IPAddress address) =>
        (_service, _application, _address) = (service, application, address);

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5000</c>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(_address);

    /// <summary>Starts a server.</summary>
    /// <param name="settings">What is served, and where.</param>
    /// <param name="trained">What the run was trained on; not disposed of here.</param>
    /// <param name="backend">What computes; not disposed of here.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="OrreryDataException">The run cannot be served, the host is no address, or the port is taken.</exception>
    public static async Task<PlantServer> StartAsync(ServerSettings settings, Dataset trained, Backend backend, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(backend);
        IPAddress address = AddressOf(settings.Host);
        PlantService service = new(settings, trained, backend);
        WebApplication application = Build(settings, service, address);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            service.Dispose();
            if (problem is IOException { InnerException: AddressInUseException })
                throw new OrreryDataException($"Port {settings.Port} of {settings.Host} is in use by another process; choose another one with --port, or 0 for any that is free.", problem);
            if (problem is IOException or System.Net.Sockets.SocketException)
                throw new OrreryDataException($"{settings.Host}, port {settings.Port} cannot be listened on: {problem.Message}", problem);
            throw;
        }

        return new PlantServer(service, application, address);
    }

    /// <summary>Answers what is being asked, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _service.Dispose();
    }

    private static IPAddress AddressOf(string host) => host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : throw new OrreryDataException($"--host is '{host}', but an address of this machine is needed: 127.0.0.1 for this machine alone, 0.0.0.0 for every network that it is in.");

    private static WebApplication Build(ServerSettings settings, PlantService service, IPAddress address)
    {
        // Empty: nothing is read from files or variables, which could open what was not asked for.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Listen(address, settings.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestShutdown);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        WebApplication application = builder.Build();
        Endpoints endpoints = new(IPAddress.IsLoopback(address), settings.Report ?? (_ => { }));
        application.Use(endpoints.GuardAsync);
        application.UseRouting();
        application.MapGet("/health", Endpoints.Get(ServerJson.Strict.HealthAnswer, service.Health));
        application.MapGet("/v1/model", Endpoints.Get(ServerJson.Strict.ModelAnswer, service.Model));
        application.MapGet("/v1/guardrails", Endpoints.Get(ServerJson.Strict.GuardrailAnswerArray, service.Guardrails));
        application.MapPost("/v1/plan", Endpoints.Post(ServerJson.Strict.PlanRequest, ServerJson.Strict.PlanAnswer, service.PlanAsync));
        application.MapGet("/v1/sessions", Endpoints.Get(ServerJson.Strict.SessionAnswerArray, service.Sessions));
        application.MapPost("/v1/sessions", Endpoints.Post(ServerJson.Strict.SessionRequest, ServerJson.Strict.SessionAnswer, (request, _) => service.BeginAsync(request)));
        application.MapDelete("/v1/sessions/{id}", (RequestDelegate)(context =>
        {
            service.End((string)context.GetRouteValue("id")!);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }));
        application.MapPost("/v1/step", Endpoints.Post(ServerJson.Strict.StepRequest, ServerJson.Strict.StepAnswer, (request, _) => service.StepAsync(request)));
        application.MapFallback((RequestDelegate)(context => throw new RefusedException(
            404, $"There is no {context.Request.Method} {context.Request.Path}. There are GET /health, /v1/model, /v1/guardrails and /v1/sessions, POST /v1/plan, /v1/sessions and /v1/step, and DELETE /v1/sessions/ID.")));
        return application;
    }

    /// <summary>Who starts a server says when it ends; it does not listen for signals of its own.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
