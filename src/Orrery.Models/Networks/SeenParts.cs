using System.Runtime.InteropServices;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;

namespace Orrery.Models.Networks;

/// <summary>Takes observations apart, which come as the bytes of a picture and, behind them, of proprioception's float32 numbers in physical units.</summary>
internal sealed class SeenParts(int pictureBytes, VectorSpace space, Normalizer normalizer)
{
    private byte[] _pictures = [];
    private float[] _numbers = [];
    private int _count;

    /// <summary>Bytes of one observation.</summary>
    public int Bytes { get; } = pictureBytes + (sizeof(float) * space.Size);

    /// <summary>[n, C, H, W]: the pictures.</summary>
    public ReadOnlySpan<byte> Pictures => _pictures.AsSpan(0, _count * pictureBytes);

    /// <summary>[n, P]: the numbers, normalised.</summary>
    public ReadOnlySpan<float> Numbers => _numbers.AsSpan(0, _count * space.Size);

    /// <summary>Takes n observations apart; what was there before is overwritten.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public void Split(ReadOnlySpan<byte> seen)
    {
        _count = seen.Length / Bytes;
        if (_pictures.Length < _count * pictureBytes)
            (_pictures, _numbers) = (new byte[_count * pictureBytes], new float[_count * space.Size]);
        for (int index = 0; index < _count; index++)
        {
            ReadOnlySpan<byte> one = seen.Slice(index * Bytes, Bytes);
            Span<float> numbers = _numbers.AsSpan(index * space.Size, space.Size);
            one[..pictureBytes].CopyTo(_pictures.AsSpan(index * pictureBytes));
            one[pictureBytes..].CopyTo(MemoryMarshal.AsBytes(numbers));
            for (int place = 0; place < numbers.Length; place++)
                if (!float.IsFinite(numbers[place]))
                    throw new ArgumentException($"Proprioception '{space.Dimensions[place].Name}' is {numbers[place]}; a finite number is needed. Look at what measures it.", nameof(seen));
            normalizer.Apply(numbers, numbers);
        }
    }
}
