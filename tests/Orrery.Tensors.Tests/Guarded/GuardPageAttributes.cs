namespace Orrery.Tensors.Tests.Guarded;

/// <summary>A test that protects pages; elsewhere than on Linux it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuardPageFactAttribute : FactAttribute
{
    internal const string Reason = "Pages are protected with mprotect, which is called on Linux only.";

    public GuardPageFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = Reason;
    }
}

/// <inheritdoc cref="GuardPageFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuardPageTheoryAttribute : TheoryAttribute
{
    public GuardPageTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = GuardPageFactAttribute.Reason;
    }
}
