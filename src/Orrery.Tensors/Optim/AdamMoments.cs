using Orrery.Tensors.Buffers;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Optim;

/// <summary>The state of Adam and its relatives: the mean gradient, the mean square gradient and the number of steps.</summary>
internal sealed class AdamMoments(ParameterBlock block)
{
    /// <summary>The mean gradient.</summary>
    public Tensor First { get; } = block.AllocateLike();

    /// <summary>The mean square gradient.</summary>
    public Tensor Second { get; } = block.AllocateLike();

    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Counts a step.</summary>
    /// <returns>Its number, from 1.</returns>
    public long NextStep() => ++StepCount;

    /// <summary>The state as entries of a file, by parameter, so that it can be read without knowing the layout.</summary>
    public IReadOnlyList<SafetensorsEntry> Save(string prefix)
    {
        var entries = new List<SafetensorsEntry> { SafetensorsEntry.Create<long>($"{prefix}.step", [StepCount]) };
        foreach (var parameter in block.Parameters)
        {
            entries.Add(ParameterFile.Entry(block.Backend, FirstName(prefix, parameter), First.Part(parameter.Offset, parameter.Shape)));
            entries.Add(ParameterFile.Entry(block.Backend, SecondName(prefix, parameter), Second.Part(parameter.Offset, parameter.Shape)));
        }

        return entries;
    }

    /// <summary>Takes the state from a file; nothing changes unless all of it fits.</summary>
    public void Load(SafetensorsFile file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        var step = file[$"{prefix}.step"].Values<long>();
        if (step.Length != 1 || step[0] < 0) throw new InvalidDataException($"Optimiser state: '{prefix}.step' must be a single number that is not negative.");
        foreach (var parameter in block.Parameters)
        {
            ParameterFile.Check(file, FirstName(prefix, parameter), parameter.Shape);
            ParameterFile.Check(file, SecondName(prefix, parameter), parameter.Shape);
        }

        foreach (var parameter in block.Parameters)
        {
            block.Backend.Upload(file[FirstName(prefix, parameter)].Values<float>(), First.Part(parameter.Offset, parameter.Shape));
            block.Backend.Upload(file[SecondName(prefix, parameter)].Values<float>(), Second.Part(parameter.Offset, parameter.Shape));
        }

        StepCount = step[0];
    }

    private static string FirstName(string prefix, Parameter parameter) => $"{prefix}.first.{parameter.Name}";

    private static string SecondName(string prefix, Parameter parameter) => $"{prefix}.second.{parameter.Name}";
}
