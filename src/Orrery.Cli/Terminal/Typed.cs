using Orrery.Data;

namespace Orrery.Cli.Terminal;

/// <summary>
/// Reads what was typed. The layers below report a goal, a name or a number that makes no sense as bad data; at the command line it
/// is a bad argument, and is told before anything is started.
/// </summary>
internal static class Typed
{
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OrreryDataException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    public static void Check(Action check) => Read(() =>
    {
        check();
        return true;
    });
}
