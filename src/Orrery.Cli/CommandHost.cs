using System.CommandLine;
using Orrery.Cli.Terminal;

namespace Orrery.Cli;

/// <summary>
/// Runs one command: gives it a <see cref="Session"/>, and turns what it throws into one sentence and an exit code, so that bad
/// input never yields a stack trace.
/// </summary>
internal sealed class CommandHost(TextWriter output, TextWriter error)
{
    /// <summary>Makes <paramref name="command"/> do <paramref name="body"/>.</summary>
    public Command Bind(Command command, Func<ParseResult, Session, CancellationToken, Task<int>> body)
    {
        command.SetAction((parsed, cancellation) => RunAsync(parsed, body, cancellation));
        return command;
    }

    /// <inheritdoc cref="Bind(Command, Func{ParseResult, Session, CancellationToken, Task{int}})"/>
    public Command Bind(Command command, Func<ParseResult, Session, CancellationToken, int> body) =>
        Bind(command, (parsed, session, cancellation) => Task.Run(() => body(parsed, session, cancellation), CancellationToken.None));

    private async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, Session, CancellationToken, Task<int>> body, CancellationToken cancellation)
    {
        Session session = new(output, error, parsed.GetValue(CommonOptions.Json), parsed.GetValue(CommonOptions.Quiet));
        try
        {
            return await body(parsed, session, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Stopped.").ConfigureAwait(false);
            return ExitCodes.Interrupted;
        }
        catch (Exception problem) when (Failures.Describe(problem) is { } sentence)
        {
            await error.WriteLineAsync($"error: {sentence}").ConfigureAwait(false);
            return Failures.ExitCode(problem);
        }
    }
}
