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
}
