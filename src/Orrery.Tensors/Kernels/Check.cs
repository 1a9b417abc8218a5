using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>The shape checks that every operation makes, with messages that name the operation and both shapes.</summary>
internal static class Check
{
    public static void SameCount(string operation, string nameA, in Tensor a, string nameB, in Tensor b)
    {
        if (a.Count != b.Count)
            Throw($"{operation}: {nameA} {a.Shape} has {a.Count} numbers but {nameB} {b.Shape} has {b.Count}; they must be equal.");
    }

    public static void SameLength(string operation, int length, in Tensor tensor)
    {
        if (length != tensor.Count)
            Throw($"{operation}: {length} numbers came for a tensor {tensor.Shape} of {tensor.Count}; they must be equal.");
    }

    public static void SameShape(string operation, string nameA, in Tensor a, string nameB, in Tensor b)
    {
        if (a.Shape != b.Shape)
            Throw($"{operation}: {nameA} {a.Shape} and {nameB} {b.Shape} must have the same shape.");
    }

    /// <summary>Checks that an optional tensor holds a number of numbers.</summary>
    public static void Holds(string operation, string name, in Tensor tensor, int count, string meaning)
    {
        if (!tensor.IsNull && tensor.Count != count)
            Throw($"{operation}: {name} {tensor.Shape} has {tensor.Count} numbers; it must have {count}, {meaning}.");
    }

    public static void Rank(string operation, string name, Shape shape, int rank, string axes)
    {
        if (shape.Rank != rank)
            Throw($"{operation}: {name} {shape} has {shape.Rank} axes; it must be {axes}.");
    }

    /// <summary>Checks that a result shares no number with an operand; an absent one shares none.</summary>
    public static void Apart(string operation, string name, in Tensor result, in Tensor a)
    {
        if (result.Overlaps(a))
            ThrowOverlap(operation, name, result, a);
    }

    /// <inheritdoc cref="Apart(string, string, in Tensor, in Tensor)"/>
    public static void Apart(string operation, string name, in Tensor result, in Tensor a, in Tensor b)
    {
        Apart(operation, name, result, a);
        Apart(operation, name, result, b);
    }

    /// <inheritdoc cref="Apart(string, string, in Tensor, in Tensor)"/>
    public static void Apart(string operation, string name, in Tensor result, in Tensor a, in Tensor b, in Tensor c)
    {
        Apart(operation, name, result, a, b);
        Apart(operation, name, result, c);
    }

    /// <inheritdoc cref="Apart(string, string, in Tensor, in Tensor)"/>
    public static void Apart(string operation, string name, in Tensor result, in Tensor a, in Tensor b, in Tensor c, in Tensor d)
    {
        Apart(operation, name, result, a, b);
        Apart(operation, name, result, c, d);
    }

    /// <summary>As Apart, but the result may be the operand itself, number by number.</summary>
    public static void SameOrApart(string operation, string name, in Tensor result, in Tensor a)
    {
        if (result.Overlaps(a) && !(result.SharesMemory(a) && result.Count == a.Count))
            ThrowOverlap(operation, name, result, a);
    }

    /// <summary>Throws the message unless the condition holds; the message is only built then.</summary>
    public static void That(
        [DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] MessageHandler message)
    {
        if (!condition)
            Throw(message.Text);
    }

    [DoesNotReturn]
    public static void Throw(string message) => throw new ArgumentException(message);

    /// <summary>Whether every index is in [0, bound); if not, which is the first that is not. Fast where all are.</summary>
    public static unsafe bool AreBelow(int* indices, int count, int bound, out int wrong)
    {
        wrong = 0;
        uint largest = 0;
        for (int index = 0; index < count; index++)
            largest = Math.Max(largest, (uint)indices[index]);
        if (count == 0 || largest < (uint)bound)
            return true;
        while ((uint)*indices < (uint)bound)
            indices++;
        wrong = *indices;
        return false;
    }

    // Where there are no numbers, or no tensors, there is nothing to share.
    private static void ThrowOverlap(string operation, string name, in Tensor result, in Tensor operand)
    {
        if (!result.IsNull && result.Count > 0 && operand.Count > 0)
            Throw($"{operation}: {name} {result.Shape} shares memory with an operand {operand.Shape}; the result needs memory of its own.");
    }

    /// <summary>Builds a message only when the condition that it belongs to is false.</summary>
    [InterpolatedStringHandler]
    public ref struct MessageHandler
    {
        private DefaultInterpolatedStringHandler _inner;

        public MessageHandler(int literalLength, int formattedCount, bool condition, out bool enabled)
        {
            enabled = !condition;
            _inner = enabled ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public string Text => _inner.ToStringAndClear();

        public void AppendLiteral(string text) => _inner.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);
    }
}
