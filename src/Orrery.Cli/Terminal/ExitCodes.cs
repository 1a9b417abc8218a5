namespace Orrery.Cli.Terminal;

/// <summary>What the process returns: documented in <c>orrery --help</c>, relied on by scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Everything asked for was done.</summary>
    public const int Fine = 0;

    /// <summary>It was understood, and it did not work out: bad data, a full disk, a collapsed run.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or the recipe do not make sense; nothing was started.</summary>
    public const int BadArguments = 2;

    /// <summary>Stopped by Ctrl+C (128 + SIGINT, as shells expect); a checkpoint was left behind where there was one to leave.</summary>
    public const int Interrupted = 130;
}
