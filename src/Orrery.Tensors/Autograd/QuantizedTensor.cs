namespace Orrery.Tensors.Autograd;

/// <summary>Numbers that were rounded to few levels.</summary>
/// <param name="Integers">The levels, whole numbers stored as floats, in the shape of the original.</param>
/// <param name="Scale">What one level is worth: one number, or one per row with a last axis of length 1.</param>
/// <param name="Value">Integers times scale; its gradient is passed to the original as it is.</param>
public readonly record struct QuantizedTensor(Tensor Integers, Tensor Scale, Tensor Value);

/// <summary>A weight in signed bytes.</summary>
/// <param name="Integers">[out, in], in two's complement, -127 .. 127.</param>
/// <param name="Scale">[out], what one level of the row is worth.</param>
public readonly record struct Int8Weight(ByteTensor Integers, Tensor Scale);
