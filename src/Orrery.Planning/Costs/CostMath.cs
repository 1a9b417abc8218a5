namespace Orrery.Planning.Costs;

/// <summary>Sums that several costs share. They run in one fixed order, so that a candidate's cost never depends on its place.</summary>
internal static class CostMath
{
    public static double SquaredDistance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = (double)one[i] - other[i];
            sum += difference * difference;
        }

        return sum;
    }

    public static void CheckFinite(string operation, string what, ReadOnlySpan<float> values)
    {
        if (values.Length == 0)
            throw new ArgumentException($"{operation}: {what} is empty; at least one number is needed.");
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                throw new ArgumentException($"{operation}: {what} holds {value}; every number must be finite.");
        }
    }

    public static void CheckScale(string operation, ReadOnlySpan<float> scale)
    {
        CheckFinite(operation, "the scale", scale);
        foreach (var value in scale)
        {
            if (value <= 0)
                throw new ArgumentException($"{operation}: the scale holds {value}; every number must be positive.");
        }
    }
}
