using System.Buffers.Binary;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>Dots that wander about a square, through walls and through each other, and that nothing depends on.</summary>
/// <param name="count">How many.</param>
/// <param name="near">Least coordinate, px.</param>
/// <param name="far">Largest coordinate, px.</param>
internal sealed class Distractors(int count, float near, float far)
{
    private const int PlaceSize = 2 * sizeof(float);

    /// <summary>Standard deviation of a step in each coordinate, px.</summary>
    private const double StepDeviation = 1;

    private readonly (float X, float Y)[] _places = new (float X, float Y)[count];
    private readonly RandomStream _random = new(0, "distractors");

    /// <summary>Where they are, px.</summary>
    public ReadOnlySpan<(float X, float Y)> Places => _places;

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedSize => (count * PlaceSize) + (2 * sizeof(ulong));

    /// <summary>Puts them at random places.</summary>
    public void Reset(ulong seed)
    {
        _random.State = RandomState.Create(seed, "distractors");
        foreach (ref var place in _places.AsSpan())
            place = (near + ((far - near) * _random.NextFloat()), near + ((far - near) * _random.NextFloat()));
    }

    /// <summary>Each takes a random step and is reflected at the border.</summary>
    public void Step()
    {
        foreach (ref var place in _places.AsSpan())
            place = (Reflect(place.X + (StepDeviation * _random.NextNormal())), Reflect(place.Y + (StepDeviation * _random.NextNormal())));
    }

    /// <summary>Writes all that is needed to go on.</summary>
    public void Save(Span<byte> saved)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(saved, _random.State.Key);
        BinaryPrimitives.WriteUInt64LittleEndian(saved[sizeof(ulong)..], _random.State.Position);
        for (var i = 0; i < count; i++)
        {
            var place = saved[((2 * sizeof(ulong)) + (i * PlaceSize))..];
            BinaryPrimitives.WriteSingleLittleEndian(place, _places[i].X);
            BinaryPrimitives.WriteSingleLittleEndian(place[sizeof(float)..], _places[i].Y);
        }
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote.</summary>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        _random.State = new RandomState(BinaryPrimitives.ReadUInt64LittleEndian(saved), BinaryPrimitives.ReadUInt64LittleEndian(saved[sizeof(ulong)..]));
        for (var i = 0; i < count; i++)
        {
            var place = saved[((2 * sizeof(ulong)) + (i * PlaceSize))..];
            _places[i] = (BinaryPrimitives.ReadSingleLittleEndian(place), BinaryPrimitives.ReadSingleLittleEndian(place[sizeof(float)..]));
        }
    }

    private float Reflect(double at)
    {
        // A step is at most 6.4 px long, less than the square.
        if (at < near)
            at = near + (near - at);
        else if (at > far)
            at = far - (at - far);
        return (float)at;
    }
}
