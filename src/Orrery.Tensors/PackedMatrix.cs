using Orrery.Tensors.Buffers;

namespace Orrery.Tensors;

/// <summary>
/// Memory for the right factor of products, in the order in which a backend reads it. What is constant over many products, such
/// as the weights of a network that is only run, is packed once with <see cref="Backend.Pack"/> and multiplied with
/// <see cref="Backend.MatMulPacked"/>. The numbers are a copy: pack again after the matrix changed. Only the backend that packed
/// it understands the order.
/// </summary>
public readonly struct PackedMatrix
{
    /// <summary>Room for a matrix [<paramref name="rows"/>, <paramref name="columns"/>], not yet packed.</summary>
    /// <param name="backend">What will pack it and multiply with it.</param>
    /// <param name="arena">Where the memory comes from.</param>
    /// <param name="rows">K: what the product sums over.</param>
    /// <param name="columns">N: the columns of the result.</param>
    public PackedMatrix(Backend backend, TensorArena arena, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Rows = rows;
        Columns = columns;
        Numbers = arena.Allocate(new Shape(backend.PackedCount(rows, columns)));
    }

    /// <summary>Room in a tensor that holds as many numbers as the backend packs the matrix into.</summary>
    internal PackedMatrix(Tensor numbers, int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Numbers = numbers;
    }

    /// <summary>K: rows of the matrix, which the product sums over.</summary>
    public int Rows { get; }

    /// <summary>N: columns of the matrix and of the result.</summary>
    public int Columns { get; }

    /// <summary>The packed numbers, for backends.</summary>
    public Tensor Numbers { get; }

    /// <summary>Throws unless a matrix is what this has room for.</summary>
    /// <param name="b">[K, N], or [N, K] when transposed.</param>
    /// <param name="transposeB">Whether b is transposed.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void CheckSource(Tensor b, bool transposeB)
    {
        Kernels.Check.Rank("Pack", "b", b.Shape, 2, transposeB ? "[N, K]" : "[K, N]");
        int rows = Rows, columns = Columns;
        Kernels.Check.That(
            b.Shape[transposeB ? 1 : 0] == rows && b.Shape[transposeB ? 0 : 1] == columns,
            $"Pack: b {b.Shape}{(transposeB ? " (transposed)" : "")} came for a packed matrix [{rows}, {columns}]; the shapes must be equal.");
    }

    /// <summary>Throws unless a product has the shapes that it must have.</summary>
    /// <param name="a">[..., K].</param>
    /// <param name="y">[..., N].</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="hasActivation">Whether something is applied last.</param>
    /// <param name="accumulate">Whether the product is added to y.</param>
    /// <exception cref="ArgumentException">It has not.</exception>
    public void CheckProduct(Tensor a, Tensor y, Tensor bias, bool hasActivation, bool accumulate)
    {
        int rows = Rows, columns = Columns;
        Kernels.Check.That(
            a.Shape.Rank >= 1 && a.Shape[-1] == rows,
            $"MatMulPacked: a {a.Shape} must have {rows} columns, as many as the packed matrix [{rows}, {columns}] has rows.");
        Kernels.Check.That(
            y.Shape.Rank == a.Shape.Rank && y.Shape[-1] == columns
            && y.Shape.CountOf(0, y.Shape.Rank - 1) == a.Shape.CountOf(0, a.Shape.Rank - 1),
            $"MatMulPacked: a {a.Shape} times [{rows}, {columns}] has a's leading axes and {columns} columns, but y is {y.Shape}.");
        Kernels.Check.Holds("MatMulPacked", "bias", bias, columns, "one per column of the result");
        Kernels.Check.That(
            !accumulate || (bias.IsNull && !hasActivation), $"MatMulPacked: a product that is added to y takes neither bias nor activation.");
    }
}
