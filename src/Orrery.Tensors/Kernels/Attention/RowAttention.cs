using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels.Attention;

/// <summary>
/// Attention of one head, query by query, with inner products and sums of rows: for short sequences, where a matrix product costs
/// more to set up than to compute, and for a few queries over many keys, where packing the keys would not pay.
/// </summary>
internal static unsafe class RowAttention
{
    private const int MostKeys = 16;
    private const int FewQueries = 4;

    public static bool Suits(int queries, int keys) => keys <= MostKeys || queries <= FewQueries;

    /// <summary>y = weights value. The scratch memory holds two rows of scores.</summary>
    public static void Forward(in AttentionTask task, in AttentionHead head, float* scratch)
    {
        int stride = task.ScoreStride;
        for (int query = 0; query < task.Queries; query++)
        {
            int visible = task.VisibleTo(query);
            Products(head.Query + ((long)query * task.Query.Token), head.Key, task.Key.Token, visible, task.Width, scratch);
            ScoreRow.Score(scratch, visible, stride, task.Scale, head.Mask == null ? null : head.Mask + ((long)query * task.MaskQuery), task.MaskKey);
            ScoreRow.Softmax(scratch, visible, stride, head.Statistics == null ? null : head.Statistics + (2 * query));
            Combine(scratch, head.Value, task.Value.Token, visible, task.ValueWidth, head.Y + ((long)query * task.Y.Token));
        }
    }

    /// <summary>Accumulates into the gradients that are wanted.</summary>
    public static void Backward(in AttentionTask task, in AttentionHead head, float* scratch)
    {
        int stride = task.ScoreStride;
        float* weights = scratch;
        float* gradient = scratch + stride;
        for (int row = 0; row < task.Queries; row++)
        {
            int visible = task.VisibleTo(row);
            float* query = head.Query + ((long)row * task.Query.Token);
            float* dy = head.Y + ((long)row * task.Y.Token);
            Products(query, head.Key, task.Key.Token, visible, task.Width, weights);
            ScoreRow.Score(weights, visible, stride, task.Scale, head.Mask == null ? null : head.Mask + ((long)row * task.MaskQuery), task.MaskKey);
            ScoreRow.Weights(weights, visible, stride, head.Statistics[2 * row], head.Statistics[(2 * row) + 1]);
            if (head.DValue != null)
                Spread(weights, dy, visible, task.ValueWidth, head.DValue, task.DValue.Token);
            if (head.DQuery == null && head.DKey == null)
                continue;
            Products(dy, head.Value, task.Value.Token, visible, task.ValueWidth, gradient);
            ScoreRow.Gradient(weights, gradient, visible, stride, task.Scale);
            if (head.DQuery != null)
                Accumulate(gradient, head.Key, task.Key.Token, visible, task.Width, head.DQuery + ((long)row * task.DQuery.Token));
            if (head.DKey != null)
                Spread(gradient, query, visible, task.Width, head.DKey, task.DKey.Token);
        }
    }

    // scores[j] = x . rows[j], two rows at a time; the padding up to a register's end is 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Products(float* x, float* rows, int stride, int count, int width, float* scores)
    {
        int whole = width - (width % Vector<float>.Count);
        for (int row = 0; row < count; row += 2)
        {
            float* first = rows + ((long)row * stride);
            float* second = row + 1 < count ? first + stride : first;
            Vector<float> s = Vector<float>.Zero, t = s;
            int index = 0;
            for (; index < whole; index += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(x + index);
                s = VectorMath.Fma(value, Vector.Load(first + index), s);
                t = VectorMath.Fma(value, Vector.Load(second + index), t);
            }

            float rest = 0, otherRest = 0;
            for (; index < width; index++)
            {
                rest += x[index] * first[index];
                otherRest += x[index] * second[index];
            }

            scores[row] = Vector.Sum(s) + rest;
            if (row + 1 < count)
                scores[row + 1] = Vector.Sum(t) + otherRest;
        }
    }

    // y = sum_j weights[j] rows[j].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(float* weights, float* rows, int stride, int count, int width, float* y)
    {
        int index = 0;
        for (; index <= width - (2 * Vector<float>.Count); index += 2 * Vector<float>.Count)
        {
            Vector<float> s = Vector<float>.Zero, t = s;
            float* row = rows + index;
            for (int key = 0; key < count; key++, row += stride)
            {
                Vector<float> weight = Vector.Create(weights[key]);
                s = VectorMath.Fma(weight, Vector.Load(row), s);
                t = VectorMath.Fma(weight, Vector.Load(row + Vector<float>.Count), t);
            }

            s.Store(y + index);
            t.Store(y + index + Vector<float>.Count);
        }

        for (; index <= width - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> s = Vector<float>.Zero;
            for (int key = 0; key < count; key++)
                s = VectorMath.Fma(Vector.Create(weights[key]), Vector.Load(rows + index + ((long)key * stride)), s);
            s.Store(y + index);
        }

        for (; index < width; index++)
        {
            float s = 0;
            for (int key = 0; key < count; key++)
                s += weights[key] * rows[index + ((long)key * stride)];
            y[index] = s;
        }
    }

    // y += sum_j weights[j] rows[j].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(float* weights, float* rows, int stride, int count, int width, float* y)
    {
        int index = 0;
        for (; index <= width - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> s = Vector.Load(y + index);
            for (int key = 0; key < count; key++)
                s = VectorMath.Fma(Vector.Create(weights[key]), Vector.Load(rows + index + ((long)key * stride)), s);
            s.Store(y + index);
        }

        for (; index < width; index++)
        {
            for (int key = 0; key < count; key++)
                y[index] += weights[key] * rows[index + ((long)key * stride)];
        }
    }

    // rows[j] += weights[j] x.
    private static void Spread(float* weights, float* x, int count, int width, float* rows, int stride)
    {
        for (int key = 0; key < count; key++)
            SumKernel.AddScaled(x, weights[key], rows + ((long)key * stride), width);
    }
}
