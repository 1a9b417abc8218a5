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

    /// <summary>Throws the message unless the condition holds; the message is only built then.</summary>
    public static void That(
        [DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] MessageHandler message)
    {
        if (!condition)
            Throw(message.Text);
    }

    [DoesNotReturn]
    public static void Throw(string message) => throw new ArgumentException(message);

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
