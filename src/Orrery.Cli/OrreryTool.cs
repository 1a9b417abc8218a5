using System.CommandLine;
using System.CommandLine.Parsing;
using Orrery.Cli.Commands;
using Orrery.Cli.Terminal;

namespace Orrery.Cli;

/// <summary>The <c>orrery</c> tool: every command, the options that all of them share, and the exit codes.</summary>
public static class OrreryTool
{
    private const string About =
        """
        Orrery learns a world model of any system from its recorded observations and actions, then plans with it.

        Start here:
          orrery quickstart                                    learn Two Rooms from pixels, plan to goal pictures, open a report
          orrery train log.csv --observations level --actions voltage
          orrery evaluate runs/log                             free-run errors against persistence and a linear model
          orrery plan runs/log --goal level=5 --limit "0<=voltage<=10"
          orrery whatif runs/log inputs.csv                    what the model predicts for inputs that you think of
          orrery serve runs/log                                plans and commands over HTTP, within the declared limits
          orrery watch runs/log new.csv --false-alarms 1/day   alarms when the system does not do what its model says

        Exit codes: 0 fine, 1 failed, 2 bad arguments or recipe, 130 stopped by Ctrl+C.
        """;

    /// <summary>Parses <paramref name="arguments"/>, runs the command and returns its exit code.</summary>
    /// <param name="arguments">What was typed after <c>orrery</c>.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where progress, remarks and errors go.</param>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        RootCommand root = new(About);
        foreach (Option option in CommonOptions.All)
            root.Options.Add(option);
        CommandHost host = new(output, error);
        foreach (Command command in AllCommands(host))
            root.Subcommands.Add(command);

        ParseResult parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(problem => problem.Message).Distinct(StringComparer.Ordinal))
                await error.WriteLineAsync(message).ConfigureAwait(false);
            await error.WriteLineAsync($"See '{NameOf(parsed.CommandResult)} --help'.").ConfigureAwait(false);
            return ExitCodes.BadArguments;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        }).ConfigureAwait(false);
    }

    /// <summary>As it is typed: <c>orrery audit verify</c>.</summary>
    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "orrery";

    private static IEnumerable<Command> AllCommands(CommandHost host) =>
    [
        QuickstartCommand.Create(host),
        CollectCommand.Create(host),
        ImportCommand.Create(host),
        InspectCommand.Create(host),
        TrainCommand.Create(host),
        EvaluateCommand.Create(host),
        PlanCommand.Create(host),
        WhatIfCommand.Create(host),
        WatchCommand.Create(host),
        GuardrailsCommand.Create(host),
        AuditCommand.Create(host),
        ServeCommand.Create(host),
        EnvironmentsCommand.Create(host),
        ReplayCommand.Create(host),
        ProtocolsCommand.Create(host),
        RecipesCommand.Create(host),
        DoctorCommand.Create(host),
    ];
}
