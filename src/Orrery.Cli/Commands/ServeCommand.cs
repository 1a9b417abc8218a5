using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Models;
using Orrery.Planning.Audit;
using Orrery.Server;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery serve</c>: plans and commands over HTTP, within what a run's checkpoint declares.</summary>
internal static class ServeCommand
{
    private const string Help =
        """
        Serve a run of a log over HTTP: plans, and commands step by step, within the limits that its checkpoint declares. A request can add limits and
        take none away. Ctrl+C ends it.

        There is no authentication. It listens on 127.0.0.1, which only this machine reaches, unless --host says otherwise.

        Examples:
          orrery serve runs/tank
          orrery serve runs/tank --port 8080 --limit "rate(valve)<=1" --audit audit/tank
          orrery serve runs/tank --plant line-1 --plant line-2       two plants of one kind, each with a past of its own

          curl http://127.0.0.1:5000/v1/model
          curl http://127.0.0.1:5000/v1/plan --json @request.json     all requests: docs/server.md
        """;

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> run = new("run") { Description = "Folder of the run." };
        Option<int> port = new("--port")
        {
            Description = "Port to listen on; 0 for any that is free.",
            DefaultValueFactory = _ => 5000,
            Validators =
            {
                result =>
                {
                    if (result.Tokens is [var token] && int.TryParse(token.Value, out int number) && number is < 0 or > ushort.MaxValue)
                        result.AddError($"--port is {number}, but it must be between 0 and {ushort.MaxValue}.");
                },
            },
        };
        Option<string> address = new("--host") { Description = "Address of this machine to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        Option<string[]> limits = new("--limit") { Description = "A limit beside those of the checkpoint, for every request. See 'orrery guardrails --help' for all forms." };
        Option<string[]> plants = new("--plant") { Description = "Name of a plant that is controlled; 'plant' when left out. Repeat it for several." };
        AuditOptionSet audit = new();
        Command command = new("serve", Help);
        command.Arguments.Add(run);
        foreach (Option option in (Option[])[port, address, limits, plants])
            command.Options.Add(option);
        audit.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) => audit.Use(parsed, session, log =>
        {
            string folder = parsed.GetValue(run)!.FullName;
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using (WorldModel model = WorldModel.Load(folder, backend))
                RunData.RequireColumns(model, "'orrery serve' plans for columns. Plan with it by 'orrery plan'.");
            using Dataset trained = RunData.OpenTrainedOn(folder);
            ServerSettings settings = new(
                folder, parsed.GetValue(address)!, parsed.GetValue(port), parsed.GetValue(limits) ?? [], parsed.GetValue(plants) ?? [], log, session.Warn);
            ServeAsync(settings, trained, backend, session, cancellation).GetAwaiter().GetResult();
            return ExitCodes.Fine;
        }));
    }

    private static async Task ServeAsync(ServerSettings settings, Dataset trained, CpuBackend backend, Session session, CancellationToken cancellation)
    {
        await using PlantServer server = await PlantServer.StartAsync(settings, trained, backend, cancellation).ConfigureAwait(false);
        session.Result(new ServeReport(server.Address.ToString()), CliJson.Default.ServeReport, () => session.Output.WriteLine($"Listening on {server.Address}; Ctrl+C ends it."));
        if (!server.IsLoopback)
            session.Warn($"whoever reaches {settings.Host} over a network can command: there is no authentication. Put something in front of it that asks who is there.");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            session.Remark("Stopping; requests that came are answered first.");
        }
    }
}

/// <param name="Address">Where the server listens.</param>
internal sealed record ServeReport(string Address);
