namespace Orrery.Evaluation.Tests;

/// <summary>A fact that needs the recorded data; it is skipped, saying so, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedDataFactAttribute : FactAttribute
{
    public RecordedDataFactAttribute(string file)
    {
        if (RecordedData.Find(file) is null)
            Skip = $"The recorded file '{file}' is not here; set ORRERY_DATA to the folder that has it.";
    }
}
