using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>One run of a golden case: gives the inputs, takes the outputs, and compares both ways.</summary>
internal sealed class GoldenRun(GoldenCase golden, Backend backend) : IDisposable
{
    private readonly Dictionary<string, Tensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private readonly List<ParameterBlock> _blocks = [];

    public GoldenCase Case { get; } = golden;

    public Tape Tape { get; } = new(backend);

    /// <summary>The numbers of an input.</summary>
    public ReadOnlySpan<float> Values(string name) => Case.Tensors["input." + name].Values<float>();

    public Shape ShapeOf(string name) => ToShape(Case.Tensors["input." + name]);

    /// <summary>An input as a value of the tape; a variable if its gradient is asked for.</summary>
    public Tensor In(string name)
    {
        if (_inputs.TryGetValue(name, out var known)) return known;
        var tensor = Tape.Constant(Values(name), ShapeOf(name));
        return _inputs[name] = Case.Has("grad." + name) ? Tape.Variable(tensor) : tensor;
    }

    /// <summary>An input that may be absent.</summary>
    public Tensor Optional(string name) => Case.Has("input." + name) ? In(name) : default;

    /// <summary>Puts other tensors in the place of inputs, for running the case again from other parameters.</summary>
    public void Replace(string name, Tensor tensor) => _inputs[name] = tensor;

    /// <summary>Takes the stored inputs again.</summary>
    public void ForgetInputs() => _inputs.Clear();

    /// <summary>Whole numbers that were stored as floats.</summary>
    public IntTensor Integers(string name)
    {
        var tensor = Tape.Arena.AllocateInt(ShapeOf(name));
        var values = Values(name);
        for (var index = 0; index < values.Length; index++) tensor.Span[index] = (int)values[index];
        return tensor;
    }

    /// <summary>Names an output of the case.</summary>
    public void Out(string name, Tensor tensor) => _outputs[name] = tensor;

    /// <summary>Names numbers that did not come from the tape.</summary>
    public void Out(string name, float[] values) => _values[name] = values;

    /// <summary>Puts an output wrong, for seeing that it is compared.</summary>
    public void Spoil(string name)
    {
        if (_values.TryGetValue(name, out var values)) values[0] += 0.1f + Math.Abs(values[0]);
        else _outputs[name].Span[0] += 0.1f + Math.Abs(_outputs[name].Span[0]);
    }

    /// <summary>Compares all outputs and gradients, and fails with every tensor that is off.</summary>
    public void Verify()
    {
        foreach (var (name, expected) in Case.OfKind("output"))
        {
            if (name.StartsWith("after.", StringComparison.Ordinal)) CompareChange(name["after.".Length..], expected);
            if (_values.TryGetValue(name, out var values)) Compare("output." + name, expected, values);
            else if (_outputs.TryGetValue(name, out var tensor)) Compare("output." + name, expected, tensor);
            else _failures.Add($"output.{name} was not computed");
        }

        var upstream = Case.OfKind("upstream").Select(pair => (_outputs[pair.Name], Tape.Constant(pair.Entry.Values<float>(), ToShape(pair.Entry)))).ToArray();
        if (upstream.Length > 0)
        {
            Tape.Backward(upstream);
            foreach (var (name, expected) in Case.OfKind("grad")) Compare("grad." + name, expected, Tape.Gradient(In(name)));
        }

        Assert.True(_failures.Count == 0, $"{Case.File}/{Case.Name} ({Case.Operation} {Case.Parameters}): {string.Join("; ", _failures)}");
    }

    /// <summary>Keeps a layer's parameters until the run has been compared.</summary>
    public ParameterBlock Own(ParameterBlock block)
    {
        _blocks.Add(block);
        return block;
    }

    public void Dispose()
    {
        Tape.Dispose();
        foreach (var block in _blocks) block.Dispose();
    }

    private static Shape ToShape(SafetensorsEntry entry) => new(entry.Dimensions.ToArray().Select(dimension => (int)dimension).ToArray());

    // What training has changed says more than what it has left: parameters move little. Where a gradient is zero but for
    // rounding, Adam makes steps of that rounding, and there is nothing to compare.
    private void CompareChange(string name, SafetensorsEntry expected)
    {
        if (!_values.TryGetValue("after." + name, out var actual) || Case.Limits("grad." + name).Floor > 0 || Case.Limits("output.after." + name).Floor > 0) return;
        var start = Values(name);
        var reference = expected.Values<float>();
        double difference = 0, norm = 0;
        for (var index = 0; index < reference.Length; index++)
        {
            difference += Math.Pow((double)actual[index] - reference[index], 2);
            norm += Math.Pow((double)reference[index] - start[index], 2);
        }

        if (!(Math.Sqrt(difference) <= 1e-2 * Math.Sqrt(norm))) _failures.Add($"the change of {name} is off by {Math.Sqrt(difference / norm):P2} of itself");
    }

    private void Compare(string name, SafetensorsEntry expected, Tensor actual)
    {
        if (actual.Shape != ToShape(expected)) _failures.Add($"{name} has shape {actual.Shape} instead of {ToShape(expected)}");
        else Compare(name, expected, actual.Span);
    }

    private void Compare(string name, SafetensorsEntry expected, ReadOnlySpan<float> actual)
    {
        var reference = expected.Values<float>();
        if (actual.Length != reference.Length)
        {
            _failures.Add($"{name} has {actual.Length} numbers instead of {reference.Length}");
            return;
        }

        double difference = 0, norm = 0;
        for (var index = 0; index < reference.Length; index++)
        {
            if (!float.IsFinite(reference[index]))
            {
                if (actual[index] != reference[index]) _failures.Add($"{name}[{index}] is {actual[index]} instead of {reference[index]}");
                continue;
            }

            difference += Math.Pow((double)actual[index] - reference[index], 2);
            norm += Math.Pow(reference[index], 2);
        }

        var (tolerance, floor) = Case.Limits(name);
        var limit = (tolerance * Math.Sqrt(norm)) + floor;
        if (!(Math.Sqrt(difference) <= limit)) _failures.Add($"{name} is off by {Math.Sqrt(difference):G3}, allowed {limit:G3}");
    }
}
