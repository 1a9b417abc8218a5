using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>Cholesky factors and inverses of small symmetric matrices, in double precision, row by row so that every sum is over neighbours.</summary>
internal static unsafe class CholeskyKernel
{
    /// <summary>The lower factor of a from its lower triangle.</summary>
    /// <returns>-1, or the first row whose pivot is not positive (nor NaN).</returns>
    public static int Factor(float* a, int size, double* factor)
    {
        for (int row = 0; row < size; row++)
        {
            double* target = factor + ((long)row * size);
            for (int column = 0; column < row; column++)
            {
                double* other = factor + ((long)column * size);
                target[column] = (a[((long)row * size) + column] - Dot(target, other, column)) / other[column];
            }

            double pivot = a[((long)row * size) + row] - Dot(target, target, row);
            if (pivot <= 0)
                return row;
            target[row] = Math.Sqrt(pivot);
        }

        return -1;
    }

    /// <summary>log det a = 2 sum log of the factor's diagonal.</summary>
    public static double LogDeterminant(double* factor, int size)
    {
        double sum = 0;
        for (int row = 0; row < size; row++)
            sum += Math.Log(factor[((long)row * size) + row]);
        return 2 * sum;
    }

    /// <summary>The inverse of a from its factor L: W^T W with W = 1 / L, whose columns are kept as the rows of the scratch.</summary>
    public static void Invert(double* factor, int size, double* scratch, float* inverse)
    {
        for (int column = 0; column < size; column++)
        {
            double* w = scratch + ((long)column * size);
            w[column] = 1 / factor[((long)column * size) + column];
            for (int row = column + 1; row < size; row++)
            {
                double* source = factor + ((long)row * size);
                w[row] = -Dot(source + column, w + column, row - column) / source[row];
            }
        }

        for (int row = 0; row < size; row++)
        {
            for (int column = row; column < size; column++)
            {
                double value = Dot(scratch + ((long)row * size) + column, scratch + ((long)column * size) + column, size - column);
                inverse[((long)row * size) + column] = inverse[((long)column * size) + row] = (float)value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(double* x, double* y, int count)
    {
        Vector<double> first = Vector<double>.Zero, second = first;
        int width = Vector<double>.Count, index = 0;
        for (; index <= count - (2 * width); index += 2 * width)
        {
            first += Vector.Load(x + index) * Vector.Load(y + index);
            second += Vector.Load(x + index + width) * Vector.Load(y + index + width);
        }

        double sum = Vector.Sum(first + second);
        for (; index < count; index++)
            sum += x[index] * y[index];
        return sum;
    }
}
