namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>One matrix product: c = activation(start + op(a) op(b)), with a as [m, k], b as [k, n], both given by strides.</summary>
internal unsafe struct Product
{
    /// <summary>Element (row, k) is at A[row ARow + k AStep]; one of the strides is 1.</summary>
    public float* A;
    public int ARow;
    public int AStep;

    /// <summary>Element (k, column) is at B[k BStep + column BColumn]; one of the strides is 1.</summary>
    public float* B;
    public int BStep;
    public int BColumn;

    /// <summary>
    /// 0, or the width of the panels that b was packed into beforehand: the panel of columns from i panel on is [depth, panel] and
    /// begins at B + i panel depth. The strides of b mean nothing then.
    /// </summary>
    public int Panel;

    /// <summary>Element (row, column) is at C[row CRow + column].</summary>
    public float* C;
    public int CRow;

    public int Rows;
    public int Columns;
    public int Depth;

    /// <summary>Whether to add to c.</summary>
    public bool Accumulate;

    /// <summary>A number per column to start from; may be null.</summary>
    public float* Bias;

    public Activation Activation;
}
