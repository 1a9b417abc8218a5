namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>How a batched product falls apart into matrix products: their sizes, and where each batch's operands lie.</summary>
internal struct MatMulPlan
{
    public int Rows;
    public int Columns;
    public int Depth;
    public bool TransposeA;
    public bool TransposeB;

    /// <summary>The number of products.</summary>
    public int Batches;

    /// <summary>Whether several products are added into the same matrix.</summary>
    public bool IsSummed;

    private int _rank;
    private AxisPlan.Numbers _lengths;
    private AxisPlan.Numbers _stridesA;
    private AxisPlan.Numbers _stridesB;
    private AxisPlan.Numbers _stridesY;

    public static MatMulPlan Create(Shape a, bool transposeA, Shape b, bool transposeB, Shape y, bool accumulate)
    {
        Check.That(a.Rank >= 2 && b.Rank >= 2, $"MatMul: a {a} and b {b} must have at least two axes; reshape vectors first.");
        MatMulPlan plan = new()
        {
            TransposeA = transposeA,
            TransposeB = transposeB,
            Rows = a[transposeA ? -1 : -2],
            Depth = a[transposeA ? -2 : -1],
            Columns = b[transposeB ? -2 : -1],
        };
        int depthB = b[transposeB ? -1 : -2];
        Check.That(
            plan.Depth == depthB,
            $"MatMul: a {a}{Mark(transposeA)} has {plan.Depth} columns but b {b}{Mark(transposeB)} has {depthB} rows; they must be equal.");
        Check.That(
            y.Rank >= 2 && y[-2] == plan.Rows && y[-1] == plan.Columns,
            $"MatMul: a {a}{Mark(transposeA)} times b {b}{Mark(transposeB)} is [..., {plan.Rows}, {plan.Columns}] but y is {y}.");
        plan.PlanBatches(a, b, y, accumulate);
        plan.Merge(a, b, y);
        return plan;
    }

    /// <summary>The first product.</summary>
    public readonly unsafe Product ProductOf(float* a, float* b, float* y) => new()
    {
        A = a,
        ARow = TransposeA ? 1 : Depth,
        AStep = TransposeA ? Rows : 1,
        B = b,
        BStep = TransposeB ? 1 : Columns,
        BColumn = TransposeB ? Depth : 1,
        C = y,
        CRow = Columns,
        Rows = Rows,
        Columns = Columns,
        Depth = Depth,
    };

    /// <summary>Where the operands of a product begin, in floats.</summary>
    public readonly void Offsets(int batch, out long a, out long b, out long y)
    {
        a = b = y = 0;
        for (int axis = _rank - 1; axis >= 0; axis--)
        {
            int index = batch % _lengths[axis];
            batch /= _lengths[axis];
            a += (long)index * _stridesA[axis];
            b += (long)index * _stridesB[axis];
            y += (long)index * _stridesY[axis];
        }
    }

    private static string Mark(bool transposed) => transposed ? " (transposed)" : "";

    private void PlanBatches(Shape a, Shape b, Shape y, bool accumulate)
    {
        int rank = Math.Max(Math.Max(a.Rank, b.Rank), y.Rank) - 2;
        int strideA = Rows * Depth, strideB = Depth * Columns, strideY = Rows * Columns;
        _rank = rank;
        Batches = 1;
        for (int back = 0; back < rank; back++)
        {
            int axis = rank - 1 - back;
            int lengthA = Leading(a, back), lengthB = Leading(b, back), lengthY = Leading(y, back);
            int length = lengthA == 1 ? lengthB : lengthA;
            Check.That(
                lengthA == lengthB || lengthA == 1 || lengthB == 1,
                $"MatMul: the leading axes of a {a} and b {b} do not broadcast: {lengthA} and {lengthB} must be equal or one of them 1.");
            Check.That(
                lengthY == length || (accumulate && lengthY == 1),
                $"MatMul: the leading axes of a {a} and b {b} give {length} where y {y} has {lengthY}.");
            _lengths[axis] = length;
            _stridesA[axis] = lengthA == 1 ? 0 : strideA;
            _stridesB[axis] = lengthB == 1 ? 0 : strideB;
            _stridesY[axis] = lengthY == 1 ? 0 : strideY;
            IsSummed |= lengthY == 1 && length > 1;
            strideA *= lengthA;
            strideB *= lengthB;
            strideY *= lengthY;
            Batches *= length;
        }
    }

    // Rows of a against one b are one tall matrix; a sum over products of matching rows is one product of greater depth.
    private void Merge(Shape a, Shape b, Shape y)
    {
        if (Batches <= 1)
            return;
        bool oneB = b.CountOf(0, b.Rank - 2) == 1, allA = a.CountOf(0, a.Rank - 2) == Batches, allB = b.CountOf(0, b.Rank - 2) == Batches;
        int matricesY = y.CountOf(0, y.Rank - 2);
        if (oneB && allA && !TransposeA && matricesY == Batches)
            Rows *= Batches;
        else if (allA && allB && TransposeA && !TransposeB && matricesY == 1)
            Depth *= Batches;
        else
            return;
        Batches = 1;
        IsSummed = false;
        _rank = 0;
    }

    private static int Leading(Shape shape, int back) => back < shape.Rank - 2 ? shape[shape.Rank - 3 - back] : 1;
}
