namespace Orrery.EndToEnd.Tests.Support;

/// <summary>A test of what only Unix offers; elsewhere it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no SIGINT to send to another process.";
    }
}
