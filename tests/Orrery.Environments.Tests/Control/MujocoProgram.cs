using System.Diagnostics;

namespace Orrery.Environments.Tests.Control;

/// <summary>C programs on the library and its header.</summary>
internal static class MujocoProgram
{
    /// <summary>Why none can be compiled; null where they can.</summary>
    public static string? Missing { get; } =
        File.Exists("/usr/include/mujoco/mujoco.h") && File.Exists("/usr/bin/gcc") ? null : "gcc or MuJoCo's header is missing: install the Debian packages gcc, libc6-dev and libmujoco-dev.";

    /// <summary>Compiles a program and runs it.</summary>
    /// <returns>The lines that it printed.</returns>
    public static string[] Run(TemporaryFolder folder, string source, params string[] arguments)
    {
        var (file, program) = (folder.File("program.c"), folder.File("program"));
        File.WriteAllText(file, source);
        Start("/usr/bin/gcc", "-O1", "-o", program, file, "-lmujoco");
        return Start(program, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Start(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var problems = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {problems.Result}");
        return output;
    }
}
