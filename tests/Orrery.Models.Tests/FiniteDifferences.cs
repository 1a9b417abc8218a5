using Orrery.Tensors;
using Orrery.Tensors.Autograd;

namespace Orrery.Models.Tests;

/// <summary>Compares a loss's gradient with central differences along random directions, which float32 resolves better than single numbers.</summary>
internal static class FiniteDifferences
{
    /// <summary>Asserts that d loss / d x is right.</summary>
    /// <param name="values">Where to differentiate.</param>
    /// <param name="shape">Shape of x.</param>
    /// <param name="loss">The loss of x.</param>
    /// <param name="step">Width of the difference.</param>
    /// <param name="tolerance">Largest relative error.</param>
    public static void Check(float[] values, Shape shape, Func<Tape, Tensor, Tensor> loss, float step = 1e-2f, double tolerance = 2e-2)
    {
        using CpuBackend backend = new(1);
        using Tape tape = new(backend);
        Tensor x = tape.Variable(values, shape);
        tape.Backward(loss(tape, x));
        float[] gradient = tape.Gradient(x).Span.ToArray();
        for (int trial = 0; trial < 5; trial++)
        {
            float[] direction = new float[values.Length];
            new Tensors.Random.RandomStream((ulong)trial, "direction").FillNormal(direction);
            double expected = (At(step) - At(-step)) / (2 * step);
            double actual = 0;
            for (int index = 0; index < direction.Length; index++)
                actual += (double)gradient[index] * direction[index];
            Assert.InRange(actual, expected - Allowed(), expected + Allowed());

            double Allowed() => tolerance * Math.Max(Math.Abs(expected), 1e-2);

            double At(float distance)
            {
                float[] moved = new float[values.Length];
                for (int index = 0; index < moved.Length; index++)
                    moved[index] = values[index] + (distance * direction[index]);
                tape.Reset();
                return loss(tape, tape.Variable(moved, shape)).Item();
            }
        }
    }
}
