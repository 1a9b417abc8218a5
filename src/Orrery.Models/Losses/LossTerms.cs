using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Losses;

/// <summary>The terms of one step's loss by name, for people to look at. Read them before the tape is reset.</summary>
public sealed class LossTerms
{
    private readonly List<(string Name, Tensor Value)> _terms = [];

    /// <summary>How many terms there are.</summary>
    public int Count => _terms.Count;

    /// <summary>Name and value of a term, before its weight.</summary>
    public (string Name, float Value) this[int index] => (_terms[index].Name, _terms[index].Value.Item());

    /// <summary>Remembers a term and returns it times its weight.</summary>
    public Tensor Add(Tape tape, string name, double weight, Tensor value)
    {
        _terms.Add((name, value));
        return tape.Scale(value, (float)weight);
    }

    /// <summary>Forgets the terms of the step before.</summary>
    public void Clear() => _terms.Clear();
}
