using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Losses;

/// <summary>
/// InfoNCE (van den Oord, Li and Vinyals, 2018) between predictions and futures: each prediction must find its own future among those of
/// the other windows at the same step, by squared distance, the measure that a planner uses.
/// </summary>
public static class Contrastive
{
    /// <summary>Mean cross-entropy; log B where nothing can be told apart.</summary>
    /// <param name="tape">Where to record.</param>
    /// <param name="predictions">[T, B, D].</param>
    /// <param name="targets">[T, B, D].</param>
    /// <param name="temperature">What squared distances are divided by.</param>
    public static Tensor Forward(Tape tape, Tensor predictions, Tensor targets, double temperature)
    {
        ArgumentNullException.ThrowIfNull(tape);
        int steps = predictions.Shape[0], batch = predictions.Shape[1];

        // |p - z|^2 without |p|^2, which is the same for all that one prediction is compared with.
        Tensor products = tape.MatMul(predictions, targets, transposeB: true);
        Tensor lengths = tape.Reshape(tape.Sum(tape.Square(targets), [2]), new Shape(steps, 1, batch));
        Tensor logits = tape.Scale(tape.Subtract(tape.Scale(products, 2), lengths), (float)(1 / temperature));
        Tensor own = tape.Multiply(tape.LogSoftmax(logits), Diagonal(tape, batch));
        return tape.Scale(tape.Sum(own), -1f / (steps * batch));
    }

    private static Tensor Diagonal(Tape tape, int batch)
    {
        Tensor identity = tape.Constant(0f, new Shape(1, batch, batch));
        for (int row = 0; row < batch; row++)
            identity.Span[(row * batch) + row] = 1;
        return identity;
    }
}
