using Orrery.Data;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Checkpoints;

/// <summary>Parameters to named arrays and back. Every name and shape must match exactly; nothing is dropped or filled in.</summary>
public static class ParameterEntries
{
    /// <summary>Copies every parameter and buffer.</summary>
    public static IReadOnlyList<SafetensorsEntry> Write(ParameterBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        List<SafetensorsEntry> entries = [];
        foreach (Parameter parameter in block.Parameters.Concat(block.Buffers))
            entries.Add(Entry(block.Backend, parameter.Name, parameter.Value));
        return entries;
    }

    /// <summary>Copies one tensor.</summary>
    public static SafetensorsEntry Entry(Backend backend, string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(backend);
        float[] values = new float[tensor.Count];
        backend.Download(tensor, values);
        long[] dimensions = new long[tensor.Shape.Rank];
        for (int axis = 0; axis < dimensions.Length; axis++)
            dimensions[axis] = tensor.Shape[axis];
        return SafetensorsEntry.Create<float>(name, values, dimensions);
    }

    /// <summary>Fills every parameter and buffer.</summary>
    /// <param name="block">What to fill.</param>
    /// <param name="entries">The arrays.</param>
    /// <param name="source">Where they came from, for messages.</param>
    /// <exception cref="OrreryDataException">A name is missing or unknown, or a shape differs.</exception>
    public static void Read(ParameterBlock block, IReadOnlyList<SafetensorsEntry> entries, string source)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(entries);
        Dictionary<string, SafetensorsEntry> byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Parameter[] parameters = [.. block.Parameters, .. block.Buffers];
        foreach (Parameter parameter in parameters)
        {
            if (!byName.Remove(parameter.Name, out SafetensorsEntry? entry))
                throw new OrreryDataException(
                    $"The checkpoint '{source}' has no '{parameter.Name}', which its recipe asks for. {CheckpointStore.Remedy}");
            Fill(block.Backend, parameter.Value, entry, source);
        }

        if (byName.Count > 0)
            throw new OrreryDataException(
                $"The checkpoint '{source}' has '{byName.Keys.Order(StringComparer.Ordinal).First()}', which its recipe does not know. {CheckpointStore.Remedy}");
    }

    /// <summary>Fills one tensor.</summary>
    /// <exception cref="OrreryDataException">The shape or the type differs.</exception>
    public static void Fill(Backend backend, Tensor tensor, SafetensorsEntry entry, string source)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(entry);
        bool same = entry.Dimensions.Length == tensor.Shape.Rank;
        for (int axis = 0; same && axis < tensor.Shape.Rank; axis++)
            same = entry.Dimensions[axis] == tensor.Shape[axis];
        if (!same || entry.Type != SafetensorsType.Float32)
            throw new OrreryDataException(
                $"The checkpoint '{source}' has '{entry.Name}' as {entry.Type} [{string.Join(", ", entry.Dimensions.ToArray())}], "
                + $"but its recipe asks for Float32 {tensor.Shape}. {CheckpointStore.Remedy}");
        backend.Upload(entry.Values<float>(), tensor);
    }
}
