using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void MatMul(
        Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y, bool accumulate = false, Tensor bias = default,
        Activation activation = Activation.Identity)
    {
        float* left = a.For("MatMul", "a"), right = b.For("MatMul", "b"), result = y.For("MatMul", "y");
        MatMulPlan plan = MatMulPlan.Create(a.Shape, transposeA, b.Shape, transposeB, y.Shape, accumulate);
        Check.Holds("MatMul", "bias", bias, plan.Columns, "one per column of the result");
        Check.That(
            !accumulate || (bias.IsNull && activation == Activation.Identity),
            $"MatMul: a product that is added to y takes neither bias nor activation ({activation}).");
        Check.Apart("MatMul", "y", y, a, b, bias);
        if (y.Count == 0)
            return;
        Product product = plan.ProductOf(left, right, result);
        product.Bias = bias.ForOptional("MatMul", "bias");
        product.Activation = activation;
        product.Accumulate = accumulate;
        if (plan.Batches == 1)
        {
            _products.Run(product);
            return;
        }

        if (plan.IsSummed)
        {
            for (int batch = 0; batch < plan.Batches; batch++)
            {
                plan.Offsets(batch, out long offsetA, out long offsetB, out long offsetY);
                Product part = product;
                part.A += offsetA;
                part.B += offsetB;
                part.C += offsetY;
                _products.Run(part);
            }

            return;
        }

        _products.RunBatch(product, plan);
    }

    /// <inheritdoc/>
    public override int PackedCount(int rows, int columns)
    {
        int panel = BlockedProduct.PanelFor(columns);
        return checked(rows * Partition.Chunks(columns, panel) * panel);
    }

    /// <inheritdoc/>
    public override void Pack(Tensor b, bool transposeB, PackedMatrix packed)
    {
        float* source = b.For("Pack", "b"), target = packed.Numbers.For("Pack", "the packed matrix");
        packed.CheckSource(b, transposeB);
        CheckPacked("Pack", packed);
        Check.Apart("Pack", "the packed matrix", packed.Numbers, b);
        if (b.Count == 0)
            return;
        Product product = new()
        {
            B = source,
            BStep = transposeB ? 1 : packed.Columns,
            BColumn = transposeB ? packed.Rows : 1,
        };
        Packing.Columns(
            product, 0, packed.Rows, 0, packed.Columns, BlockedProduct.PanelFor(packed.Columns), target);
    }

    /// <inheritdoc/>
    public override void MatMulPacked(
        Tensor a, PackedMatrix b, Tensor y, bool accumulate = false, Tensor bias = default, Activation activation = Activation.Identity)
    {
        float* left = a.For("MatMulPacked", "a"), right = b.Numbers.For("MatMulPacked", "b"), result = y.For("MatMulPacked", "y");
        b.CheckProduct(a, y, bias, activation != Activation.Identity, accumulate);
        CheckPacked("MatMulPacked", b);
        Check.Apart("MatMulPacked", "y", y, a, b.Numbers, bias);
        if (y.Count == 0)
            return;
        Product product = new()
        {
            A = left,
            ARow = b.Rows,
            AStep = 1,
            B = right,
            Panel = BlockedProduct.PanelFor(b.Columns),
            C = result,
            CRow = b.Columns,
            Rows = y.Count / b.Columns,
            Columns = b.Columns,
            Depth = b.Rows,
            Accumulate = accumulate,
            Bias = bias.ForOptional("MatMulPacked", "bias"),
            Activation = activation,
        };
        _products.Run(product);
    }

    private void CheckPacked(string operation, in PackedMatrix packed)
    {
        int rows = packed.Rows, columns = packed.Columns, count = packed.Numbers.Count, needed = PackedCount(rows, columns);
        Check.That(
            count == needed,
            $"{operation}: a packed matrix [{rows}, {columns}] of {count} numbers came, but this backend packs it into {needed}; pack it where it is used.");
    }
}
