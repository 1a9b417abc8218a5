using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Serialization;

/// <summary>Moves parameters between a block and a safetensors file.</summary>
public static class ParameterFile
{
    /// <summary>All parameters and statistics of a block, by name.</summary>
    /// <param name="block">The parameters.</param>
    /// <returns>The entries for a safetensors file.</returns>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    public static IReadOnlyList<SafetensorsEntry> Save(ParameterBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return [.. block.Parameters.Concat(block.Buffers).Select(parameter => Entry(block.Backend, parameter.Name, parameter.Value))];
    }

    /// <summary>Sets all parameters and statistics of a block. Nothing changes unless the file has each, in the right shape, and no others.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidDataException">The file does not fit the block.</exception>
    public static void Load(ParameterBlock block, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(file);
        var parameters = block.Parameters.Concat(block.Buffers).ToList();
        foreach (var parameter in parameters) Check(file, parameter.Name, parameter.Shape);
        var names = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in file.Entries)
        {
            if (!names.Contains(entry.Name)) throw new InvalidDataException($"Weights: the file has '{entry.Name}', which the model lacks; they were made by different recipes.");
        }

        foreach (var parameter in parameters) block.Backend.Upload(file[parameter.Name].Values<float>(), parameter.Value);
    }

    /// <summary>A tensor as an entry of a file.</summary>
    internal static SafetensorsEntry Entry(Backend backend, string name, Tensor tensor)
    {
        var values = new float[tensor.Count];
        backend.Download(tensor, values);
        Span<long> dimensions = stackalloc long[tensor.Shape.Rank];
        for (var axis = 0; axis < dimensions.Length; axis++) dimensions[axis] = tensor.Shape[axis];
        return SafetensorsEntry.Create<float>(name, values, dimensions);
    }

    /// <summary>Throws unless the file has an array of a name and shape.</summary>
    internal static void Check(SafetensorsFile file, string name, Shape shape)
    {
        var entry = file[name];
        var matches = entry.Type == SafetensorsType.Float32 && entry.Dimensions.Length == shape.Rank;
        for (var axis = 0; matches && axis < shape.Rank; axis++) matches = entry.Dimensions[axis] == shape[axis];
        if (!matches)
            throw new InvalidDataException($"Weights: '{name}' is {entry.Type} [{string.Join(", ", entry.Dimensions.ToArray())}] in the file but Float32 {shape} in the model; they were made by different recipes.");
    }
}
