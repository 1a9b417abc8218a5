using Orrery.Models.Identification;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Networks;

/// <summary>
/// Several deep subspace models that differ in their starting weights and in the batches that they see. The state is all of theirs, and
/// what is read is their mean.
/// </summary>
internal sealed class DeepEnsemble
{
    private readonly DeepSubspace[] _members;

    /// <summary>Registers the members' parameters, under <c>member1</c> and so on where there is more than one.</summary>
    public DeepEnsemble(ParameterBlock block, LogRecipe recipe, int observationSize, int actionSize, RandomStream random)
    {
        _members = new DeepSubspace[recipe.Ensemble];
        for (int member = 0; member < _members.Length; member++)
        {
            string name = _members.Length == 1 ? "" : $"member{member + 1}.";
            _members[member] = new DeepSubspace(
                block, name, recipe, observationSize, actionSize, _members.Length == 1 ? random : random.Child(name));
        }
    }

    /// <summary>The single models.</summary>
    public IReadOnlyList<DeepSubspace> Members => _members;

    /// <summary>Numbers in the state of all.</summary>
    public int StateSize => _members.Length * _members[0].StateSize;

    /// <summary>n (O + A).</summary>
    public int WindowSize => _members[0].WindowSize;

    /// <summary>Starts every member's linear maps from an identified model.</summary>
    public void StartFrom(LinearStateSpace start)
    {
        foreach (DeepSubspace member in _members)
            member.StartFrom(start);
    }

    /// <summary>[B, n (O + A)], normalised, to [B, state].</summary>
    public Tensor Encode(Tape tape, Tensor window)
    {
        Parts parts = default;
        for (int member = 0; member < _members.Length; member++)
            parts[member] = _members[member].Encode(tape, window);
        return Joined(tape, parts);
    }

    /// <summary>[B, state] and [B, A] to [B, state].</summary>
    public Tensor Predict(Tape tape, Tensor state, Tensor action)
    {
        Parts parts = default;
        for (int member = 0; member < _members.Length; member++)
            parts[member] = _members[member].Predict(tape, Part(tape, state, member), action);
        return Joined(tape, parts);
    }

    /// <summary>[B, state] to [B, O], normalised: the mean of what the members read.</summary>
    public Tensor Read(Tape tape, Tensor states)
    {
        Tensor sum = _members[0].Read(tape, Part(tape, states, 0));
        for (int member = 1; member < _members.Length; member++)
            sum = tape.Add(sum, _members[member].Read(tape, Part(tape, states, member)));
        return _members.Length == 1 ? sum : tape.Scale(sum, 1f / _members.Length);
    }

    /// <summary>[B, state] to [B, O], normalised: what one member reads.</summary>
    public Tensor ReadMember(Tape tape, Tensor states, int member) => _members[member].Read(tape, Part(tape, states, member));

    private Tensor Part(Tape tape, Tensor state, int member)
    {
        int size = _members[0].StateSize;
        return _members.Length == 1 ? state : tape.Slice(state, 1, member * size, size);
    }

    private Tensor Joined(Tape tape, in Parts parts) => _members.Length == 1 ? parts[0] : tape.Concat(1, ((ReadOnlySpan<Tensor>)parts)[.._members.Length]);

    /// <summary>One tensor per member, on the stack: several threads roll out at once.</summary>
    [System.Runtime.CompilerServices.InlineArray(LogRecipe.MostMembers)]
    private struct Parts
    {
        private Tensor _first;
    }
}
