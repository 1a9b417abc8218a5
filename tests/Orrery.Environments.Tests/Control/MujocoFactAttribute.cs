using System.Runtime.InteropServices;

namespace Orrery.Environments.Tests.Control;

/// <summary>A test that needs libmujoco2.2.2, and is skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MujocoFactAttribute : FactAttribute
{
    public MujocoFactAttribute() => Skip = Missing;

    /// <summary>Why to skip; null where the library is there.</summary>
    public static string? Missing { get; } =
        NativeLibrary.TryLoad("libmujoco.so.2.2.2", out _) ? null : "libmujoco.so.2.2.2 is missing: install the Debian package libmujoco2.2.2.";
}

/// <inheritdoc cref="MujocoFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MujocoTheoryAttribute : TheoryAttribute
{
    public MujocoTheoryAttribute() => Skip = MujocoFactAttribute.Missing;
}

/// <summary>A test that compiles a C program against the library, and is skipped, saying so, where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MujocoHeaderFactAttribute : FactAttribute
{
    public MujocoHeaderFactAttribute() => Skip = MujocoFactAttribute.Missing ?? MujocoProgram.Missing;
}

/// <inheritdoc cref="MujocoHeaderFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MujocoHeaderTheoryAttribute : TheoryAttribute
{
    public MujocoHeaderTheoryAttribute() => Skip = MujocoFactAttribute.Missing ?? MujocoProgram.Missing;
}
