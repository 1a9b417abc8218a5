using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Models.Recipes;

namespace Orrery.Cli;

/// <summary>Which exceptions speak to the person at the command line, and with which exit code. Anything else is a bug and shows as one.</summary>
internal static class Failures
{
    private const int DiskFull = 28; // ENOSPC

    /// <summary>One sentence for the person, or null when <paramref name="problem"/> is a bug of ours.</summary>
    public static string? Describe(Exception problem) => problem switch
    {
        UsageException or RecipeException or OrreryDataException or InvalidDataException or UnauthorizedAccessException => problem.Message,
        IOException { HResult: DiskFull } => $"The disk is full. Free some space or choose another folder; nothing that was there has changed. ({problem.Message})",
        IOException => problem.Message,
        _ => null,
    };

    public static int ExitCode(Exception problem) => problem is UsageException or RecipeException ? ExitCodes.BadArguments : ExitCodes.Failed;
}
