using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>The gates of a gated recurrent unit, for one row of the batch.</summary>
internal static unsafe class GruKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* gi, float* gh, float* h, float* next, float* gates, int width)
    {
        int index = 0;
        for (; index <= width - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> state = Cell(
                Vector.Load(gi + index), Vector.Load(gi + width + index), Vector.Load(gi + (2 * width) + index),
                Vector.Load(gh + index), Vector.Load(gh + width + index), Vector.Load(gh + (2 * width) + index),
                Vector.Load(h + index), out Vector<float> reset, out Vector<float> update, out Vector<float> candidate);
            reset.Store(gates + index);
            update.Store(gates + width + index);
            candidate.Store(gates + (2 * width) + index);
            state.Store(next + index);
        }

        for (; index < width; index++)
        {
            Vector<float> state = Cell(
                Vector.Create(gi[index]), Vector.Create(gi[width + index]), Vector.Create(gi[(2 * width) + index]),
                Vector.Create(gh[index]), Vector.Create(gh[width + index]), Vector.Create(gh[(2 * width) + index]),
                Vector.Create(h[index]), out Vector<float> reset, out Vector<float> update, out Vector<float> candidate);
            gates[index] = reset.ToScalar();
            gates[width + index] = update.ToScalar();
            gates[(2 * width) + index] = candidate.ToScalar();
            next[index] = state.ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gh, float* h, float* gates, float* dNext, float* dGi, float* dGh, float* dH, int width)
    {
        for (int index = 0; index < width; index++)
        {
            float reset = gates[index], update = gates[width + index], candidate = gates[(2 * width) + index];
            float slope = dNext[index];
            float dCandidate = slope * (1 - update) * (1 - (candidate * candidate));
            float dUpdate = slope * (h[index] - candidate) * update * (1 - update);
            float dReset = dCandidate * gh[(2 * width) + index] * reset * (1 - reset);
            if (dGi != null)
            {
                dGi[index] += dReset;
                dGi[width + index] += dUpdate;
                dGi[(2 * width) + index] += dCandidate;
            }

            if (dGh != null)
            {
                dGh[index] += dReset;
                dGh[width + index] += dUpdate;
                dGh[(2 * width) + index] += dCandidate * reset;
            }

            if (dH != null)
                dH[index] += slope * update;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Cell(
        Vector<float> inputReset, Vector<float> inputUpdate, Vector<float> inputNew,
        Vector<float> stateReset, Vector<float> stateUpdate, Vector<float> stateNew, Vector<float> old,
        out Vector<float> reset, out Vector<float> update, out Vector<float> candidate)
    {
        reset = VectorMath.Sigmoid(inputReset + stateReset);
        update = VectorMath.Sigmoid(inputUpdate + stateUpdate);
        candidate = VectorMath.Tanh(inputNew + (reset * stateNew));
        return ((Vector<float>.One - update) * candidate) + (update * old);
    }
}
