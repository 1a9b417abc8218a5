using Orrery.Cli.Terminal;

namespace Orrery.Cli;

/// <summary>Which exceptions speak to the person at the command line, and with which exit code. Anything else is a bug and shows as one.</summary>
internal static class Failures
{
    /// <summary>One sentence for the person, or null when <paramref name="problem"/> is a bug of ours.</summary>
    public static string? Describe(Exception problem) => problem switch
    {
        UsageException or InvalidDataException or UnauthorizedAccessException => problem.Message,
        IOException => problem.Message,
        _ => null,
    };

    public static int ExitCode(Exception problem) => problem is UsageException ? ExitCodes.BadArguments : ExitCodes.Failed;
}
