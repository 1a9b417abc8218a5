namespace Orrery.Models;

/// <summary>The pictures, or other observations of a fixed number of bytes, that an encoder sees at once: the last n, oldest first. Before there are n, the first stands for those that are missing.</summary>
public sealed class PictureStack
{
    private readonly byte[] _pixels;
    private readonly int _size;
    private bool _isEmpty = true;

    /// <summary>An empty stack.</summary>
    /// <param name="frames">n, at least 1.</param>
    /// <param name="size">Bytes of a picture, at least 1.</param>
    public PictureStack(int frames, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _pixels = new byte[frames * size];
    }

    /// <summary>[n C, H, W]; zeros before the first picture.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Forgets every picture.</summary>
    public void Clear() => _isEmpty = true;

    /// <summary>Takes in the next picture.</summary>
    /// <param name="picture">[C, H, W].</param>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public void Push(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != _size)
            throw new ArgumentException($"PictureStack.Push: a picture of {picture.Length} bytes came; {_size} were needed.", nameof(picture));
        _pixels.AsSpan(_size).CopyTo(_pixels);
        picture.CopyTo(_pixels.AsSpan(_pixels.Length - _size));
        for (int place = 0; _isEmpty && place < _pixels.Length - _size; place += _size)
            picture.CopyTo(_pixels.AsSpan(place));
        _isEmpty = false;
    }
}
