namespace Orrery.Data.Tests;

/// <summary>The recorded data beside the checkout, or where ORRERY_DATA says.</summary>
internal static class RecordedData
{
    public static string? Folder { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Folder!, .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_DATA") is { Length: > 0 } given)
            return Directory.Exists(given) ? given : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
                continue;
            var data = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
            return Directory.Exists(data) ? data : null;
        }

        return null;
    }
}

/// <summary>A test that needs the recorded data, and is skipped, saying so, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedDataFactAttribute : FactAttribute
{
    public RecordedDataFactAttribute()
    {
        if (RecordedData.Folder is null)
            Skip = "Recorded data are absent: set ORRERY_DATA, or put them at ../shared/data beside the checkout.";
    }
}
