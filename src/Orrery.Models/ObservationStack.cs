namespace Orrery.Models;

/// <summary>The observations that an encoder sees at once, as bytes: the last n, oldest first. Before there are n, the first stands for those that are missing.</summary>
public sealed class ObservationStack
{
    private readonly byte[] _bytes;
    private readonly int _size;
    private bool _isEmpty = true;

    /// <summary>An empty stack.</summary>
    /// <param name="frames">n, at least 1.</param>
    /// <param name="size">Bytes of an observation, at least 1.</param>
    public ObservationStack(int frames, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _bytes = new byte[frames * size];
    }

    /// <summary>[n, size]; zeros before the first observation.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Forgets every observation.</summary>
    public void Clear() => _isEmpty = true;

    /// <summary>Takes in the next observation.</summary>
    /// <param name="observation">[size]: a picture, or the bytes of a vector's numbers.</param>
    /// <exception cref="ArgumentException">The observation has another size.</exception>
    public void Push(ReadOnlySpan<byte> observation)
    {
        if (observation.Length != _size)
            throw new ArgumentException($"ObservationStack.Push: an observation of {observation.Length} bytes came; {_size} were needed.", nameof(observation));
        _bytes.AsSpan(_size).CopyTo(_bytes);
        observation.CopyTo(_bytes.AsSpan(_bytes.Length - _size));
        for (int place = 0; _isEmpty && place < _bytes.Length - _size; place += _size)
            observation.CopyTo(_bytes.AsSpan(place));
        _isEmpty = false;
    }
}
