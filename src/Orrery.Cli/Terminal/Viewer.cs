using System.ComponentModel;
using System.Diagnostics;

namespace Orrery.Cli.Terminal;

/// <summary>Opens a file with what the desktop opens such files with.</summary>
internal static class Viewer
{
    /// <summary>Opens it, and says so where that is not possible: on a machine without a desktop it is no error.</summary>
    public static void Open(string path, Session session)
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null or "" && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null or "")
        {
            session.Warn($"there is no desktop here that could open '{path}'.");
            return;
        }

        try
        {
            // On Linux the shell asks xdg-open, on macOS open.
            using Process? started = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
        }
        catch (Exception problem) when (problem is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            session.Warn($"nothing here opens '{path}': {problem.Message.TrimEnd('.')}.");
        }
    }
}
