namespace Orrery.Cli.Terminal;

/// <summary>The arguments were parsed but do not make sense together; ends the process with <see cref="ExitCodes.BadArguments"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
