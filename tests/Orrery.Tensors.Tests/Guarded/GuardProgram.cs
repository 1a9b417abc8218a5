using System.Globalization;

namespace Orrery.Tensors.Tests.Guarded;

/// <summary>
/// What the test assembly does when it is started as a program: the sweep, in a process of its own, since a touch outside a
/// tensor ends it. Arguments: the note's file, the guarded side, the number of threads, and "touch" to prove that the guard works.
/// </summary>
public static class GuardProgram
{
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Length < 3)
        {
            Console.Error.WriteLine("These are tests: run them with dotnet test.");
            return 2;
        }

        using GuardSweep sweep = new(arguments[0], Enum.Parse<GuardedSide>(arguments[1]), int.Parse(arguments[2], CultureInfo.InvariantCulture));
        if (arguments.Length > 3)
        {
            Console.WriteLine(sweep.TouchNeighbour().ToString(CultureInfo.InvariantCulture));
            return 0;
        }

        foreach (string operation in sweep.Cases().Keys)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{operation} {sweep.Run(operation):x16}"));
        return 0;
    }
}
