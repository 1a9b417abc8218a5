using System.Runtime.InteropServices;

namespace Orrery.Cli.Tests;

/// <summary>A test that needs libmujoco2.2.2, and is skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MujocoFactAttribute : FactAttribute
{
    public MujocoFactAttribute() => Skip = NativeLibrary.TryLoad("libmujoco.so.2.2.2", out _)
        ? null
        : "libmujoco.so.2.2.2 is missing: install the Debian package libmujoco2.2.2.";
}
