using System.Runtime.InteropServices;

namespace Orrery.Environments.Tests.Pushing;

/// <summary>A test that needs libchipmunk7, and is skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChipmunkFactAttribute : FactAttribute
{
    public ChipmunkFactAttribute() => Skip = Missing;

    /// <summary>Why to skip; null where the library is there.</summary>
    public static string? Missing { get; } =
        NativeLibrary.TryLoad("libchipmunk.so.7", out _) ? null : "libchipmunk.so.7 is missing: install the Debian package libchipmunk7.";
}

/// <inheritdoc cref="ChipmunkFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChipmunkTheoryAttribute : TheoryAttribute
{
    public ChipmunkTheoryAttribute() => Skip = ChipmunkFactAttribute.Missing;
}
