using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Nn;

/// <summary>
/// The keys and values of the tokens that an attention layer has seen, so that it can go on without computing them again. They hold
/// for as long as the tokens keep their positions: where learned positions are added and a window slides, start anew.
/// </summary>
public sealed class AttentionMemory
{
    private readonly int _room;
    private readonly int _inner;
    private Tensor _pairs;

    /// <summary>A memory without a place; <see cref="Begin"/> gives it one.</summary>
    /// <param name="room">The most tokens that it holds.</param>
    /// <param name="inner">Heads times head width of the layer.</param>
    public AttentionMemory(int room, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(room);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inner);
        _room = room;
        _inner = inner;
    }

    /// <summary>How many tokens it holds.</summary>
    public int Tokens { get; private set; }

    /// <summary>Lies in an arena from now on, empty; what it held is forgotten.</summary>
    /// <param name="arena">Where; it must not be reset while the memory is used.</param>
    /// <param name="batch">B.</param>
    public void Begin(TensorArena arena, int batch)
    {
        ArgumentNullException.ThrowIfNull(arena);
        _pairs = arena.Allocate(new Shape(batch, _room, 2 * _inner));
        Tokens = 0;
    }

    /// <summary>Forgets all tokens.</summary>
    public void Clear() => Tokens = 0;

    /// <summary>Takes over the first tokens of a memory of one sequence, for every sequence of this one.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="other">A memory with B = 1.</param>
    /// <param name="tokens">How many.</param>
    /// <exception cref="ArgumentException">The memories do not fit together, or there are not so many tokens.</exception>
    public void Share(Tape tape, AttentionMemory other, int tokens)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(other);
        if (other._pairs.Shape[0] != 1 || other._pairs.Shape[2] != _pairs.Shape[2] || tokens > other.Tokens || tokens > _room)
            throw new ArgumentException(
                $"AttentionMemory: {tokens} tokens of a memory {other._pairs.Shape} that holds {other.Tokens} do not fit one of {_pairs.Shape}.", nameof(other));
        Tokens = tokens;
        if (tokens == 0) return;
        var first = tape.Slice(other._pairs, 1, 0, tokens);
        tape.Backend.CopyAxis(tape.Expand(first, new Shape(_pairs.Shape[0], tokens, _pairs.Shape[2])), 0, _pairs, 0, 1, tokens);
    }

    // New keys and values behind those that are here. Tokens that fill an empty memory at once are used where they are: nothing can
    // follow them.
    internal Tensor Append(Tape tape, Tensor pairs)
    {
        int count = pairs.Shape[1];
        if (Tokens + count > _room || pairs.Shape[0] != _pairs.Shape[0])
            throw new InvalidOperationException(
                $"AttentionMemory: {count} tokens more for {pairs.Shape[0]} sequences came to {Tokens} in a memory {_pairs.Shape}; it has no room for them.");
        if (Tokens == 0 && count == _room) return pairs;
        tape.Backend.CopyAxis(pairs, 0, _pairs, Tokens, 1, count);
        Tokens += count;
        return _pairs;
    }
}
